"""Five popular pure-Python packages, put through their public interface; each function returns what came out.

They are what instrumented and plain execution are compared on, beside the standard library's own modules and tests.
"""

import operator
from typing import Any


def sorted_containers() -> Any:
    """sortedcontainers: lists split and joined, slices, errors."""
    from sortedcontainers import SortedDict, SortedKeyList, SortedList, SortedSet

    numbers = SortedList((n * 7919) % 1009 for n in range(600))
    numbers._reset(16)
    log: list[Any] = [numbers[3], numbers[-1], numbers[10:40:7], numbers.bisect_left(100), 5 in numbers]
    for value in (3, 500, 1008):
        numbers.add(value)
        numbers.discard(value + 1)
    del numbers[5:50:3]
    log += [len(numbers), list(numbers.irange(100, 140)), numbers.count(3), sum(numbers)]
    by_length = SortedKeyList(["three", "a", "to", "four"], key=len)
    by_length.update(["zz", "yyyyyyy"])
    scores = SortedDict({"ana": 3, "eva": 1})
    scores.setdefault("leo", 9)
    scores |= {"ivo": 2}
    log += [list(by_length), scores.peekitem(0), list(scores.items()), scores.popitem(), list(scores.irange("b"))]
    log += [SortedSet([3, 1, 2]) & {2, 3, 9}, SortedSet("abc") ^ SortedSet("bcd")]
    for wrong in (lambda: numbers[10_000], lambda: numbers.remove(-5), lambda: scores.pop("nobody"), numbers._check):
        log.append(outcome(wrong))
    return log


def cache_tools() -> Any:
    """cachetools: every policy, expiry by a clock of ours, decorators with locks."""
    import threading

    import cachetools

    now = [0.0]
    log: list[Any] = []
    caches = [
        cachetools.LRUCache(3),
        cachetools.LFUCache(3),
        cachetools.FIFOCache(3, getsizeof=lambda value: 1),
        cachetools.TTLCache(3, ttl=2.0, timer=lambda: now[0]),
    ]
    for cache in caches:
        for key in "abcabdea":
            now[0] += 0.5
            cache[key] = cache.get(key, 0) + 1
        log += [sorted(cache.items()), cache.currsize, cache.popitem(), outcome(lambda: cache["missing"])]  # noqa: B023
    log.append(outcome(lambda: cachetools.LRUCache(1, getsizeof=lambda value: 5).__setitem__("k", 1)))

    calls = []

    @cachetools.cached(cachetools.LRUCache(2), lock=threading.Lock(), info=True)
    def square(n: int) -> int:
        calls.append(n)
        return n * n

    log += [[square(n) for n in (1, 2, 1, 3, 1)], calls, square.cache_info()]
    return log


def iteration_tools() -> Any:
    """more_itertools: windows, groups, a peekable, a bucket, errors."""
    import more_itertools as more

    peek = more.peekable(range(6))
    spy, rest = more.spy("abcdef", 2)
    bucket = more.bucket(range(12), key=lambda n: n % 3)
    log: list[Any] = [
        list(more.chunked(range(7), 3)),
        list(more.windowed(range(5), 3)),
        peek.peek(),
        next(peek),
        peek[1:3],
    ]
    log += [spy, list(rest), sorted(bucket), list(bucket[1]), list(more.interleave_longest([1, 2], "abc"))]
    log += [list(more.split_at("one,two,three", lambda c: c == ",")), more.ilen(c for c in "abc")]
    log += [list(more.collapse([1, [2, [3, ("x", 4)]]])), list(map(list, more.distribute(3, range(8))))]
    log += [list(more.distinct_permutations([1, 1, 2])), more.first([], "none"), list(more.roundrobin("ab", [1, 2, 3]))]
    seek = more.seekable(iter(range(5)))
    list(seek)
    seek.seek(2)
    log += [list(seek), list(more.run_length.encode("aabccc")), more.map_reduce(["apple", "avocado"], len)]
    for wrong in (lambda: more.one([1, 2]), lambda: list(more.chunked([1], -1)), lambda: more.strictly_n([1], 2)):
        log.append(outcome(lambda: list(wrong()) if wrong() is not None else None))  # noqa: B023
    return log


def tool_z() -> Any:
    """toolz: composition, currying, dictionaries, grouping, errors."""
    import toolz
    from toolz import curried

    people = [{"name": "Ana", "age": 31}, {"name": "Eva", "age": 17}, {"name": "Leo", "age": 31}]
    log: list[Any] = [toolz.groupby(operator.itemgetter("age"), people)]
    log += [toolz.pipe(range(9), curried.filter(lambda n: n % 2), curried.map(lambda n: n * n), list)]
    log += [
        toolz.merge_with(sum, {"a": 1}, {"a": 2, "b": 3}),
        toolz.update_in({"a": {"b": 1}}, ["a", "b"], lambda n: n + 1),
    ]
    log += [toolz.get_in(["a", 0, "b"], {"a": [{"b": 7}]}), outcome(lambda: toolz.get_in(["x"], {}, no_default=True))]
    log += [list(toolz.sliding_window(2, "abc")), list(toolz.unique([1, 2, 1])), toolz.frequencies("banana")]
    log += [
        toolz.reduceby(len, operator.add, ["a", "bb", "c"]),
        list(toolz.join(len, ["a", "bb"], len, ["x", "yy", "z"])),
    ]
    add = toolz.curry(lambda a, b, c=0: a + b + c)
    memo = toolz.memoize(lambda n: [n])
    log += [
        add(1)(2),
        add(1, c=5)(1),
        memo(3) is memo(3),
        toolz.compose(str, abs)(-3),
        toolz.keymap(str.upper, {"a": 1}),
    ]
    log += [outcome(lambda: add(1)(2, 3, 4)), outcome(lambda: toolz.nth(9, [])), toolz.excepts(ValueError, int)("x")]
    return log


def parsing() -> Any:
    """pyparsing: a grammar with actions and recursion, good and bad input."""
    import pyparsing as pp

    expression = pp.Forward()
    number = pp.common.integer()
    factor = number | pp.Suppress("(") + expression + pp.Suppress(")")

    def fold(tokens: Any) -> Any:
        value = tokens[0]
        for sign, operand in zip(tokens[1::2], tokens[2::2], strict=True):
            value = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[sign](
                value, operand
            )
        return value

    term = (factor + (pp.one_of("* /") + factor)[...]).add_parse_action(fold)
    expression <<= (term + (pp.one_of("+ -") + term)[...]).add_parse_action(fold)
    log: list[Any] = [
        expression.parse_string(text, parse_all=True).as_list() for text in ("1+2*3", "(1+2)*3", "8/(3-1)")
    ]
    log += [outcome(lambda: expression.parse_string(text, parse_all=True)) for text in ("1+", "(2", "1/0", "")]  # noqa: B023
    word = pp.Word(pp.alphas)("key") + pp.Suppress("=") + pp.QuotedString('"')("value")
    log += [found.as_dict() for found in word.search_string('a = "1", b="two" c=3')]
    log += [
        pp.infix_notation(number, [("-", 1, pp.OpAssoc.RIGHT), ("+", 2, pp.OpAssoc.LEFT)])
        .parse_string("-1+2")
        .as_list()
    ]
    log += [(tokens.as_list(), start, end) for tokens, start, end in number.scan_string("a 12 b 3")]
    return log


def outcome(action: Any) -> Any:
    """What a call returns, or the exception it raises with the lines it went through."""
    import traceback

    try:
        return action()
    except Exception as error:
        lines = [(frame.name, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
        return type(error).__name__, str(error), lines


PACKAGES = {
    "sortedcontainers": sorted_containers,
    "cachetools": cache_tools,
    "more_itertools": iteration_tools,
    "toolz": tool_z,
    "pyparsing": parsing,
}

"""Expected: exception

Little Book of Semaphores, search, insert and delete: the deleter keeps the searchers out but not the inserter.
"""

import threading


class State:
    def __init__(self):
        self.insert_mutex = threading.Lock()
        self.no_searcher = threading.Semaphore(1)
        self.no_inserter = threading.Semaphore(1)
        self.list = ["a", "b"]


def search(state):
    with state.no_searcher:
        assert "b" in state.list


def insert(state):
    with state.no_inserter:
        with state.insert_mutex:
            before = len(state.list)
            state.list.append("c")
            assert len(state.list) == before + 1, "deleted while inserting"


def delete(state):
    with state.no_searcher:
        state.list.pop(0)


WORKERS = [search, insert, delete]


def invariant(state):
    return state.list == ["b", "c"]

def choose(machine, kind, count):
    if kind == "wait":
        return machine.coroutines()
    return machine.threads(min(count, 8))

def choose(machine, kind, count):
    if kind == "wait":
        return machine.coroutines()
    if kind == "hash":
        return machine.threads(2)
    return machine.processes(1)

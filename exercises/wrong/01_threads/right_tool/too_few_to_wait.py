def choose(machine, kind, count):
    if kind == "wait":
        return machine.threads(min(count, 8))
    if kind == "hash":
        return machine.threads(2)
    return machine.processes(2)

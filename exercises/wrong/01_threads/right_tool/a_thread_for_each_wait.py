def choose(machine, kind, count):
    if kind == "wait":
        return machine.threads(count)
    if kind == "hash":
        return machine.threads(2)
    return machine.processes(2)

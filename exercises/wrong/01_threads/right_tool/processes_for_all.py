def choose(machine, kind, count):
    return machine.processes(min(count, 16))

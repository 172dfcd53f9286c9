def choose(machine, kind, count):
    return machine.coroutines()

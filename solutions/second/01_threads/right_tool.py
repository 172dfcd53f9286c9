"""01.4 ¿Hilo, proceso o corrutina?: hilos para esperar mientras sean pocos / threads to wait, while they are few"""

FEW = 8


def choose(machine, kind, count):
    if kind == "loop":
        return machine.processes(min(count, 4))
    if kind == "wait" and count > FEW:
        return machine.coroutines()
    return machine.threads(min(count, FEW))

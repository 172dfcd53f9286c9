"""01.4 ¿Hilo, proceso o corrutina? / Thread, process or coroutine?

Cada trabajo dura un segundo. "wait" espera a la red; "hash" calcula en C y suelta
el GIL; "loop" es un bucle de Python y lo tiene tomado. La máquina es un modelo
(2 núcleos): lo que tarda tu Python de verdad se mide al final y no cuenta.

Each job takes a second. "wait" waits for the network; "hash" computes in C and lets
go of the GIL; "loop" is a loop in Python and holds it. The machine is a model
(2 cores): how long your real Python takes is measured at the end and does not count.

    machine.threads(n)    n hilos de un proceso / n threads of one process
    machine.processes(n)  n procesos; arrancarlos, 0,3 s / n processes; to start them, 0.3 s
    machine.coroutines()  corrutinas en un solo hilo / coroutines in a single thread
"""


def choose(machine, kind, count):
    # TODO: ¿quién necesita un núcleo, y quién necesita el GIL?
    # TODO: who needs a core, and who needs the GIL?
    if kind == "wait":
        return machine.processes(2)
    if kind == "hash":
        return machine.coroutines()
    return machine.threads(count)

"""01.4 ¿Hilo, proceso o corrutina? / Thread, process or coroutine?"""


def choose(machine, kind, count):
    if kind == "wait":
        # Esperar no ocupa a nadie: un solo hilo espera por todos.
        # Waiting keeps nobody busy: a single thread waits for all.
        return machine.coroutines()
    if kind == "hash":
        # Un hilo por núcleo: el GIL está suelto, y arrancar procesos cuesta.
        # A thread a core: the GIL is free, and starting processes costs.
        return machine.threads(2)
    # Solo otro proceso tiene otro GIL, y más procesos que núcleos no ayudan.
    # Only another process has another GIL, and more processes than cores do not help.
    return machine.processes(2)

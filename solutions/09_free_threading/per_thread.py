"""09.2 Contadores por hilo / Per-thread partials"""

import threading


def count(parts, accept):
    total = 0
    lock = threading.Lock()

    def work(part):
        nonlocal total
        # Una variable local no la ve nadie más: no hay nada que proteger ni por lo que esperar.
        # Nobody else sees a local variable: there is nothing to guard, and nothing to wait for.
        mine = 0
        for element in part:
            if accept(element):
                mine += 1
        # Y se junta una vez por hilo, no una vez por elemento.
        # And it is merged once for each thread, not once for each element.
        with lock:
            total += mine

    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return total

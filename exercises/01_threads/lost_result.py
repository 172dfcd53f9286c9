"""01.3 El resultado perdido / The lost return

apply_all(f, [1, 2, 3]) debería devolver [f(1), f(2), f(3)], cada llamada en su
hilo. A veces falta alguno, y a veces están cambiados.

apply_all(f, [1, 2, 3]) should return [f(1), f(2), f(3)], each call in a thread
of its own. Sometimes one is missing, and sometimes they are the wrong ones.
"""

import threading


def apply_all(function, values):
    results = []
    for value in values:
        # TODO: ¿qué value verá este hilo cuando le toque?
        # TODO: which value will this thread see when its turn comes?
        thread = threading.Thread(target=lambda: results.append(function(value)))
        thread.start()
    # TODO: ¿ha terminado alguien ya, y en qué orden?
    # TODO: has anybody ended yet, and in which order?
    return results

"""01.1 Paréntesis de más / One pair of parentheses

both() crea dos hilos y los arranca, in_background() crea uno. Y, sin embargo,
todo ocurre en el mismo hilo, una cosa detrás de otra.

both() makes two threads and starts them, in_background() makes one. And yet
everything happens in the same thread, one thing after the other.
"""

import threading


def both(first, second):
    # TODO: ¿quién llama a first y a second, y cuándo?
    # TODO: who calls first and second, and when?
    one = threading.Thread(target=first())
    other = threading.Thread(target=second())
    one.start()
    other.start()
    one.join()
    other.join()


def in_background(work):
    thread = threading.Thread(target=work)
    # TODO: ¿quién ejecuta work aquí?
    # TODO: who runs work here?
    thread.run()
    return thread

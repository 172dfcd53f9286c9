"""01.1 Paréntesis de más / One pair of parentheses"""

import threading


def both(first, second):
    # Se entrega la función; la llamará el hilo nuevo.
    # The function is handed over; the new thread will call it.
    one = threading.Thread(target=first)
    other = threading.Thread(target=second)
    one.start()
    other.start()
    one.join()
    other.join()


def in_background(work):
    thread = threading.Thread(target=work)
    thread.start()  # run() sería una llamada corriente / run() would be an ordinary call
    return thread

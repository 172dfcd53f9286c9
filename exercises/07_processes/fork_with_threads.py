"""07.5 Bifurcar con hilos / Fork with threads

Mientras un hilo late (beat), un proceso hijo hace job(); los dos a la vez, y los
dos lo anotan. run() devuelve lo que envía el hijo. Hoy, a veces, no vuelve: con
fork, el hijo nace con una copia de la memoria tal como está en ese momento.

While a thread beats (beat), a child process does job(); both at the same time,
and both note it. run() returns what the child sends. Today it sometimes does not
return: with fork, the child is born with a copy of memory as it is at that moment.
"""

import multiprocessing
import threading

# TODO: ¿qué hay en la memoria del hijo si el hilo tiene el lock?
# TODO: what is in the child's memory if the thread holds the lock?
context = multiprocessing.get_context("fork")
lock = threading.Lock()
begun = ended = 0


def run(job, beat):
    results = context.Queue()
    heart = threading.Thread(target=_beat, args=(beat,))
    child = context.Process(target=_child, args=(job, results))
    heart.start()
    child.start()
    answer = results.get()
    child.join()
    heart.join()
    return answer


def _note():
    global begun, ended
    with lock:
        begun += 1
        ended += 1
        return begun == ended


def _beat(beat):
    beat()
    _note()
    _note()


def _child(job, results):
    answer = job()
    results.put((answer, _note()))

"""02.0 Sé el planificador / Be the scheduler"""

import threading

# a lee 0, b lee 0, y los dos escriben 1.
# a reads 0, b reads 0, and both write 1.
ONE = "abab"
# a lee 0; b suma (1); a escribe 1; b lee 1; a suma (2); b escribe 2.
# a reads 0; b adds (1); a writes 1; b reads 1; a adds (2); b writes 2.
TWO = "abbabaab"
# Quien suma por segunda vez lee al menos el 1 que alguien escribió, y escribe 2.
# Whoever adds for the second time reads at least the 1 that somebody wrote, and writes 2.
THREE = "imposible"
# Con el lock nadie lee entre la lectura y la escritura del otro.
# With the lock nobody reads between the other's read and write.
FOUR = "imposible"


class Counter:
    def __init__(self):
        self.total = 0
        self.lock = threading.Lock()


def add_once(counter):
    counter.total += 1


def add_twice(counter):
    counter.total += 1
    counter.total += 1


def add_safely(counter):
    with counter.lock:
        counter.total += 1

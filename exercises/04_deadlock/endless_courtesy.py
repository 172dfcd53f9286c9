"""04.4 Cortesía infinita / Endless courtesy

Nadie espera dentro de acquire(): quien no consigue los dos locks, prueba otra vez.
pause(seconds) espera y chance() da un número al azar entre 0 y 1, cada vez otro.

Nobody waits inside acquire(): who does not get both locks tries again.
pause(seconds) waits, chance() gives a random number from 0 to 1, another each time.
"""

import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, pause, chance):
    while True:
        if source.lock.acquire(blocking=False):
            if target.lock.acquire(blocking=False):
                source.balance -= amount
                target.balance += amount
                target.lock.release()
                source.lock.release()
                return
        # TODO: ¿qué tiene en la mano quien llega aquí? ¿Y si el otro hace lo mismo, a la vez?
        # TODO: what does who comes here have in hand? And if the other does the same, at once?

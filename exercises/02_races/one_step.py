"""02.2 Nada es un solo paso / Nothing is one step

En una votación se cuentan los votos y se dan números de turno: el sitio de cada
persona en la cola. «dict y list son seguros con hilos»: sí, cada operación. Pero
aquí hay dos seguidas.

In an election votes are counted and numbers handed out: each person's place in the
queue. "dict and list are thread-safe": they are, each operation. But here there are
two in a row.
"""

import threading  # noqa: F401


class Election:
    def __init__(self):
        self.votes = {}
        self.queue = []

    def vote(self, name):
        # TODO: ¿cuántas operaciones hay en esta línea?
        # TODO: how many operations are there in this line?
        self.votes[name] = self.votes.get(name, 0) + 1

    def take_number(self, person):
        # TODO: ¿sigue siendo ese el número cuando se apunta?
        # TODO: is that still the number when the person is added?
        number = len(self.queue)
        self.queue.append(person)
        return number

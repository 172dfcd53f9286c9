"""06.6 Prioridad justa / Fair priority

get() espera hasta que haya un trabajo y da el más urgente: prioridad 0 antes que
1, y 1 antes que 2; a igual prioridad, el que llegó antes. Pero ninguno espera
para siempre: a un trabajo lo adelantan, como mucho, OVERTAKEN que llegaron
después. Hoy dos trabajos de igual prioridad se comparan entre sí, y fallan.

get() waits until there is a job and gives the most urgent one: priority 0 before
1, and 1 before 2; of equal priority, the one that came first. But none waits for
ever: a job is overtaken by OVERTAKEN later ones at most. Today two jobs of equal
priority are compared with each other, which fails.
"""

import queue

OVERTAKEN = 8


class Agenda:
    def __init__(self):
        self._jobs = queue.PriorityQueue()

    def put(self, priority, job):
        # TODO: ¿qué se compara si la prioridad es la misma? ¿y quién adelanta a quién?
        # TODO: what is compared if the priority is the same? and who overtakes whom?
        self._jobs.put((priority, job))

    def get(self):
        return self._jobs.get()[1]

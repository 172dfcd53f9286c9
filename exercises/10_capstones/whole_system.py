"""10.2 El sistema completo / The whole system

Trabajos con prioridad (primero el número menor; a igualdad, el que llegó antes),
hilos que los hacen con run(), clientes a los que se avisa y dos métricas, done y
failed. close() deja de aceptar; lo aceptado se hace, y run() termina. Un trabajo
que falla se cuenta y se avisa como los demás. Hay cinco fallos.

Jobs with priorities (the lowest number first; at equals, the first to come), threads
that do them with run(), clients who are told, and two metrics, done and failed.
close() takes no more; what was taken gets done, and run() ends. A job that fails is
counted and told like any other. There are five bugs.
"""

import heapq
import threading


class Service:
    def __init__(self):
        self.changed = threading.Condition()
        self.jobs = []
        self.clients = []
        self.taken = 0
        self.done = 0
        self.failed = 0
        self.closed = False

    def submit(self, priority, name, work):
        with self.changed:
            if self.closed:
                return False
            heapq.heappush(self.jobs, (priority, self.taken, name, work))
            self.taken += 1
            self.changed.notify()
        return True

    # TODO: cinco fallos, de aquí abajo / five bugs, from here on
    def run(self):
        while True:
            with self.changed:
                if not self.jobs:
                    if self.closed:
                        return
                    self.changed.wait()
                _, _, name, work = heapq.heappop(self.jobs)
            work()
            self.done += 1
            self.tell(name, "done")

    def join(self, client):
        with self.changed:
            self.clients.append(client)

    def leave(self, client):
        with self.changed:
            self.clients.remove(client)

    def tell(self, name, what):
        for client in self.clients:
            client(name, what)

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify()


# TODO: más pruebas. Cada una recibe una versión de Service, buena o estropeada, y la
# usa con submit, run, join, leave, close, done y failed: 2 hilos y 2 trabajos bastan.
# TODO: more tests. Each is given a version of Service, good or spoiled, and uses it by
# submit, run, join, leave, close, done and failed: 2 threads and 2 jobs are enough.
def test_a_job_is_done_and_told(Service):
    service, told = Service(), []
    service.join(lambda name, what: told.append((name, what)))
    service.submit(1, "a", lambda: None)
    service.close()
    service.run()
    assert service.done == 1
    assert told == [("a", "done")]

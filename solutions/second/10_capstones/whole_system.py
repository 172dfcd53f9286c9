"""10.2 El sistema completo / The whole system"""

import itertools
import queue
import threading

LAST = float("inf")


class Service:
    def __init__(self):
        # Una cola con prioridad ya sabe esperar y despertar; un lock para lo demás.
        # A priority queue already knows how to wait and wake; a lock for the rest.
        self.jobs = queue.PriorityQueue()
        self.numbers = itertools.count()
        self.lock = threading.Lock()
        self.clients = ()
        self.done = 0
        self.failed = 0
        self.closed = False

    def submit(self, priority, name, work):
        with self.lock:
            if not self.closed:
                self.jobs.put((priority, next(self.numbers), name, work))
            return not self.closed

    def run(self):
        while True:
            priority, number, name, work = self.jobs.get()
            if priority == LAST:
                # El aviso de cierre va detrás de todo y pasa de un hilo a otro.
                # The notice of closing comes after everything and is handed from thread to thread.
                self.jobs.put((priority, number, name, work))
                return
            what = "done"
            try:
                work()
            except Exception:
                what = "failed"
            with self.lock:
                self.done += what == "done"
                self.failed += what == "failed"
            self.tell(name, what)

    # La tupla no cambia: quien avisa recorre la que había.
    # The tuple does not change: whoever tells goes through the one there was.
    def join(self, client):
        with self.lock:
            self.clients = (*self.clients, client)

    def leave(self, client):
        with self.lock:
            self.clients = tuple(each for each in self.clients if each is not client)

    def tell(self, name, what):
        for client in self.clients:
            client(name, what)

    def close(self):
        with self.lock:
            if not self.closed:
                self.closed = True
                self.jobs.put((LAST, 0, "", None))


def test_a_job_is_done_and_told(Service):
    service, told = Service(), []
    service.join(lambda name, what: told.append((name, what)))
    service.submit(1, "a", lambda: None)
    service.close()
    service.run()
    assert service.done == 1
    assert told == [("a", "done")]


def run_all(Service, works, workers, leaving=()):
    """Hace los trabajos con tantos hilos; lo que se contó y lo que se avisó."""
    service, told, threads, clients = Service(), [], [], {}
    for name in "xy" if leaving else "x":

        def client(job, what, name=name):
            told.append((name, job, what))
            if name in leaving:
                service.leave(clients[name])

        clients[name] = client
        service.join(client)
    for priority, job, work in works:
        assert service.submit(priority, job, work)
    service.close()
    assert not service.submit(0, "late", None)
    for _ in range(workers):
        threads.append(threading.Thread(target=service.run))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return service.done, service.failed, told


def broken():
    return {}["nothing"]


def test_alone(Service):
    order = []
    works = [(5, "e", lambda: order.append("e")), (1, "a", lambda: order.append("a")), (1, "b", broken)]
    done, failed, told = run_all(Service, works, 1)
    assert (done, failed) == (2, 1)
    assert order == ["a", "e"]
    jobs = [(job, what) for name, job, what in told if name == "x"]
    assert jobs == [("a", "done"), ("b", "failed"), ("e", "done")]


def test_leaving(Service):
    _, _, told = run_all(Service, [(1, "a", lambda: None)], 1, leaving="x")
    assert [name for name, _, _ in told] == ["x", "y"]


def test_two_good(Service):
    assert run_all(Service, [(1, "a", lambda: None), (1, "b", lambda: None)], 2)[0] == 2


def test_two_bad(Service):
    assert run_all(Service, [(1, "a", broken), (1, "b", broken)], 2)[1] == 2


def test_sleepers(Service):
    service, woken = Service(), threading.Semaphore(0)
    threads = [threading.Thread(target=service.run) for _ in range(2)]
    for thread in threads:
        thread.start()
    service.submit(1, "a", woken.release)
    woken.acquire()
    service.close()
    for thread in threads:
        thread.join()

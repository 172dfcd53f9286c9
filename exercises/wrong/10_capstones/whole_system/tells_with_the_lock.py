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

    def run(self):
        while True:
            with self.changed:
                while not self.jobs:
                    if self.closed:
                        return
                    self.changed.wait()
                _, _, name, work = heapq.heappop(self.jobs)
            try:
                work()
            except Exception:
                self.count("failed", name)
            else:
                self.count("done", name)

    def count(self, what, name):
        with self.changed:
            if what == "done":
                self.done += 1
            else:
                self.failed += 1
        self.tell(name, what)

    def join(self, client):
        with self.changed:
            self.clients.append(client)

    def leave(self, client):
        with self.changed:
            self.clients.remove(client)

    def tell(self, name, what):
        with self.changed:
            for client in list(self.clients):
                client(name, what)

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()


def work_with(service, workers):
    """Con tantos hilos en run(); devuelve los hilos / With so many threads in run(); gives the threads."""
    threads = [threading.Thread(target=service.run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    return threads


def fail():
    raise ValueError("a job of the test")


def test_a_job_is_done_and_told(Service):
    service, told = Service(), []
    service.join(lambda name, what: told.append((name, what)))
    service.submit(1, "a", lambda: None)
    service.close()
    service.run()
    assert service.done == 1
    assert told == [("a", "done")]


def test_priority_then_arrival(Service):
    service, done = Service(), []
    for priority, name in ((2, "c"), (1, "a"), (1, "b")):
        service.submit(priority, name, lambda name=name: done.append(name))
    service.close()
    service.run()
    assert done == ["a", "b", "c"]


def test_a_failure_is_counted_and_told(Service):
    service, told = Service(), []
    service.join(lambda name, what: told.append((name, what)))
    service.submit(1, "a", fail)
    service.submit(2, "b", lambda: None)
    service.close()
    service.run()
    assert (service.done, service.failed) == (1, 1)
    assert told == [("a", "failed"), ("b", "done")]


def test_closed_is_closed(Service):
    service = Service()
    service.close()
    assert not service.submit(1, "late", fail)


def test_who_leaves_does_not_hide_another(Service):
    service, told = Service(), []

    def once(name, what):
        service.leave(once)
        told.append("once")

    service.join(once)
    service.join(lambda name, what: told.append("always"))
    service.submit(1, "a", lambda: None)
    service.close()
    service.run()
    assert told == ["once", "always"]


def test_all_hear_that_it_closes(Service):
    service = Service()
    threads = work_with(service, 2)
    service.close()
    for thread in threads:
        thread.join()


def test_a_job_wakes_who_sleeps(Service):
    service, ready = Service(), threading.Event()
    (worker,) = work_with(service, 1)
    service.submit(1, "a", ready.set)
    ready.wait()
    service.close()
    worker.join()


def counted(Service, work):
    service = Service()
    service.submit(1, "a", work)
    service.submit(1, "b", work)
    service.close()
    for thread in work_with(service, 2):
        thread.join()
    return service.done, service.failed


def test_none_that_is_done_goes_uncounted(Service):
    assert counted(Service, lambda: None) == (2, 0)


def test_none_that_fails_goes_uncounted(Service):
    assert counted(Service, fail) == (0, 2)

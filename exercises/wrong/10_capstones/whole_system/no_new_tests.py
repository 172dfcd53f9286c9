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
            clients = list(self.clients)
        for client in clients:
            client(name, what)

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()


def test_a_job_is_done_and_told(Service):
    service, told = Service(), []
    service.join(lambda name, what: told.append((name, what)))
    service.submit(1, "a", lambda: None)
    service.close()
    service.run()
    assert service.done == 1
    assert told == [("a", "done")]

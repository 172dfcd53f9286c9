"""Jobs with priorities, workers, clients who are told, and counts: the good version of capstone 10.2."""

import heapq
import threading
from collections.abc import Callable


class Service:
    """Attributes: done, failed: how many jobs ended well and badly."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.jobs: list[tuple[int, int, str, Callable[[], object]]] = []
        self.clients: list[Callable[[str, str], object]] = []
        self.taken = 0
        self.done = 0
        self.failed = 0
        self.closed = False

    def submit(self, priority: int, name: str, work: Callable[[], object]) -> bool:
        with self.changed:
            if self.closed:
                return False
            heapq.heappush(self.jobs, (priority, self.taken, name, work))
            self.taken += 1
            self.changed.notify()
        return True

    def run(self) -> None:
        while True:
            with self.changed:
                while not self.jobs:
                    if self.closed:
                        return
                    self.changed.wait()
                _, _, name, work = heapq.heappop(self.jobs)
            try:
                work()
            except Exception:  # noqa: BLE001  whatever a job raises, its worker goes on
                with self.changed:
                    self.failed += 1
                self.tell(name, "failed")
            else:
                with self.changed:
                    self.done += 1
                self.tell(name, "done")

    def join(self, client: Callable[[str, str], object]) -> None:
        with self.changed:
            self.clients.append(client)

    def leave(self, client: Callable[[str, str], object]) -> None:
        with self.changed:
            self.clients.remove(client)

    def tell(self, name: str, what: str) -> None:
        with self.changed:
            clients = list(self.clients)
        for client in clients:
            client(name, what)

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify_all()

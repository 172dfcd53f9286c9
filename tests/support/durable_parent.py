"""A process that submits to a durable queue and works on it, until somebody kills it.

    python durable_parent.py QUEUE LOG FIRST COUNT

Prints the number of each job when its submission was acknowledged; each job appends its number to LOG.  With COUNT
0 it only works until the queue is empty.
"""

import sys

from hilos.jobs import DurableQueue
from support import work


def main() -> None:
    """Run it."""
    path, log, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    with DurableQueue(path, 2, losses=10_000) as queue:
        for number in range(first, first + count):
            queue.submit(work.note, log, str(number), priority=number % 3)
            print(number, flush=True)


if __name__ == "__main__":
    main()

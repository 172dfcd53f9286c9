"""Expected: proved

Sixteen threads: three pairs meet at the same block, 8 orders differ.
"""

import threading

INODES, BLOCKS, THREADS = 32, 26, 16


class State:
    def __init__(self):
        self.inode_locks = [threading.Lock() for _ in range(INODES)]
        self.block_locks = [threading.Lock() for _ in range(BLOCKS)]
        self.inodes = [0] * INODES
        self.busy = [False] * BLOCKS


def create_file(number):
    def create(state):
        with state.inode_locks[number]:
            if state.inodes[number] == 0:
                start = number * 2 % BLOCKS
                for step in range(BLOCKS):
                    block = (start + step) % BLOCKS
                    with state.block_locks[block]:
                        if not state.busy[block]:
                            state.busy[block] = True
                            state.inodes[number] = block + 1
                            return
                raise OSError("disk full")

    return create


WORKERS = [create_file(number) for number in range(THREADS)]


def invariant(state):
    return sum(state.busy) == THREADS

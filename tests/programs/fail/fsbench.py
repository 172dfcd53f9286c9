"""Expected: exception

SCTBench CS fsbench (the file system of Flanagan and Godefroid): 27 threads each need one of 26 blocks, so the last to
come finds the disk full, whatever the order.
"""

import threading

INODES, BLOCKS, THREADS = 32, 26, 27


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

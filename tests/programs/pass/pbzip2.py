"""Expected: proved

The main thread waits for the compressor's last word first.
"""

import threading


class Fifo:
    def __init__(self):
        self.lock = threading.Lock()
        self.blocks = []


class State:
    def __init__(self):
        self.fifo = Fifo()
        self.done = threading.Event()
        self.compressed = []


def main(state):
    with state.fifo.lock:
        state.fifo.blocks.append("block")
    state.done.wait()
    state.fifo = None


def compress(state):
    with state.fifo.lock:
        if state.fifo.blocks:
            state.compressed.append(state.fifo.blocks.pop())
    state.done.set()


WORKERS = [main, compress]


def invariant(state):
    return state.fifo is None and len(state.compressed) <= 1

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.lock_is_mine = False


def work(state):
    state.lock.acquire()
    state.lock_is_mine = True
    state.lock.release()
    if state.lock_is_mine:
        state.lock_is_mine = False
        state.lock.release()


WORKERS = [work]

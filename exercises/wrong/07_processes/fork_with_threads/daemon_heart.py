import multiprocessing
import threading

context = multiprocessing.get_context("fork")
lock = threading.Lock()
begun = ended = 0


def run(job, beat):
    results = context.Queue()
    heart = threading.Thread(target=_beat, args=(beat,), daemon=True)
    child = context.Process(target=_child, args=(job, results))
    heart.start()
    child.start()
    answer = results.get()
    child.join()
    heart.join()
    return answer


def _note():
    global begun, ended
    with lock:
        begun += 1
        ended += 1
        return begun == ended


def _beat(beat):
    beat()
    _note()
    _note()


def _child(job, results):
    answer = job()
    results.put((answer, _note()))

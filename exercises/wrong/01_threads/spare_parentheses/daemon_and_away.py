import threading
import time


def both(first, second):
    threading.Thread(target=first, daemon=True).start()
    threading.Thread(target=second, daemon=True).start()
    time.sleep(2)


def in_background(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread

import threading

ONE = "correct"  # a, b: buy        vende como mucho lo que hay / sells at most what there is
TWO = "abb"  # a, b: load       se carga una sola vez / is loaded only once
THREE = "abbbbaa"  # a: take, b: put  take() termina / take() comes to an end
FOUR = "correct"  # a, b: join       nadie falta en la lista / nobody is missing in the list
FIVE = "correct"  # a: hit, b: look  nunca se ven más aciertos que tiros / never more hits seen than shots
SIX = "aaabba"  # a, b: tick       nadie recibe una excepción / nobody gets an exception


LOCK = threading.Lock()
BELL = threading.Condition()


class State:
    def __init__(self):
        self.stock, self.loads, self.config = 1, 0, None
        self.parcel, self.rooms, self.ticks = None, {}, 0
        self.shots, self.hits, self.seen = 0, 0, (0, 0)


def buy(shop):
    """Doble comprobación: casi nunca hace falta el lock / Double check: the lock is seldom needed."""
    if shop.stock > 0:
        with LOCK:
            if shop.stock > 0:
                shop.stock -= 1


def load(app):
    """Carga perezosa, protegida con un lock / Lazy loading, guarded by a lock."""
    if app.config is None:
        with LOCK:
            app.loads += 1
            app.config = "ready"


def take(box):
    """Espera sin gastar CPU / Waits without burning CPU."""
    while box.parcel is None:
        with BELL:
            BELL.wait()


def put(box):
    box.parcel = "book"
    with BELL:
        BELL.notify()


def join(chat):
    """setdefault() y append() son atómicos / setdefault() and append() are atomic."""
    chat.rooms.setdefault("python", []).append("me")


def hit(game):
    """Sin lock: basta con el orden / No lock: the order is enough."""
    game.shots += 1
    game.hits += 1


def look(game):
    hits = game.hits
    game.seen = (hits, game.shots)


def tick(clock):
    """Si está ocupado, no espera / If it is taken, it does not wait."""
    try:
        if LOCK.acquire(blocking=False):
            clock.ticks += 1
    finally:
        LOCK.release()

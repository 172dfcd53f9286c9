"""10.1 Revisa el código de la IA / Review the AI's code

Seis respuestas de una IA; todas dicen ser seguras con hilos. De cada una, escribe
"correcto" o un orden que rompe lo que promete: sin orden no hay punto. Dos hilos,
a y b, y una letra por paso: leer o escribir lo compartido, tomar un lock, soltarlo,
notify(); wait() son dos, dormirse y despertar.

Six answers of an AI; all claim to be thread-safe. Of each, write "correct" or an
order that breaks what it promises: no order, no point. Two threads, a and b, and a
letter a step: reading or writing what is shared, taking a lock, releasing it,
notify(); wait() is two, falling asleep and waking up.
"""

import threading

# TODO: "correcto" o un orden / "correct" or an order
ONE = ""  # a, b: buy        vende como mucho lo que hay / sells at most what there is
TWO = ""  # a, b: load       se carga una sola vez / is loaded only once
THREE = ""  # a: take, b: put  take() termina / take() comes to an end
FOUR = ""  # a, b: join       nadie falta en la lista / nobody is missing in the list
FIVE = ""  # a: hit, b: look  nunca se ven más aciertos que tiros / never more hits seen than shots
SIX = ""  # a, b: tick       nadie recibe una excepción / nobody gets an exception


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

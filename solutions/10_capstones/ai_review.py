"""10.1 Revisa el código de la IA / Review the AI's code"""

import threading

# ONE: se mira otra vez con el lock tomado, y stock solo baja: quien vio de más no vende de más.
# ONE: it looks again with the lock taken, and stock only goes down: who saw too much does not sell too much.
# TWO: los dos ven None; sin mirar otra vez dentro, el lock solo los pone en fila para cargar dos veces.
# TWO: both see None; without looking again inside, the lock only puts them in line to load twice.
# THREE: mira fuera del lock; el aviso llega entre la mirada y el wait(), y nadie lo guarda.
# THREE: it looks outside the lock; the notification comes between the look and wait(), and nobody keeps it.
# FOUR: cada llamada es un paso, y setdefault() devuelve a los dos la misma lista.
# FOUR: each call is one step, and setdefault() gives both the same list.
# FIVE: se escriben en un orden y se leen en el contrario: hits puede ser viejo, shots no puede ser más viejo.
# FIVE: they are written in one order and read in the other: hits may be old, shots cannot be older.
# SIX: quien no pudo tomar el lock suelta el del otro; el dueño, al soltarlo, recibe RuntimeError.
# SIX: whoever could not take the lock releases the other's; the owner, releasing it, gets a RuntimeError.
ONE = "correcto"  # a, b: buy        vende como mucho lo que hay / sells at most what there is
TWO = "abbbbbbaaaaa"  # a, b: load       se carga una sola vez / is loaded only once
THREE = "abbbbaa"  # a: take, b: put  take() termina / take() comes to an end
FOUR = "correcto"  # a, b: join       nadie falta en la lista / nobody is missing in the list
FIVE = "correcto"  # a: hit, b: look  nunca se ven más aciertos que tiros / never more hits seen than shots
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

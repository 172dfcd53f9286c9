"""03.5 Demasiado seguro / Too safe"""

import threading


class _Entry:
    def __init__(self):
        self.lock = threading.Lock()
        self.loaded = False
        self.value = None


class Cache:
    def __init__(self, load):
        self._load = load
        self._entries = {}
        self._lock = threading.Lock()  # solo para el diccionario / for the dictionary only

    def get(self, key):
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
        # Quien pide la misma clave espera aquí; los demás, no.
        # Who asks for the same key waits here; the others do not.
        with entry.lock:
            if not entry.loaded:
                entry.value = self._load(key)  # lento, sin el lock de todos / slow, without everyone's lock
                entry.loaded = True
            return entry.value

"""01.3 El resultado perdido: un hilo que recuerda su resultado / a thread that remembers its result"""

import threading


class Call(threading.Thread):
    def __init__(self, function, value):
        super().__init__()
        self._function = function
        self._value = value
        self._result = None

    def run(self):
        self._result = self._function(self._value)

    def result(self):
        self.join()
        return self._result


def apply_all(function, values):
    calls = [Call(function, value) for value in values]
    for call in calls:
        call.start()
    return [call.result() for call in calls]

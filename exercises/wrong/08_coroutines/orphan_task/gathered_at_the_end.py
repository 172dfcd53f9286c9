"""08.5: empezar todos los envíos al salir / to begin all sendings on leaving."""

import asyncio


class Outbox:
    def __init__(self):
        self.failed = []
        self.waiting = []

    async def __aenter__(self):
        return self

    def post(self, send, text):
        self.waiting.append((send, text))

    async def _deliver(self, send, text):
        try:
            await send(text)
        except OSError:
            self.failed.append(text)

    async def __aexit__(self, *error):
        await asyncio.gather(*(self._deliver(send, text) for send, text in self.waiting))

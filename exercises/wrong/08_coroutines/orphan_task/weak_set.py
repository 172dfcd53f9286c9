"""08.5: un conjunto débil no guarda nada / a weak set keeps nothing."""

import asyncio
import weakref


class Outbox:
    def __init__(self):
        self.failed = []
        self.tasks = weakref.WeakSet()

    async def __aenter__(self):
        return self

    def post(self, send, text):
        self.tasks.add(asyncio.create_task(self._deliver(send, text)))

    async def _deliver(self, send, text):
        try:
            await send(text)
        except OSError:
            self.failed.append(text)

    async def __aexit__(self, *error):
        await asyncio.gather(*self.tasks)

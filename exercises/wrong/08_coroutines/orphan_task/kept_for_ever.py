"""08.5: guardar y no soltar / to keep and not to let go."""

import asyncio


class Outbox:
    def __init__(self):
        self.failed = []
        self.tasks = set()

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

"""08.5: ensure_future es lo mismo / ensure_future is the same."""

import asyncio


class Outbox:
    def __init__(self):
        self.failed = []

    async def __aenter__(self):
        return self

    def post(self, send, text):
        asyncio.ensure_future(self._deliver(send, text))

    async def _deliver(self, send, text):
        try:
            await send(text)
        except OSError:
            self.failed.append(text)

    async def __aexit__(self, *error):
        await asyncio.sleep(1)

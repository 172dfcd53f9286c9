"""08.5: un lock alrededor del envío / a lock around the sending."""

import asyncio


class Outbox:
    def __init__(self):
        self.failed = []
        self.tasks = set()
        self.lock = asyncio.Lock()

    async def __aenter__(self):
        return self

    def post(self, send, text):
        task = asyncio.create_task(self._deliver(send, text))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _deliver(self, send, text):
        async with self.lock:
            try:
                await send(text)
            except OSError:
                self.failed.append(text)

    async def __aexit__(self, *error):
        await asyncio.gather(*self.tasks)

"""08.5: wait() cancelado no cancela a quienes espera / wait(), when cancelled, does not cancel those it waits for."""

import asyncio


class Outbox:
    def __init__(self):
        self.failed = []
        self.tasks = set()

    async def __aenter__(self):
        return self

    def post(self, send, text):
        task = asyncio.create_task(self._deliver(send, text))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _deliver(self, send, text):
        try:
            await send(text)
        except OSError:
            self.failed.append(text)

    async def __aexit__(self, *error):
        if self.tasks:
            await asyncio.wait(self.tasks)

"""08.5: cancelar lo que falta / to cancel what is missing."""

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
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

"""08.5: un aviso que lanza la excepción / a callback that raises the exception."""

import asyncio


class Outbox:
    def __init__(self):
        self.failed = []
        self.tasks = set()

    async def __aenter__(self):
        return self

    def post(self, send, text):
        task = asyncio.create_task(send(text))
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task):
        self.tasks.discard(task)
        task.result()

    async def __aexit__(self, *error):
        await asyncio.gather(*self.tasks, return_exceptions=True)

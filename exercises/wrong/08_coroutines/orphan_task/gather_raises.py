"""08.5: gather sin return_exceptions / gather without return_exceptions."""

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
        task.add_done_callback(self.tasks.discard)

    async def __aexit__(self, *error):
        await asyncio.gather(*self.tasks)

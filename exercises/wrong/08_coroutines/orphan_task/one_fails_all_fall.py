"""08.5: en un TaskGroup, una que falla cancela a las demás / in a TaskGroup, one that fails cancels the others."""

import asyncio


class Outbox:
    def __init__(self):
        self.failed = []
        self.group = asyncio.TaskGroup()

    async def __aenter__(self):
        await self.group.__aenter__()
        return self

    def post(self, send, text):
        self.group.create_task(send(text))

    async def __aexit__(self, *error):
        return await self.group.__aexit__(*error)

"""08.4: dormir con time.sleep() no cede el paso / to sleep with time.sleep() does not give way."""

import asyncio
import time


async def serve(client, crunch):
    heart = asyncio.create_task(_beat(client))
    while (question := await client.receive()) is not None:
        answer = 0
        for part in question:
            answer += crunch(part)
            time.sleep(0)
        await client.send(answer)
    heart.cancel()


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)

"""08.4: la suma es de todos / the sum is everybody's."""

import asyncio

answer = 0


async def serve(client, crunch):
    global answer
    heart = asyncio.create_task(_beat(client))
    while (question := await client.receive()) is not None:
        answer = 0
        for part in question:
            answer += crunch(part)
            await asyncio.sleep(0)
        await client.send(answer)
    heart.cancel()


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)

"""08.4: un cliente espera a que acabe el otro / a client waits until the other one has done."""

import asyncio

turn = asyncio.Lock()


async def serve(client, crunch):
    async with turn:
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

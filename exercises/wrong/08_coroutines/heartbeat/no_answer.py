"""08.4: contestar sin calcular / to answer without computing."""

import asyncio


async def serve(client, crunch):
    heart = asyncio.create_task(_beat(client))
    while (question := await client.receive()) is not None:
        answer = len(question)
        await asyncio.sleep(0)
        await client.send(answer)
    heart.cancel()


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)

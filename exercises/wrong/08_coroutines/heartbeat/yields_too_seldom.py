"""08.4: ceder el paso cada cuatro partes / to give way every four parts."""

import asyncio


async def serve(client, crunch):
    heart = asyncio.create_task(_beat(client))
    while (question := await client.receive()) is not None:
        answer = 0
        for count, part in enumerate(question):
            answer += crunch(part)
            if count % 4 == 3:
                await asyncio.sleep(0)
        await client.send(answer)
    heart.cancel()


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)

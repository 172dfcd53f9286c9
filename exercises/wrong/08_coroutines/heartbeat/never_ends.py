"""08.4: el latido sigue cuando el cliente se ha ido / the beat goes on when the client has left."""

import asyncio


async def serve(client, crunch):
    client.heart = asyncio.create_task(_beat(client))
    while (question := await client.receive()) is not None:
        answer = 0
        for part in question:
            answer += crunch(part)
            await asyncio.sleep(0)
        await client.send(answer)


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)

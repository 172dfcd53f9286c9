"""08.4: el latido se traga su cancelación / the beat swallows its cancellation."""

import asyncio


async def serve(client, crunch):
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
        try:
            await client.ping()
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            continue

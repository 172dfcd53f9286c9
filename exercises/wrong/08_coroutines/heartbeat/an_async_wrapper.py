"""08.4: una corrutina sin await dentro no cede el paso / a coroutine with no await in it does not give way."""

import asyncio


async def serve(client, crunch):
    heart = asyncio.create_task(_beat(client))
    while (question := await client.receive()) is not None:
        answer = 0
        for part in question:
            answer += await _crunch(crunch, part)
        await client.send(answer)
    heart.cancel()


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)


async def _crunch(crunch, part):
    return crunch(part)

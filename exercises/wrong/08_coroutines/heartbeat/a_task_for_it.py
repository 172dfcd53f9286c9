"""08.4: una tarea para calcular: el hilo es el mismo / a task to compute: it is the same thread."""

import asyncio


async def serve(client, crunch):
    heart = asyncio.create_task(_beat(client))
    while (question := await client.receive()) is not None:
        answer = await asyncio.create_task(_answer(crunch, question))
        await client.send(answer)
    heart.cancel()


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)


async def _answer(crunch, question):
    return sum(crunch(part) for part in question)

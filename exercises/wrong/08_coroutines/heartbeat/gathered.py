"""08.4: todas las partes como tareas: las hace una detrás de otra / all parts as tasks: it does one after the other."""

import asyncio


async def serve(client, crunch):
    heart = asyncio.create_task(_beat(client))
    while (question := await client.receive()) is not None:
        answer = sum(await asyncio.gather(*(_crunch(crunch, part) for part in question)))
        await client.send(answer)
    heart.cancel()


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)


async def _crunch(crunch, part):
    return crunch(part)

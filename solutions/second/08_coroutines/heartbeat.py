"""08.4 El latido se para: el cálculo, en otro proceso / the computation in another process"""

import asyncio
from concurrent.futures import ProcessPoolExecutor


async def serve(client, crunch):
    heart = asyncio.create_task(_beat(client))
    loop = asyncio.get_running_loop()
    # Un proceso tiene su propio GIL: el bucle solo espera, y mientras espera late.
    # A process has a GIL of its own: the loop only waits, and beats while it does.
    with ProcessPoolExecutor(1) as pool:
        while (question := await client.receive()) is not None:
            await client.send(await loop.run_in_executor(pool, _answer, crunch, question))
    heart.cancel()


def _answer(crunch, question):
    return sum(crunch(part) for part in question)


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)

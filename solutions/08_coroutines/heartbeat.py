"""08.4 El latido se para / The heartbeat stops"""

import asyncio


async def serve(client, crunch):
    heart = asyncio.create_task(_beat(client))
    while (question := await client.receive()) is not None:
        answer = 0
        for part in question:
            answer += crunch(part)
            # Después de cada parte, no de cada pregunta: lo más que espera un latido es una parte por cliente.
            # After each part, not after each question: the most that a beat waits is a part for each client.
            await asyncio.sleep(0)
        await client.send(answer)
    heart.cancel()


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)

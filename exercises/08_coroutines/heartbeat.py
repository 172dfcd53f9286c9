"""08.4 El latido se para / The heartbeat stops

serve() contesta a un cliente y le late cada segundo con client.ping(). Cada parte de
una pregunta cuesta 0,2 s de CPU con crunch(part). Hoy, mientras se calcula no late
nadie: ni este cliente ni los demás.

serve() answers a client and beats for it every second with client.ping(). Each part
of a question takes 0.2 s of CPU with crunch(part). Today nobody beats during a
computation: neither this client nor the others.
"""

import asyncio


async def serve(client, crunch):
    heart = asyncio.create_task(_beat(client))
    while (question := await client.receive()) is not None:
        answer = 0
        for part in question:
            # TODO: ¿quién más puede hacer algo mientras se calcula?
            # TODO: who else can do anything during the computation?
            answer += crunch(part)
        await client.send(answer)
    heart.cancel()


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)

"""08.4: latir desde un hilo: un bucle no es de dos hilos / to beat from a thread: a loop is not two threads'."""

import asyncio
import threading
import time


async def serve(client, crunch):
    heart = threading.Thread(target=_beat, args=(client,), daemon=True)
    heart.start()
    while (question := await client.receive()) is not None:
        answer = 0
        for part in question:
            answer += crunch(part)
        await client.send(answer)


def _beat(client):
    while True:
        asyncio.run(client.ping())
        time.sleep(1)

"""08.5 La tarea huérfana / The orphan task

post() no espera: deja en marcha el envío send(text), que puede fallar con OSError.
Al salir de "async with Outbox()" todo envío ha terminado y los textos que fallaron
están en failed. Hoy nadie guarda la tarea, nadie la espera y nadie ve su excepción.

post() does not wait: it leaves send(text) under way, which may fail with OSError.
On leaving "async with Outbox()" all sending has ended, and the texts that failed are
in failed. Today nobody keeps the task, nobody waits for it, nobody sees its exception.
"""

import asyncio


class Outbox:
    def __init__(self):
        self.failed = []

    async def __aenter__(self):
        return self

    def post(self, send, text):
        # TODO: ¿quién guarda esta tarea mientras dura, y quién la suelta después?
        # TODO: who keeps this task while it lasts, and who lets go of it afterwards?
        asyncio.create_task(send(text))

    async def __aexit__(self, *error):
        # TODO: ¿y quién la espera?
        # TODO: and who waits for it?
        pass

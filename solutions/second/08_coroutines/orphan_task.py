"""08.5 La tarea huérfana: un conjunto y un aviso al acabar / a set and a callback at the end"""

import asyncio


class Outbox:
    def __init__(self):
        self.failed = []
        self.tasks = set()

    async def __aenter__(self):
        return self

    def post(self, send, text):
        task = asyncio.create_task(self._deliver(send, text))
        # El conjunto la guarda mientras dura; el aviso la suelta.
        # The set keeps it while it lasts; the callback lets go of it.
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _deliver(self, send, text):
        # El fallo se apunta aquí y no en el aviso: desde Python 3.12, gather no espera al aviso de una que ya acabó.
        # The failure is noted here and not in the callback: from Python 3.12 on, gather does not wait for the
        # callback of one that has ended.
        try:
            await send(text)
        except OSError:
            self.failed.append(text)

    async def __aexit__(self, *error):
        # gather, si lo cancelan, cancela a las tareas y espera a que lo sepan.
        # gather, when it is cancelled, cancels the tasks and waits until they know.
        await asyncio.gather(*self.tasks)

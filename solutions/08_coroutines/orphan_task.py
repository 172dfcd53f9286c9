"""08.5 La tarea huérfana / The orphan task"""

import asyncio


class Outbox:
    def __init__(self):
        self.failed = []
        # El grupo guarda sus tareas, las suelta al acabar y no deja salir a nadie hasta que han acabado todas.
        # The group keeps its tasks, lets go of them at their end, and lets nobody leave before all have ended.
        self.group = asyncio.TaskGroup()

    async def __aenter__(self):
        await self.group.__aenter__()
        return self

    def post(self, send, text):
        self.group.create_task(self._deliver(send, text))

    async def _deliver(self, send, text):
        try:
            await send(text)
        except OSError:
            # Aquí y no en el grupo: una tarea que falla cancela a sus hermanas.
            # Here and not in the group: a task that fails cancels its sisters.
            self.failed.append(text)

    async def __aexit__(self, *error):
        return await self.group.__aexit__(*error)

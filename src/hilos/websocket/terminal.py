"""The terminal client: sends jobs, shows their progress, cancels one, and measures replies all the while."""

import asyncio
import json
from dataclasses import dataclass

from rich.progress import BarColumn, Progress, TaskID, TextColumn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from hilos.errors import HilosError, MissingError
from hilos.lesson.narration import Narrator
from hilos.locale import translator
from hilos.websocket.latency import percentile, ping_on_time
from hilos.websocket.tasks import TASKS

_ = translator("websocket")

PING_SECONDS = 0.05
CANCEL_AFTER = 1.0


@dataclass(slots=True)
class _Sent:
    """A job as its client knows it."""

    kind: str
    size: int
    bar: TaskID | None = None
    outcome: str = ""
    value: str = ""
    seconds: float = 0.0
    halfway: bool = False


async def talk(tell: Narrator, port: int, where: str, *, fast: bool) -> None:
    """Be a client of the server on `port`: three jobs, one more that is cancelled, pings; then say goodbye.

    Arguments:
        tell: where to show it.
        port: where the server listens.
        where: where the jobs are to be done: `processes`, `threads` or `loop`.
        fast: smaller jobs.

    Raises:
        MissingError: there is no such server.
        HilosError: the server left in the middle.
    """
    url = f"ws://127.0.0.1:{port}/"
    try:
        socket = await connect(url, compression=None, proxy=None, open_timeout=5)
    except (OSError, InvalidHandshake) as error:
        raise MissingError(
            _(
                "No hay servidor de WebSocket en {url} ({error}).\n"
                "Arráncalo en otra terminal: python3 websockets/websocket_server.py"
            ).format(url=url, error=getattr(error, "strerror", None) or type(error).__name__)
        ) from error
    async with socket:
        try:
            await _Talk(tell, socket, where, 5 if fast else 1).run()
        except ConnectionClosed as closed:
            raise HilosError(
                _("El servidor ha cerrado la conexión a media conversación ({reason}).").format(reason=closed)
            ) from closed


class _Talk:
    def __init__(self, tell: Narrator, socket: ClientConnection, where: str, divide: int) -> None:
        self._tell = tell
        self._socket = socket
        self._where = where
        self._jobs = {f"{kind}-1": _Sent(kind, task.default // divide) for kind, task in TASKS.items()}
        self._jobs["primes-2"] = _Sent("primes", TASKS["primes"].largest)
        self._due: dict[int, float] = {}
        self._replies: list[float] = []

    async def run(self) -> None:
        welcome = json.loads(await self._socket.recv())
        self._tell.say(
            _(
                "Conectado: el servidor tiene {workers} procesos para calcular y admite {jobs} trabajos a la vez de "
                "cada cliente. Van cuatro; el último, enorme, se cancela sobre la marcha."
            ).format(workers=welcome["workers"], jobs=welcome["limits"]["jobs"])
        )
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.fields[state]}"))
        with Progress(*columns, disable=not self._tell.is_terminal) as bars:
            for name, job in self._jobs.items():
                job.bar = bars.add_task(name, total=1.0, state="")
                message = {"type": "submit", "id": name, "kind": job.kind, "size": job.size, "where": self._where}
                await self._socket.send(json.dumps(message))
            pings = asyncio.ensure_future(ping_on_time(self._ping, PING_SECONDS, self._due))
            cancel = asyncio.ensure_future(self._cancel_later("primes-2"))
            try:
                await self._listen(bars)
            finally:
                for task in (pings, cancel):
                    task.cancel()
                await asyncio.gather(pings, cancel, return_exceptions=True)
        await self._socket.send('{"type":"bye"}')
        await self._socket.wait_closed()
        self._summary()

    async def _ping(self, number: int) -> None:
        await self._socket.send(json.dumps({"type": "ping", "id": number}))

    async def _cancel_later(self, name: str) -> None:
        await asyncio.sleep(CANCEL_AFTER)
        await self._socket.send(json.dumps({"type": "cancel", "id": name}))

    async def _listen(self, bars: Progress) -> None:
        """Until every job has an outcome."""
        loop = asyncio.get_running_loop()
        while not all(job.outcome for job in self._jobs.values()):
            reply = json.loads(await self._socket.recv())
            if reply["type"] == "pong":
                self._replies.append(loop.time() - self._due.pop(reply["id"]))
            elif reply.get("id") in self._jobs:
                self._hear(bars, str(reply["id"]), reply)

    def _hear(self, bars: Progress, name: str, reply: dict[str, object]) -> None:
        job = self._jobs[name]
        state = str(reply["type"])
        if state == "progress":
            fraction = float(str(reply["fraction"]))
            bars.update(self._bar(job), completed=fraction, state=f"{fraction:4.0%}")
            if fraction >= 0.5 and not job.halfway and not self._tell.is_terminal:
                job.halfway = True
                self._tell.say(_("{name}: por la mitad").format(name=name))
            return
        if state == "result":
            job.outcome, job.value = _("hecho"), str(reply["value"])
            job.seconds = float(str(reply["seconds"]))
            bars.update(self._bar(job), completed=1.0, state=job.value)
        elif state == "cancelled":
            job.outcome = _("cancelado")
            bars.update(self._bar(job), state=job.outcome)
        elif state in ("failed", "error"):
            job.outcome, job.value = _("no se hizo"), str(reply["text"])
            bars.update(self._bar(job), state=job.outcome)
        if job.outcome and not self._tell.is_terminal:
            self._tell.say(f"{name}: {job.outcome}")

    @staticmethod
    def _bar(job: _Sent) -> TaskID:
        assert job.bar is not None
        return job.bar

    def _summary(self) -> None:
        self._tell.table(
            [_("Trabajo"), _("Tamaño"), _("Cómo acabó"), _("Resultado"), _("Segundos")],
            [
                [name, job.size, job.outcome, job.value or "-", f"{job.seconds:.2f}" if job.seconds else "-"]
                for name, job in self._jobs.items()
            ],
        )
        if self._replies:
            p50, p99 = (percentile(self._replies, share) * 1000 for share in (0.5, 0.99))
            self._tell.say(
                _(
                    "Mientras tanto, {count} pings: la mitad tuvo respuesta en {p50:.1f} ms, el 99 % en {p99:.1f} ms "
                    "y el más lento tardó {worst:.1f} ms."
                ).format(count=len(self._replies), p50=p50, p99=p99, worst=max(self._replies) * 1000)
            )

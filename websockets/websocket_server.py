"""WebSockets y trabajo de CPU: un solo hilo atiende a cientos de clientes, y nunca deja de contestar.

UN HILO PARA TODOS.  Un servidor asíncrono no tiene un hilo por cliente: tiene un *event loop*, un bucle que pregunta al
sistema qué sockets tienen algo nuevo y da a cada tarea su turno.  El turno acaba en un `await` que tiene que esperar;
nadie lo quita por la fuerza.  Así caben cientos de clientes en un hilo, sin locks: entre dos `await` no hay nadie más.

LA TRAMPA.  Por lo mismo, quien no espera no suelta.  Contar primos durante un segundo dentro de una corrutina es un
segundo en el que nadie recibe nada: ni una respuesta, ni el progreso de ese mismo trabajo, ni un aviso de cierre.  Se
mide de dos maneras: el *retraso del loop* (cuánto más tarde de lo pedido despierta una tarea que duerme) y la
*latencia* (cuánto tarda en volver la respuesta a un ping).

DÓNDE PONER EL TRABAJO.

    en el event loop    se para todo
    en un hilo          no se para, pero hilo y loop se disputan el GIL: cada respuesta espera su turno
    en otro proceso     tiene su propio intérprete, su GIL y su núcleo: el loop solo reparte mensajes

Por eso la arquitectura de este archivo: asyncio para hablar, procesos para calcular, y mensajes entre los dos.

PUERTAS Y LÍMITES.  Lo que escucha en un puerto recibirá de todo.  Aquí cada cosa tiene tope (tamaño de mensaje,
trabajos por cliente, clientes, sockets, tiempo) y se comprueba el `Origin`: cualquier página que visites puede abrir un
WebSocket a tu propia máquina, y solo esa cabecera dice de dónde viene.

    python3 websockets/websocket_server.py               cuenta la lección y sirve en el puerto 8765
    python3 websockets/websocket_server.py client        cliente de terminal
    python3 websockets/websocket_server.py --wrong-way   deja elegir, trabajo a trabajo, los sitios equivocados

English: an asyncio WebSocket server that hands CPU work to processes (progress, results, cancellation, several jobs at
once), measured against the same work in the event loop and in threads.  Read on in docs/en/lessons/websocket.md.
"""

import argparse
import asyncio
import contextlib
import json
import math
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from hilos import lesson, ports
from hilos.lesson.options import parse
from hilos.metrics import Metrics, port_error
from hilos.websocket import hosting, messages, strangers, terminal
from hilos.websocket.front import Front, quiet_logger
from hilos.websocket.key import keep_key
from hilos.websocket.latency import percentile, ping_on_time
from hilos.websocket.messages import Bye, Cancel, Ping, Reply, Submit
from hilos.websocket.tasks import TASKS, Stopped, work
from hilos.websocket.visitor import visit
from hilos.websocket.workers import Pool, WorkerDied, WorkFailed

_ = lesson.translator("websocket_server")

PAGE = Path(__file__).with_name("websocket_client.html")
JOBS_PER_CLIENT = 8
JOBS_WAITING = 500  # entre todos los clientes; más allá, «ocupado»
JOB_SECONDS = 60  # un trabajo que no acaba en este tiempo se da por perdido
SEND_SECONDS = 5  # un cliente que no lee nada en este tiempo se desconecta
LAG_SECONDS = 0.05  # cada cuánto se toma el pulso al event loop


# ------------------------------------------------------------------------------------- un trabajo, en tres sitios


@dataclass
class Job:
    """Un trabajo de un cliente.  `tell` apunta por dónde va y despierta a quien lo cuenta."""

    asked: Submit
    fraction: float = 0.0
    retried: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, fraction: float) -> None:
        self.fraction = fraction
        self.news.set()

    def tell_retry(self) -> None:
        self.retried = True
        self.tell(0.0)


# region ways
async def in_processes(job: Job, pool: Pool) -> object:
    """Bien: lo calcula otro proceso; aquí solo se espera.  Cancelar esta espera para el trabajo."""
    return await pool.run(job.asked.kind, job.asked.size, job.tell, job.tell_retry)


async def in_threads(job: Job) -> object:
    """A medias: el loop sigue vivo, pero comparte el GIL con un hilo que no lo suelta hasta que se lo piden."""
    loop, stop = asyncio.get_running_loop(), threading.Event()

    def tell(fraction: float) -> None:
        if stop.is_set():  # a un hilo no se le puede parar desde fuera: tiene que mirar si se lo piden
            raise Stopped
        loop.call_soon_threadsafe(job.tell, fraction)

    try:
        return await asyncio.to_thread(work, job.asked.kind, job.asked.size, tell)
    finally:
        stop.set()


async def in_the_loop(job: Job, stopping: threading.Event) -> object:
    """Mal: mientras esto calcula no hay nadie más.  `async def` no lo hace asíncrono: no hay un solo `await`."""

    def tell(fraction: float) -> None:
        if stopping.is_set():  # solo una señal del sistema llega hasta aquí; un «cancel», no: nadie lo lee
            raise Stopped
        job.tell(fraction)

    return work(job.asked.kind, job.asked.size, tell)


# endregion


# ------------------------------------------------------------------------------------- el servidor


class Client:
    """Quien está al otro lado de una conexión, y sus trabajos por nombre."""

    def __init__(self, socket: ServerConnection, metrics: Metrics) -> None:
        self.socket = socket
        self.jobs: dict[str, asyncio.Task[None]] = {}
        self._sent = metrics.counter("websocket_messages_sent_total")

    async def send(self, reply: Reply) -> None:
        """Envía.  Si el cliente no lee, `send` espera, y solo él: pasado el límite se corta la conexión."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.socket.send(messages.encode(reply))
            self._sent.labels(reply["type"]).inc()
        except (TimeoutError, ConnectionClosed):
            self.socket.transport.abort()


class Server:
    """El servidor: un event loop que habla con todos, y procesos que calculan.

    `async with Server(...) as server` lo abre y lo cierra; `wrong_way` permite los sitios equivocados.
    """

    def __init__(
        self, port: int, *, workers: int, wrong_way: bool = False, most_clients: int = 200, niceness: int = 10
    ) -> None:
        self.port = port
        self.where = messages.WHERE if wrong_way else messages.WHERE[:1]
        self.metrics = Metrics()
        self.stopping = threading.Event()
        self.key, self.key_is_kept = keep_key(PAGE.with_name("websocket_key.js"))
        self.pool = Pool(
            workers, niceness=niceness, on_replaced=self.metrics.counter("websocket_workers_replaced_total").inc
        )
        self._workers = workers
        self._clients: set[Client] = set()
        self._due = math.inf
        self._lags: deque[float] = deque([0.0], maxlen=round(1 / LAG_SECONDS))  # las del último segundo
        self._front = Front(
            page=PAGE,
            metrics=self.metrics,
            key=self.key,
            most_clients=most_clients,
            clients=lambda: len(self._clients),
        )

    # region conversation
    async def converse(self, socket: ServerConnection) -> None:
        """La vida de una conexión.  Cuando el cliente se va, sus trabajos se van con él."""
        client = Client(socket, self.metrics)
        self._clients.add(client)
        try:
            # TaskGroup: ningún trabajo sobrevive a este bloque, pase lo que pase.
            async with asyncio.TaskGroup() as group:
                await client.send(self.welcome())
                with contextlib.suppress(ConnectionClosed):
                    async for message in socket:
                        await self.understand(client, message, group)
                for task in client.jobs.values():
                    task.cancel()
        finally:
            self._clients.discard(client)

    async def understand(self, client: Client, message: str | bytes, group: asyncio.TaskGroup) -> None:
        """Atiende un mensaje.  Lo que no se entiende recibe su respuesta, y la conexión sigue."""
        received = self.metrics.counter("websocket_messages_received_total")
        try:
            request = messages.parse(message)
        except messages.Malformed as error:
            received.labels("malformed").inc()
            await client.send(messages.malformed(error))
            return
        received.labels(type(request).__name__.lower()).inc()
        match request:
            case Ping(id):
                await client.send({"type": "pong", "id": id, "lag_ms": round(self.lag() * 1000, 2)})
            case Submit(id) if (refusal := self.refusal(client, request)) is not None:
                await client.send(messages.rejected(*refusal, id))
            case Submit(id):
                # Una tarea por trabajo: esta conexión sigue escuchando mientras tanto.
                client.jobs[id] = group.create_task(self.attend(client, Job(request)))
                await asyncio.sleep(0)  # que empiece: a una tarea cancelada sin empezar no le da tiempo a contestar
            case Cancel(id) if id in client.jobs:
                client.jobs[id].cancel()  # el «cancelled» lo envía la propia tarea, cuando de verdad ha parado
            case Cancel(id):
                text = _("No tienes ningún trabajo en marcha con ese «id».")
                await client.send(messages.rejected("unknown_job", text, id))
            case Bye():
                await client.socket.close()

    async def attend(self, client: Client, job: Job) -> None:
        """Un trabajo de principio a fin: aceptado, progreso, y cómo acabó."""
        id, kind, started = job.asked.id, job.asked.kind, time.monotonic()
        outcome = "cancelled"
        try:
            await client.send({"type": "accepted", "id": id, "kind": kind, "size": job.asked.size})
            async with asyncio.TaskGroup() as group:
                reporter = group.create_task(self.report(client, job))
                try:
                    reply = await self.compute(job)
                finally:
                    reporter.cancel()
            reply["seconds"] = round(time.monotonic() - started, 3)
            outcome = "done" if reply["type"] == "result" else "failed"
        except asyncio.CancelledError:
            reply = {"type": "cancelled", "id": id}
        self.metrics.counter("websocket_jobs_total").labels(kind, outcome).inc()
        self.metrics.histogram("websocket_job_duration_seconds").labels(kind).observe(time.monotonic() - started)
        del client.jobs[id]  # antes de contestar: quien recibe el resultado ya puede usar otra vez ese nombre
        await client.send(reply)

    async def report(self, client: Client, job: Job) -> None:
        """Cuenta el progreso.  A quien lee despacio le llega menos a menudo, y siempre lo último."""
        while True:
            await job.news.wait()
            job.news.clear()
            await client.send(
                {"type": "progress", "id": job.asked.id, "fraction": round(job.fraction, 4), "retried": job.retried}
            )

    # endregion

    async def compute(self, job: Job) -> Reply:
        """Hace el trabajo donde se ha pedido, y dice cómo acabó."""
        id = job.asked.id
        try:
            async with asyncio.timeout(JOB_SECONDS):
                if job.asked.where == "processes":
                    value = await in_processes(job, self.pool)
                elif job.asked.where == "threads":
                    value = await in_threads(job)
                else:
                    value = await in_the_loop(job, self.stopping)
        except TimeoutError:
            text = _("Tardaba más de {seconds} s.").format(seconds=JOB_SECONDS)
            return {"type": "failed", "id": id, "code": "too_long", "text": text}
        except WorkerDied:
            text = _("El proceso que lo calculaba murió, y al repetirlo, otro también.")
            return {"type": "failed", "id": id, "code": "worker_died", "text": text}
        except (WorkFailed, Stopped) as error:
            return {"type": "failed", "id": id, "code": "work_failed", "text": str(error)}
        return {"type": "result", "id": id, "value": value, "retried": job.retried}

    def refusal(self, client: Client, asked: Submit) -> tuple[str, str] | None:
        """Por qué no se acepta un trabajo bien pedido (código y frase), o None si se acepta."""
        if asked.where not in self.where:
            return "where", _("Este servidor solo trabaja en procesos. Para ver lo otro, arráncalo con --wrong-way.")
        if asked.id in client.jobs:
            return "duplicate", _("Ya tienes un trabajo en marcha con ese «id».")
        if len(client.jobs) >= JOBS_PER_CLIENT:
            return "too_many", _("Ya tienes {most} trabajos en marcha, que es el máximo.").format(most=JOBS_PER_CLIENT)
        if self.pool.waiting >= JOBS_WAITING:
            return "busy", _("Hay demasiados trabajos en espera. Prueba dentro de un rato.")
        return None

    def welcome(self) -> Reply:
        """Lo primero que recibe un cliente: qué puede pedir, y cuánto."""
        return {
            "type": "welcome",
            "version": messages.VERSION,
            "kinds": {name: {"default": task.default, "largest": task.largest} for name, task in TASKS.items()},
            "where": list(self.where),
            "workers": self._workers,
            "limits": {"message_bytes": messages.LARGEST_MESSAGE, "jobs": JOBS_PER_CLIENT},
            "python": sys.version.split()[0],
        }

    # region lag
    async def take_pulse(self) -> None:
        """Mide el retraso del loop: pide dormir un poco, y mira cuánto más tarde despierta."""
        loop, histogram = asyncio.get_running_loop(), self.metrics.histogram("websocket_event_loop_lag_seconds")
        while True:
            self._due = loop.time() + LAG_SECONDS
            await asyncio.sleep(LAG_SECONDS)
            lag = max(0.0, loop.time() - self._due)
            self._lags.append(lag)
            histogram.observe(lag)
            self.metrics.gauge("websocket_clients").set(len(self._clients))
            self.metrics.gauge("websocket_jobs_running").set(self.pool.running)
            self.metrics.gauge("websocket_jobs_waiting").set(self.pool.waiting)

    def lag(self) -> float:
        """El mayor retraso del último segundo, o el que lleva la tarea que ya debía haber despertado."""
        return max(*self._lags, asyncio.get_running_loop().time() - self._due)

    # endregion

    async def __aenter__(self) -> "Server":
        hosting.make_room_for_sockets()
        try:
            self._listening = await serve(
                self.converse,
                ports.listen_host(),
                self.port,
                process_request=self._front.answer,
                create_connection=self._front.connection,
                max_size=messages.LARGEST_MESSAGE,
                compression=None,  # comprimir 100 bytes cuesta más que enviarlos, y da memoria a quien la quiera gastar
                open_timeout=5,
                close_timeout=1,
                logger=quiet_logger(),
            )
        except OSError as error:
            raise port_error(self.port, error) from error
        self.port = next(iter(self._listening.sockets)).getsockname()[1]
        self._pulse = asyncio.create_task(self.take_pulse())
        await self.pool.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Se despide (código 1001), espera un momento y corta lo que quede; después, los procesos."""
        self.stopping.set()
        self._pulse.cancel()
        self._listening.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.6):
                await self._listening.wait_closed()
        for socket in list(self._front.sockets):
            socket.transport.abort()
        await self.pool.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                await self._listening.wait_closed()


# ------------------------------------------------------------------------------------- los experimentos


@dataclass(frozen=True)
class Trial:
    """Lo que se midió con el trabajo en un sitio.  Todo en segundos."""

    where: str
    replies: list[float]
    worst_lag: float
    jobs_took: float


def host(pipe: Connection) -> None:
    """Un servidor en un proceso aparte, para poder maltratarlo."""

    async def serve_it(until_the_end: Callable[[int], Awaitable[None]]) -> None:
        async with Server(0, workers=2, wrong_way=True) as server:
            await until_the_end(server.port)

    hosting.hold(pipe, serve_it)


# region measure
async def measure(where: str, jobs: int, size: int, every: float = 0.01) -> Trial:
    """Un cliente que manda un ping cada `every` segundos mientras el servidor hace `jobs` trabajos."""
    async with (
        asyncio.timeout(JOB_SECONDS),
        hosting.hosted(host) as port,
        # close_timeout: si se interrumpe, un servidor que está contando primos no va a despedirse.
        connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None, close_timeout=0.3) as socket,
    ):
        loop, due, replies, lags = asyncio.get_running_loop(), {}, [], []
        await submit(socket, where, jobs, size=1)  # que los procesos estén en marcha antes de medir
        await heard(socket, results=jobs)
        pings = asyncio.create_task(ping_on_time(lambda number: ping(socket, number), every, due))
        try:
            started = loop.time()
            await submit(socket, where, jobs, size)
            done = 0
            while done < jobs or due:
                reply = json.loads(await socket.recv())
                if reply["type"] == "pong":
                    replies.append(loop.time() - due.pop(reply["id"]))
                    lags.append(reply["lag_ms"] / 1000)
                elif reply["type"] == "result":
                    done, took = done + 1, loop.time() - started
                    if done == jobs:  # los pings que ya salieron aún tienen que volver
                        pings.cancel()
        finally:  # una tarea a la que nadie espera es una tarea de la que nadie se entera
            pings.cancel()
            await asyncio.gather(pings, return_exceptions=True)
        return Trial(where, replies, max(lags), took)


# endregion


async def submit(socket: ClientConnection, where: str, jobs: int, size: int) -> None:
    """Pide `jobs` veces contar los primos hasta `size`."""
    for number in range(1, jobs + 1):
        job = {"type": "submit", "id": f"primes {number}", "kind": "primes", "size": size, "where": where}
        await socket.send(json.dumps(job))


async def ping(socket: ClientConnection, number: int) -> None:
    await socket.send(json.dumps({"type": "ping", "id": number}))


async def heard(socket: ClientConnection, results: int) -> None:
    """Espera a que lleguen tantos resultados."""
    while results:
        results -= json.loads(await socket.recv())["type"] == "result"


@dataclass(frozen=True)
class Accident:
    """Lo que pasó al matar el proceso que trabajaba, y al cancelar un trabajo.  Tiempos en segundos."""

    victim: int
    retried: bool
    same_result: bool
    cancel_took: float
    workers_left: int


# region accident
async def accident(size: int) -> Accident:
    """Un proceso muere a mitad de un trabajo, y el trabajo se repite en otro; después se cancela uno."""
    retried, half_done = [], asyncio.Event()
    async with Pool(1) as pool:
        job = asyncio.create_task(pool.run("primes", size, lambda _: half_done.set(), lambda: retried.append(True)))
        await half_done.wait()
        victim = pool.pids[0]
        os.kill(victim, signal.SIGKILL)
        value = await job

        half_done.clear()
        job = asyncio.create_task(pool.run("primes", size * 100, lambda _: half_done.set()))
        await half_done.wait()
        asked = time.monotonic()
        job.cancel()
        await asyncio.wait([job])
        cancel_took = time.monotonic() - asked
        return Accident(
            victim, bool(retried), value == work("primes", size, lambda _: None), cancel_took, len(pool.pids)
        )


# endregion


# ------------------------------------------------------------------------------------- la lección


async def teach(tell: lesson.Narrator, fast: bool) -> None:
    tell.title(
        _("WebSockets y trabajo de CPU"),
        _("Un solo hilo que atiende a todos, procesos que calculan, y qué pasa si se confunden."),
    )
    teach_the_loop(tell)
    await teach_where(tell, 100_000 if fast else 250_000)
    await teach_accidents(tell, 100_000 if fast else 300_000)
    await teach_strangers(tell)


def teach_the_loop(tell: lesson.Narrator) -> None:
    tell.section(_("Un hilo para todos"))
    tell.say(
        _(
            "Este servidor no tiene un hilo por cliente. Tiene un event loop: un bucle que pregunta al sistema qué "
            "conexiones traen algo y da a cada tarea su turno, que acaba en un «await» que tiene que esperar. Nadie "
            "quita el turno por la fuerza: si una tarea calcula durante un segundo, durante un segundo no hay nadie "
            "más. Se nota en dos números:"
        )
    )
    tell.points(
        [
            _("el retraso del loop: cuánto más tarde de lo pedido despierta una tarea que solo duerme;"),
            _("la latencia: cuánto tarda en volver la respuesta a un ping, contada desde que debía salir."),
        ]
    )


async def teach_where(tell: lesson.Narrator, size: int) -> None:
    tell.section(_("El mismo trabajo, en tres sitios"))
    names = {"loop": _("en el event loop"), "threads": _("en hilos"), "processes": _("en procesos")}
    tell.say(
        _(
            "Un servidor aparte, dos trabajos a la vez (contar los primos hasta {size}) y un cliente que manda un "
            "ping cada 10 ms. Lo único que cambia es dónde se calcula."
        ).format(size=size)
    )
    trials = []
    with tell.progress(_("Midiendo los tres sitios"), total=len(names)) as progress:
        for where in names:
            trials.append(await measure(where, jobs=2, size=size))
            progress.advance()
    tell.table(
        [_("Los trabajos"), _("Respuesta p50 (ms)"), _("p99 (ms)"), _("Retraso del loop (ms)"), _("Tardaron (s)")],
        [
            [
                names[trial.where],
                f"{percentile(trial.replies, 0.5) * 1000:.1f}",
                f"{percentile(trial.replies, 0.99) * 1000:.1f}",
                f"{trial.worst_lag * 1000:.1f}",
                f"{trial.jobs_took:.2f}",
            ]
            for trial in trials
        ],
    )
    p99 = {trial.where: percentile(trial.replies, 0.99) for trial in trials}
    tell.result(
        False,
        _(
            "En el loop, una respuesta llegó a tardar {late:.0f} ms: nadie la atendía mientras se contaban primos."
        ).format(late=max(trials[0].replies) * 1000),
    )
    tell.say(
        _(
            "En hilos el loop no se para, pero el p99 es {ratio:.0f} veces el de los procesos: los hilos comparten un "
            "solo GIL, y cada vez que el loop despierta tiene que esperar a que un hilo se lo ceda (hasta {switch:.0f} "
            "ms por hilo, el intervalo de cambio de este intérprete)."
        ).format(ratio=p99["threads"] / p99["processes"], switch=sys.getswitchinterval() * 1000)
        if gil_enabled()
        else _(
            "Este Python no tiene GIL: los hilos calculan a la vez que el loop, y su p99 es {ratio:.1f} veces el de "
            "los procesos."
        ).format(ratio=p99["threads"] / p99["processes"])
    )
    tell.result(
        p99["processes"] < p99["loop"],
        _("En procesos, el p99 es {ratio:.0f} veces menor que en el loop, y los trabajos usan {cores}.").format(
            ratio=p99["loop"] / p99["processes"],
            cores=_("varios núcleos") if hosting.cores() > 1 else _("el núcleo que hay"),
        ),
    )
    tell.note(
        _(
            "Los procesos de trabajo se declaran menos urgentes que el loop (os.nice): contestar cuesta microsegundos, "
            "y calcular puede esperar. Aquí hay {cores} núcleos."
        ).format(cores=hosting.cores())
    )


async def teach_accidents(tell: lesson.Narrator, size: int) -> None:
    tell.section(_("Un proceso muere, un trabajo se cancela"))
    tell.say(
        _(
            "Quien calcula puede morir: por falta de memoria, por un fallo de una biblioteca en C, por un «kill -9». "
            "El servidor lo nota porque se corta su tubería (pipe), pone otro en su lugar y repite el trabajo una vez."
        )
    )
    with tell.progress(_("Matando un proceso")):
        happened = await accident(size)
    tell.result(
        happened.retried and happened.same_result,
        _(
            "El proceso {pid} murió con SIGKILL a mitad del trabajo; otro lo repitió y el resultado es el correcto."
        ).format(pid=happened.victim),
    )
    tell.result(
        happened.workers_left == 1,
        _(
            "Un trabajo cancelado paró {ms:.0f} ms después, y el proceso que lo hacía sigue ahí para el siguiente. Se "
            "le pide, y mira si se lo han pedido cada vez que cuenta por dónde va; al que no hace caso se le mata."
        ).format(ms=happened.cancel_took * 1000),
    )


async def teach_strangers(tell: lesson.Narrator) -> None:
    tell.section(_("Lo que mande un desconocido"))
    tell.say(
        _(
            "Lo que escucha en un puerto recibe de todo. La regla: quien manda algo sin sentido recibe una respuesta "
            "que lo explica, quien abusa se queda sin conexión, y los demás no lo notan."
        )
    )
    async with hosting.hosted(host) as port:
        with tell.progress(_("Visitando el servidor con malas maneras")):
            answers = await strangers.visits(port)
            tell_well = await strangers.says(port, '{"type":"ping","id":7}')
    tell.table([_("Llega"), _("El servidor")], answers)
    tell.result(bool(tell_well), _("Después de todo eso, un cliente corriente conecta y recibe su respuesta."))
    tell.say(
        _(
            "¿Por qué mirar el origen? Porque cualquier web que visites puede abrir un WebSocket a 127.0.0.1, y la "
            "única defensa es la cabecera Origin, que pone el navegador. La página abierta como archivo dice «null», "
            "y lo mismo dice un <iframe sandbox> de cualquier web: por eso a «null» se le pide además una clave, que "
            "está en un archivo junto a la página, donde una web no puede leer."
        )
    )


def gil_enabled() -> bool:
    """Si este intérprete tiene GIL: hasta 3.12 siempre; desde 3.13 se puede preguntar."""
    return getattr(sys, "_is_gil_enabled", lambda: True)()


# ------------------------------------------------------------------------------------- en marcha


async def run_server(tell: lesson.Narrator, options: lesson.Options) -> None:
    """Sirve desde el principio, cuenta la lección mientras tanto, y sigue hasta Ctrl+C."""
    given = options.extra
    server = Server(
        options.port or ports.WEBSOCKET.port,
        workers=given.workers,
        wrong_way=given.wrong_way,
        most_clients=given.clients,
        niceness=given.nice,
    )
    with hosting.on_signals(server.stopping.set) as stop:
        async with server, asyncio.TaskGroup() as group:
            tasks = [group.create_task(tell_and_invite(tell, options, server))]
            if not given.no_visitor:
                tasks.append(group.create_task(visit(server.port, server.metrics)))
            await stop.wait()
            for task in tasks:
                task.cancel()
    tell.say(_("Hasta luego: las conexiones se han cerrado y los procesos han terminado."))


async def tell_and_invite(tell: lesson.Narrator, options: lesson.Options, server: Server) -> None:
    if not options.extra.quiet:
        await teach(tell, options.fast)
        tell.section(_("Ahora tú"))
    page = f"http://127.0.0.1:{server.port}/"
    tell.say(_("El servidor está en marcha. Ctrl+C termina. Su página, sus métricas y su salud:"))
    tell.points([page, f"{page}metrics", f"{page}healthz"])
    if not server.key_is_kept:
        tell.note(
            _(
                "No se puede escribir junto a la página: para abrirla como archivo, añade ?key={key} a su dirección."
            ).format(key=server.key)
        )
    port = "" if server.port == ports.WEBSOCKET.port else f" --port {server.port}"
    command = "python3 websockets/websocket_server.py"
    tell.next_step(_("En otra terminal, un cliente:"), f"{command} client{port}")
    if not options.extra.wrong_way:
        text = _("Y para ver en la página cómo se para el event loop, en lugar de este servidor:")
        tell.next_step(text, f"{command} --wrong-way --quiet{port}")


def niceness(text: str) -> int:
    """Un argumento: de 0 a 19."""
    if not text.isascii() or not text.isdigit() or int(text) > 19:
        raise argparse.ArgumentTypeError(_("«{text}» no vale: tiene que ser un número de 0 a 19").format(text=text))
    return int(text)


def main(argv: list[str] | None = None) -> int:
    def body() -> int:
        parser = lesson.CourseParser(description=_("WebSockets: un event loop que atiende y procesos que calculan."))
        add = parser.add_argument
        add(
            "role", nargs="?", choices=("server", "client"), default="server", help=_("servidor, o cliente de terminal")
        )
        add("--wrong-way", action="store_true", help=_("permite pedir trabajos en hilos o en el propio event loop"))
        add("--quiet", action="store_true", help=_("sirve sin contar la lección"))
        add("--no-visitor", action="store_true", help=_("sin el cliente del propio curso, que mueve las curvas"))
        add("--workers", type=lesson.positive, default=hosting.cores(), metavar="N", help=_("procesos que calculan"))
        add("--clients", type=lesson.positive, default=200, metavar="N", help=_("clientes a la vez, como mucho"))
        add("--nice", type=niceness, default=10, metavar="N", help=_("cuánto ceden el paso los procesos, de 0 a 19"))
        add("--where", choices=messages.WHERE, default="processes", help=_("cliente: dónde pide que se calcule"))
        options = parse(parser, ports.WEBSOCKET.port, argv)
        tell = lesson.Narrator()
        if options.extra.role == "client":
            port = options.port or ports.WEBSOCKET.port
            asyncio.run(terminal.talk(tell, port, options.extra.where, fast=options.fast))
        elif options.once:
            asyncio.run(teach(tell, options.fast))
        else:
            asyncio.run(run_server(tell, options))
        return 0

    return lesson.guarded(body)


if __name__ == "__main__":
    raise SystemExit(main())

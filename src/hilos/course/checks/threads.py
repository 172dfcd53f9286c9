"""Checks of topic 01, threads."""

import time
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import Judge

STAIRCASE = Text("Las descargas se esperan unas a otras.", "The downloads wait for one another.")


def staircase(judge: Judge) -> None:
    """Every result in its place, at 2 and 3 downloads; 4 downloads of a second take one second."""
    download_all = judge.answer.download_all

    def downloads(count: int, seconds: float = 1.0) -> Any:
        addresses = [f"host-{number}" for number in range(count)]

        def download(address: str) -> str:
            time.sleep(seconds)
            return address.upper()

        def body() -> None:
            results = download_all(addresses, download)
            assert results == [address.upper() for address in addresses], results

        return body

    for count in (2, 3):
        judge.prove(
            Text(f"{count} descargas", f"{count} downloads"),
            body=downloads(count),
            wrong=Text("Falta un resultado, o no está en su sitio.", "A result is missing, or out of its place."),
        )
    judge.makespan(Text("4 descargas de 1 s", "4 downloads of 1 s"), 1.0, body=downloads(4), slow=STAIRCASE)
    judge.real(body=downloads(2, 0.01))

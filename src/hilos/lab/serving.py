"""Runs the lab until it is told to end."""

import socket
from pathlib import Path

import uvicorn

from hilos.lab.address import Address
from hilos.lab.app import create_app
from hilos.lab.connections import BoundedProtocol, BoundedSocket
from hilos.metrics import port_error
from hilos.ports import listen_host


def listen(port: int) -> socket.socket:
    """A socket that listens on `port` of this machine (0 for any free one).

    Raises:
        PortError: the port is taken or not allowed.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((listen_host(), port))
    except OSError as error:
        listener.close()
        raise port_error(port, error) from error
    listener.listen(256)
    return listener


def configured(root: Path, address: Address) -> uvicorn.Config:
    """How the server is run: no access log, small WebSocket messages, a bounded end."""
    return uvicorn.Config(
        create_app(root, address),
        http=BoundedProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws=BoundedSocket,
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,  # for the loopback interface it costs more than it saves
        timeout_keep_alive=15,
        timeout_graceful_shutdown=2,
        proxy_headers=False,
    )


def serve(root: Path, address: Address, listener: socket.socket) -> None:
    """Serve the course in the folder `root` on `listener` until SIGINT or SIGTERM."""
    uvicorn.Server(configured(root, address)).run(sockets=[listener])

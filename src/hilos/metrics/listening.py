"""Which process listens on a port."""

import psutil


def holder_of(port: int) -> str | None:
    """The process that listens on TCP `port`, as `name (PID 123)`, or None where it cannot be known."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except (psutil.AccessDenied, OSError):
        # macOS gives other users' sockets to root only.
        return None
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port:
            if connection.pid is None:
                return None
            try:
                name = psutil.Process(connection.pid).name()
            except psutil.Error:
                return f"PID {connection.pid}"
            return f"{name} (PID {connection.pid})"
    return None

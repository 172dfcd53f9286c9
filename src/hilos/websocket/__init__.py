"""What the WebSocket lesson needs and does not teach.

    messages    pure: what a client may say, checked; what the server says
    admission   pure: which Host, Origin and key may come in
    tasks       the CPU work that clients may ask for
    workers     processes that do it: progress, cancellation, replacement of the dead
    front       the same port over HTTP: the page, /metrics, /healthz; the limit on open sockets
    key         the key that the page opened from file:// finds beside itself
    visitor     the course's own client, which keeps every curve moving
    terminal    `websocket_server.py client`
    latency     percentiles, and pings sent on time

Nothing here is imported by the rest of `hilos`.
"""

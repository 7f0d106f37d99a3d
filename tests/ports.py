"""Ports for servers that tests start."""

import os
import random
import socket
from contextlib import ExitStack, suppress


def free_port() -> int:
    """A free port with nine free ones after it: pages look for the push server on the next one. Out of the range from
    which the system takes the near ends of connections: one of those may come between this look and the server's
    start. Each process of a shared run has its own: so may another's server."""
    mine = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    all_of_us = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    while True:
        port = random.randrange(20_000 + 10 * mine, 30_000, 10 * all_of_us)
        with ExitStack() as held, suppress(OSError):
            for one in range(port, port + 10):
                held.enter_context(socket.socket()).bind(("127.0.0.1", one))
            return port

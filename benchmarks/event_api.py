"""A minimal Event API on loopback, in a process of its own, that costs both sides the same.

It keeps connections alive, reads whole requests and answers an id of its own for every event. To
know how many there are it parses the JSON: counting without parsing would be a guess.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import BinaryIO


@contextmanager
def serve(*, delay_s: float = 0) -> Generator[str]:
    """Run the server.

    Args:
        delay_s: How long it takes for an answer, in seconds.

    Yields:
        Its origin.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, delay_s), daemon=True)
    process.start()
    sender.close()
    try:
        yield f"http://127.0.0.1:{receiver.recv()}"
    finally:
        process.terminate()
        process.join()


def _run(port_goes_to: Connection, delay_s: float) -> None:
    ids = itertools.count()
    with socket.create_server(("127.0.0.1", 0), backlog=1_000) as listening:
        port_goes_to.send(listening.getsockname()[1])
        while True:
            client, _ = listening.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_answer_all, args=(client, ids, delay_s), daemon=True).start()


def _answer_all(client: socket.socket, ids: itertools.count[int], delay_s: float) -> None:
    # Clients that are not closed in order reset their connections.
    with suppress(OSError), client, client.makefile("rb") as stream:
        while (body := _read_request(stream)) is not None:
            new_ids = [f"01BENCH{next(ids):019d}" for _ in json.loads(body)]
            time.sleep(delay_s)
            answer = json.dumps({"ids": new_ids, "status": 200}).encode()
            client.sendall(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                b"content-length: %d\r\n\r\n%b" % (len(answer), answer)
            )


def _read_request(stream: BinaryIO) -> bytes | None:
    length = 0
    if not stream.readline():
        return None
    while (line := stream.readline()) not in {b"\r\n", b""}:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return stream.read(length)

"""A double of the gateway that workers connect to, made of the SDK's own messages.

What a real one says and in which order is in ``inngest/inngest``: ``pkg/connect/gateway.go``.
"""

from __future__ import annotations

import json
import queue
import threading
import warnings
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from .http import Answer, EventServer, reply

with warnings.catch_warnings():
    # The SDK declares a model in a way that pydantic deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from inngest.connect._internal import conn_init_starter, isolated_worker
    from inngest.connect._internal import connect_pb2 as pb

__all__ = ["TRACEPARENT", "Gateway", "Kind", "Worker", "no_pauses", "pb", "running_gateway"]

Kind = pb.GatewayMessageType
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PROTOCOL = Subprotocol("v0.connect.inngest.com")
_PATIENCE_S = 30


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take out the seconds that the SDK waits before it connects again, or ends."""
    monkeypatch.setattr(isolated_worker, "POST_CONNECT_SETTLE_SEC", 0)
    monkeypatch.setattr(isolated_worker, "RECONNECTION_DELAY_SEC", 0)
    monkeypatch.setattr(conn_init_starter, "CONN_INIT_RETRY_INTERVAL_SEC", 0.01)


@dataclass
class Gateway:
    """The API that a worker asks first, and the workers that connected afterwards."""

    api: EventServer
    workers: queue.Queue[Worker] = field(default_factory=queue.Queue)
    is_new: bool = True

    def next_worker(self) -> Worker:
        return self.workers.get(timeout=_PATIENCE_S)


class Worker:
    """A worker, as the gateway sees it."""

    def __init__(self, socket: ServerConnection, hello: pb.WorkerConnectRequestData) -> None:
        self.hello = hello
        self.closed = threading.Event()
        self._socket = socket
        self._inbox: queue.Queue[pb.ConnectMessage] = queue.Queue()

    def begin(self, function: str, body: bytes, step: str = "step") -> None:
        """Send a call, and wait until the worker has taken it."""
        request = pb.GatewayExecutorRequestData(
            request_id="req_1", account_id="acc_1", env_id="env_1", app_id="uuid",
            app_name=self.hello.apps[0].app_name, function_slug=function, step_id=step,
            request_payload=body, run_id="01RUN", lease_id="lease_1",
            user_trace_ctx=json.dumps({"traceparent": TRACEPARENT, "other": 1}).encode(),
        )  # fmt: skip
        self._send(Kind.GATEWAY_EXECUTOR_REQUEST, request.SerializeToString())
        taken = pb.WorkerRequestAckData()
        taken.ParseFromString(self.receive(Kind.WORKER_REQUEST_ACK))
        assert (taken.request_id, taken.function_slug) == ("req_1", function)

    def end(self) -> pb.SDKResponse:
        """Wait for the answer to a call, and acknowledge it."""
        answer = pb.SDKResponse()
        answer.ParseFromString(self.receive(Kind.WORKER_REPLY))
        acknowledged = pb.WorkerReplyAckData(request_id=answer.request_id)
        with suppress(ConnectionClosed):  # a worker that ends does not wait for it
            self._send(Kind.WORKER_REPLY_ACK, acknowledged.SerializeToString())
        return answer

    def call(self, function: str, body: bytes) -> pb.SDKResponse:
        self.begin(function, body)
        return self.end()

    def receive(self, kind: pb.GatewayMessageType) -> bytes:
        """Wait for the next message but a heartbeat, which must be of a kind."""
        message = self._inbox.get(timeout=_PATIENCE_S)
        assert message.kind == kind
        return message.payload

    def hang_up(self) -> None:
        self._send(Kind.GATEWAY_CLOSING)

    def listen(self) -> None:
        with suppress(ConnectionClosed):
            while True:
                message = _received(self._socket)
                if message.kind != Kind.WORKER_HEARTBEAT:
                    self._inbox.put(message)
        self.closed.set()

    def _send(self, kind: pb.GatewayMessageType, payload: bytes = b"") -> None:
        _send(self._socket, kind, payload)


@contextmanager
def running_gateway(refusal: Answer | None = None) -> Generator[Gateway]:
    """Run an API and a gateway; the API may refuse every worker."""
    with ExitStack() as stack:

        def greet(socket: ServerConnection) -> None:
            with suppress(ConnectionClosed):
                worker = Worker(socket, _greet(socket))
                if gateway.is_new:  # the first heartbeat says that the worker is ready
                    assert _received(socket).kind == Kind.WORKER_HEARTBEAT
                gateway.is_new = False
                gateway.workers.put(worker)
                worker.listen()

        server = stack.enter_context(serve(greet, "127.0.0.1", 0, subprotocols=[PROTOCOL]))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        start = pb.StartResponse(
            connection_id="conn_1",
            gateway_endpoint=f"ws://127.0.0.1:{server.socket.getsockname()[1]}/v0/connect",
            gateway_group="group_1",
            session_token="session-Secret",
            sync_token="sync-Secret",
        )
        answer = refusal or reply(200, start.SerializeToString())
        gateway = Gateway(stack.enter_context(EventServer(answer)))
        yield gateway


def _greet(socket: ServerConnection) -> pb.WorkerConnectRequestData:
    _send(socket, Kind.GATEWAY_HELLO)
    message = _received(socket)
    assert message.kind == Kind.WORKER_CONNECT
    hello = pb.WorkerConnectRequestData()
    hello.ParseFromString(message.payload)
    ready = pb.GatewayConnectionReadyData(heartbeat_interval="10s", extend_lease_interval="5s")
    _send(socket, Kind.GATEWAY_CONNECTION_READY, ready.SerializeToString())
    return hello


def _send(socket: ServerConnection, kind: pb.GatewayMessageType, payload: bytes = b"") -> None:
    socket.send(pb.ConnectMessage(kind=kind, payload=payload).SerializeToString())


def _received(socket: ServerConnection) -> pb.ConnectMessage:
    message = pb.ConnectMessage()
    raw = socket.recv()
    assert isinstance(raw, bytes)
    message.ParseFromString(raw)
    return message

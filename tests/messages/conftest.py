"""Real ends of the wires: an HTTP server as gateway and push service, a mail server, and an event to tell."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from citygrid.messages import events, recipients, relay, rules
from citygrid.messages.events import Event, Told
from tests.ports import free_port

NOON = datetime(2026, 5, 6, 4, 0, tzinfo=UTC)
"""12:00 on the city's clocks."""
OWNER, COLLEAGUE, STRANGER = 1, 2, 3


@dataclass
class Heard:
    """A request that the server got."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Waiting(ThreadingHTTPServer):
    """Twenty senders with eight connections each knock at once: nobody is turned away at the door."""

    request_queue_size = 256


@dataclass
class Provider:
    """A server that answers what `answers` says, one after the other, the last one for good."""

    server: ThreadingHTTPServer
    heard: list[Heard] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=lambda: [(200, {"code": "0", "id": "m1"})])
    delay: float = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}"


@pytest.fixture(autouse=True)
def no_other_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What packages above do about outbox rows is theirs to test."""
    monkeypatch.setattr(relay, "_handlers", [])


@pytest.fixture
def provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            made.heard.append(Heard(self.path, dict(self.headers), body))
            time.sleep(made.delay)
            status, told = made.answers.pop(0) if len(made.answers) > 1 else made.answers[0]
            content = json.dumps(told).encode() if not isinstance(told, bytes) else told
            self.send_response(status)
            if status in (302, 307):
                self.send_header("Location", f"{made.address}/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            with suppress(BrokenPipeError):  # whoever asked did not wait
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_words: Any) -> None:
            pass

    server = Waiting(("127.0.0.1", 0), Handler)
    made = Provider(server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(5)


class Mailbox:
    """A mail server's handler: keeps what it takes, refuses whom it is told to."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.refuses: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - the library asks for this name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        self.got.append(envelope)
        return "250 taken"


@dataclass
class PostOffice:
    box: Mailbox
    port: int


@pytest.fixture
def mail() -> Iterator[PostOffice]:
    box = Mailbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield PostOffice(box, port)
    controller.stop()


@pytest.fixture
def sms(settings: Any, provider: Provider) -> Provider:
    """SMS by the provider, which takes the same key once."""
    settings.MESSAGE_PROVIDERS = {"sms": gateway(provider.address)}
    return provider


def gateway(address: str, **more: Any) -> dict[str, Any]:
    """The settings of an HTTP gateway, complete."""
    facts = {
        "kind": "http", "address": f"{address}/send", "form": {}, "headers": {"Authorization": "Bearer {secret}"},
        "json": {"mobile": "{to}", "content": "{text}", "request": "{key}"}, "secret": "s3cret", "code": "code",
        "good": ["0"], "refused": ["1003"], "id": "id", "once": True,
    }  # fmt: skip
    return {**facts, **more}


@pytest.fixture
def flood(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An event that tells of high water, and a function that makes rules for it."""

    def words(told: Any) -> list[dict[str, str]]:
        if any(one.params.get("broken") for one in told):
            raise KeyError("broken")
        return [{"level": str(one.params.get("level", ""))} for one in told]

    def page(told: Told) -> str:
        return "/high-water/"

    events.declare(
        Event("flood", "High water", frozenset({"level"}), frozenset({"holder", "reporter"}), words,
              lambda: {"level": "3"}, page)
    )  # fmt: skip

    def made(**facts: Any) -> rules.Rules:
        plain = {
            "to": ["holder"], "channels": ["in_app", "sms"],
            "zh": {"title": "水位{level}", "text": "水位已到{level}米"},
            "en": {"title": "Water at {level}", "text": "The water stands at {level} m"},
        }  # fmt: skip
        general = {name: facts.pop(f"_{name}") for name in ("quiet", "digest") if f"_{name}" in facts}
        assert not list(rules.faults({"events": {"flood": {**plain, **facts}}, **general}))
        ruled = rules.made({"events": {"flood": {**plain, **facts}}, **general})
        monkeypatch.setattr(rules, "current", lambda at: ruled)
        return ruled

    yield made
    events.withdraw("flood")


@pytest.fixture
def phones(db: None) -> None:
    """The owner and the colleague have numbers; the stranger has none."""
    recipients.keep_address(OWNER, "sms", "13800000001", NOON)
    recipients.keep_address(COLLEAGUE, "sms", "13800000002", NOON)

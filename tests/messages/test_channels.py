"""Each channel against a real other end: mail server, bots' host, a push service that decrypts, a file."""

import base64
import json
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from citygrid.messages import channels
from citygrid.messages.channels import Parcel, browsers, outside
from tests.messages.conftest import PostOffice, Provider

PARCEL = Parcel("5f0c1b9e", "lin@city.example", "水位 3", "水位已到3米", "短", "https://city.example/notices/")


def smtp(port: int) -> dict[str, Any]:
    return {"kind": "smtp", "host": "127.0.0.1", "port": port, "tls": "none", "user": "", "password": "",
            "sender": "城格 <citygrid@city.example>"}  # fmt: skip


def test_mail_arrives_with_the_key_as_its_id(settings: Any, mail: PostOffice) -> None:
    settings.MESSAGE_PROVIDERS = {"email": smtp(mail.port)}
    channel = channels.channel("email")
    assert channel is not None and channel.repeatable
    assert channel.send(PARCEL).state == "sent"
    (envelope,) = mail.box.got
    message = message_from_bytes(envelope.content)
    assert envelope.rcpt_tos == ["lin@city.example"]
    assert message["Message-ID"] == "<5f0c1b9e@city.example>"
    assert str(make_header(decode_header(message["Subject"]))) == "水位 3"
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes) and "水位已到3米" in payload.decode()


def test_a_refused_mailbox_is_for_good_and_a_full_one_for_now(settings: Any, mail: PostOffice) -> None:
    settings.MESSAGE_PROVIDERS = {"email": smtp(mail.port)}
    channel = channels.channel("email")
    assert channel is not None
    mail.box.refuses = {PARCEL.to: "550 no such user"}
    assert channel.send(PARCEL).state == "refused"
    mail.box.refuses = {PARCEL.to: "452 mailbox full"}
    assert channel.send(PARCEL).state == "retry"


def test_a_mail_server_that_is_gone_is_tried_again(settings: Any) -> None:
    settings.MESSAGE_PROVIDERS = {"email": smtp(1)}
    channel = channels.channel("email")
    assert channel is not None and channel.send(PARCEL).error == "no_answer"


@pytest.mark.parametrize(
    ("name", "url"), [("dingtalk", "dingtalk://abc123/{to}"), ("wecom", "wecombot://robot-key-1")]
)
def test_bots_of_a_private_edition(settings: Any, provider: Provider, name: str, url: str) -> None:
    settings.MESSAGE_PROVIDERS = {name: {"kind": "apprise", "url": url, "host": provider.address}}
    provider.answers = [(200, {"errcode": 0, "errmsg": "ok"})]
    channel = channels.channel(name)
    assert channel is not None and not channel.repeatable
    sent = channel.send(Parcel("k", "13800000001", "水位 3", "水位已到3米", "短"))
    assert sent.state == "sent", sent
    assert "水位已到3米" in provider.heard[0].body.decode() or "水位已到3米" in str(provider.heard[0].json)
    provider.answers = [(500, {})]
    assert channel.send(Parcel("k", "13800000001", "t", "x", "s")).state == "retry"


def test_sms_into_a_file_that_nobody_else_reads(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.MESSAGE_PROVIDERS = {"sms": {"kind": "file", "path": "sms/sent.jsonl"}}
    channel = channels.channel("sms")
    assert channel is not None and channel.send(PARCEL).state == "sent"
    file = tmp_path / "sms" / "sent.jsonl"
    assert json.loads(file.read_text())["text"] == "短"
    assert file.stat().st_mode & 0o077 == 0


class Browser:
    """A browser's side of a push subscription."""

    def __init__(self, endpoint: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.info = {"endpoint": endpoint, "keys": {"p256dh": plain64(point), "auth": plain64(self.auth)}}

    def read(self, body: bytes) -> Any:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))


def plain64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_browser_reads_what_was_pushed_and_the_service_knows_the_sender(settings: Any, provider: Provider) -> None:
    settings.PUSH_SERVICES = (provider.host,)
    settings.VAPID_CONTACT = "mailto:it@city.example"
    provider.answers = [(201, {})]
    browser = Browser(f"{provider.address}/push/abc")
    channel = channels.channel("push")
    assert channel is not None
    parcel = Parcel("k", "", "水位 3", "水位已到3米", "", page="/cases/1/", tag="t", loud=True, info=browser.info)
    sent = channel.send(parcel)
    assert sent.state == "sent", sent
    (heard,) = provider.heard
    assert browser.read(heard.body) == {
        "title": "水位 3", "text": "水位已到3米", "page": "/cases/1/", "tag": "t", "loud": True
    }  # fmt: skip
    assert heard.headers["Urgency"] == "high"
    assert Vapid02.verify(heard.headers["Authorization"])
    assert heard.headers["Authorization"].endswith(browsers.public_key())


@pytest.mark.parametrize(
    ("status", "state"), [(410, "gone"), (404, "gone"), (429, "retry"), (500, "retry"), (413, "refused")]
)
def test_what_a_push_service_answers(settings: Any, provider: Provider, status: int, state: str) -> None:
    settings.PUSH_SERVICES = (provider.host,)
    provider.answers = [(status, {})]
    channel = channels.channel("push")
    assert channel is not None
    info = Browser(f"{provider.address}/push/abc").info
    assert channel.send(Parcel("k", "", "t", "x", "", info=info)).state == state


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x", "https://fcm.googleapis.com.evil.example/x", "https://127.0.0.1/x",
        "https://fcm.googleapis.com:8443/x", "https://user@fcm.googleapis.com/x", "https://[::1]/x", "file:///etc/passwd",
        "https://notify.windows.com.evil.example/", "https://10.0.0.1/x", "https://[bad/x",
    ],
)  # fmt: skip
def test_nothing_is_pushed_to_other_hosts(settings: Any, endpoint: str) -> None:
    """No way into the inner network (SSRF)."""
    assert outside.push_host(endpoint) is not None
    channel = channels.channel("push")
    assert channel is not None
    sent = channel.send(Parcel("k", "", "t", "x", "", info=Browser(endpoint).info))
    assert (sent.state, sent.error) == ("refused", "push_host")


@pytest.mark.parametrize("endpoint", ["https://fcm.googleapis.com/fcm/send/x", "https://wns2.notify.windows.com/w/?t=1"])
def test_known_services_are_reached(endpoint: str) -> None:
    assert outside.push_host(endpoint) is None


def test_the_key_of_a_server_is_made_from_its_secret() -> None:
    one, again, other = (browsers.private_key(secret).private_numbers().private_value for secret in ("a", "a", "b"))
    assert one == again != other

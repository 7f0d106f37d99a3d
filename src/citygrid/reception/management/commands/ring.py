"""`citygrid ring`: plays a telephone system by its HTTP interface (docs/hotline.md): rings, answers, ends, records.

    citygrid ring http://127.0.0.1:8000 --key cg_… --extension 8001 --number 13900000000 --talk 20 --record
"""

import io
import json
import math
import secrets
import struct
import time
import urllib.error
import urllib.request
import wave
from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

RATE = 8000


class Command(BaseCommand):
    help = "Play a call of the telephone system by its HTTP interface."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="of the site, such as http://127.0.0.1:8000")
        parser.add_argument("--key", required=True, help="access key with calls.connect (to record: media.send)")
        parser.add_argument("--extension", default="", help="where it rings; left out: every seat of the key's centre")
        parser.add_argument("--number", default="", help="of the caller; left out: withheld")
        parser.add_argument("--line", default="", help="the number that was called")
        parser.add_argument("--answer", action="store_true", help="answer at the extension; left out: a person answers")
        parser.add_argument("--move", default="", help="give the call to this extension after it was answered")
        parser.add_argument("--talk", type=float, default=0.0, help="seconds until the call ends")
        parser.add_argument("--give-up", action="store_true", help="the caller does not wait for an answer")
        parser.add_argument("--record", action="store_true", help="attach a generated sound in the end")

    def handle(self, *args: Any, **options: Any) -> None:
        phone = Telephone(str(options["address"]).rstrip("/"), str(options["key"]))
        call = str(uuid4())
        ringing = {name: options[name] for name in ("number", "line", "extension")}
        self._say(phone.tell(call, "ringing", **ringing, simulated=True))
        if options["answer"]:
            self._say(phone.tell(call, "answered", extension=options["extension"]))
        if options["move"]:
            self._say(phone.tell(call, "moved", extension=options["move"]))
        time.sleep(max(0.0, options["talk"]))
        self._say(phone.tell(call, "ended", why="given_up" if options["give_up"] else "hung_up"))
        if options["record"]:
            self._say(phone.tell(call, "recording", media=phone.send(sound())))

    def _say(self, call: dict[str, Any]) -> None:
        self.stdout.write(f"{call['id']} {call['state']} {call['desk'] or call['extension']}")


class Telephone:
    """A telephone system with an access key."""

    def __init__(self, address: str, key: str) -> None:
        if not address.startswith(("http://", "https://")):
            raise CommandError("The address begins with http:// or https://.")
        self.address, self.key = address, key

    def tell(self, call: str, what: str, **body: Any) -> dict[str, Any]:
        """One event; the call as it stands then. CommandError with the site's own sentence when it is refused."""
        return self._post(f"/api/v1/calls/{call}/{what}", json.dumps(body).encode(), "application/json")

    def send(self, data: bytes) -> str:
        """Send a sound in; its id."""
        mark = secrets.token_hex(12)
        named = 'form-data; name="file"; filename="call.wav"'
        head = f"--{mark}\r\nContent-Disposition: {named}\r\nContent-Type: audio/wav\r\n\r\n"
        body = head.encode() + data + f"\r\n--{mark}--\r\n".encode()
        return str(self._post("/media/", body, f"multipart/form-data; boundary={mark}")["id"])

    def _post(self, path: str, body: bytes, kind: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind, "Accept": "application/json"}
        request = urllib.request.Request(self.address + path, body, headers, method="POST")  # noqa: S310 # nosec B310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310 # nosec B310 - checked above
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            try:
                told = json.load(error)
            except ValueError:
                told = {}
            raise CommandError(told.get("message") or f"HTTP {error.code}") from error
        except OSError as error:
            raise CommandError(f"{self.address} does not answer: {error}") from error


def sound(seconds: float = 1.5) -> bytes:
    """A tone as WAV, never the same bytes twice."""
    tone = 380 + secrets.randbelow(120)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        count = int(RATE * seconds)
        wanted = (int(9000 * math.sin(2 * math.pi * tone * n / RATE)) for n in range(count))
        file.writeframes(b"".join(struct.pack("<h", one) for one in wanted))
    return out.getvalue()

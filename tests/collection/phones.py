"""A phone as the server meets it: what it sends, piece by piece, and what it is answered."""

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.test import Client

API = "/api/v1/collection/"
CLASS = "cjt214-2007:event:0102"


def signed_in(world: Any, login: str) -> Client:
    one, client = world.who(login), Client()
    client.force_login(one.person)
    session = client.session
    session["seat"] = one.seat.pk
    session.save()
    return client


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Phone:
    """One device of one person. `piece`: bytes that it sends at a time."""

    client: Client
    device: str = field(default_factory=new_id)
    piece: int = 1000

    def post(self, path: str, **body: Any) -> tuple[int, Any]:
        answer = self.client.post(API + path, json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()

    def sync(self, *entries: Any, **more: Any) -> list[dict[str, Any]]:
        status, told = self.post("sync", device=self.device, entries=list(entries), **more)
        assert status == 200, told
        return list(told["answers"])

    def begin(self, file: str, content: bytes, **more: Any) -> tuple[int, Any]:
        known = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "mime": "image/jpeg"}
        return self.post("files", **{"id": file, "device": self.device, **known, **more})

    def put(self, file: str, start: int, piece: bytes) -> tuple[int, Any]:
        answer = self.client.put(f"{API}files/{file}?from={start}", piece, content_type="application/octet-stream")
        return answer.status_code, answer.json()

    def upload(self, content: bytes, file: str | None = None, **more: Any) -> str:
        """The whole file, from where the server is; its id."""
        file = file or new_id()
        status, told = self.begin(file, content, **more)
        while status == 200 and told["media"] is None:
            at = told["received"]
            status, told = self.put(file, at, content[at : at + self.piece])
        assert status == 200, told
        return file

    def pack(self, **query: str) -> dict[str, Any]:
        answer = self.client.get(API + "pack", query)
        assert answer.status_code == 200, answer.content
        return dict(answer.json())


def entry(kind: str, files: tuple[str, ...] = (), after: tuple[str, ...] = (), **data: Any) -> dict[str, Any]:
    return {
        "id": new_id(), "kind": kind, "made_at": datetime.now(UTC).isoformat(), "after": list(after), "data": data,
        "files": dict.fromkeys(files),
    }  # fmt: skip


def report(where: tuple[str, str], *files: str, **more: Any) -> dict[str, Any]:
    fields = {"source": "collector", "class_id": CLASS, "lon": where[0], "lat": where[1], "text": "路边有一堆垃圾"}
    return entry("report", files, case=new_id(), media=list(files), **(fields | more))

"""The pack: what a device needs of the server for work without a network, in sections with a mark of their content.

Each room registers its sections when the app starts. A section is sent only when its mark differs from the one that the
device holds, so that a refresh costs little."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import get_language

from citygrid.organization.seats import Signed

Make = Callable[[Signed, datetime], Any]
Etag = Callable[[Signed, datetime], str]


@dataclass(frozen=True, slots=True)
class Section:
    """`make`: the content, as JSON takes it. `etag`: a cheap mark that changes whenever the content does; None: the
    content is made and hashed."""

    name: str
    make: Make
    etag: Etag | None = None


_SECTIONS: dict[str, Section] = {}


def section(name: str, make: Make, *, etag: Etag | None = None) -> None:
    """Offer a section; the same name a second time replaces the first. `name`: letters, digits, underscores."""
    _SECTIONS[name] = Section(name, make, etag)


def packed(
    signed: Signed, have: Mapping[str, str], now: datetime, only: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """`sections`: {name: {etag, data}} of what is new to the device; `same`: names of what it holds already."""
    found: dict[str, Any] = {}
    same = []
    for one in _SECTIONS.values():
        if only and one.name not in only:
            continue
        mark = _mark(one.etag(signed, now)) if one.etag is not None else ""
        if mark and have.get(one.name) == mark:
            same.append(one.name)
            continue
        data = one.make(signed, now)
        mark = mark or _mark(json.dumps(data, sort_keys=True, cls=DjangoJSONEncoder))
        if have.get(one.name) == mark:
            same.append(one.name)
        else:
            found[one.name] = {"etag": mark, "data": data}
    return {"now": now, "sections": found, "same": same}


def _mark(text: str) -> str:
    """Short, without signs that an address would have to escape; another one in another language."""
    return hashlib.sha256(f"{get_language()}\0{text}".encode()).hexdigest()[:16]

"""Which kinds of files are taken, and how large: data, not code."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Limit:
    """Of one kind: most bytes, most pixels (images), MIME types."""

    size: int
    pixels: int
    types: frozenset[str]


def limits() -> dict[str, Limit]:
    """By kind (image, audio, video, document), from MEDIA_LIMITS or from the file beside this one."""
    return _read(Path(getattr(settings, "MEDIA_LIMITS", "") or Path(__file__).with_name("limits.toml")))


def largest() -> int:
    """Bytes of the largest file that any kind allows."""
    return max(limit.size for limit in limits().values())


@cache
def _read(path: Path) -> dict[str, Limit]:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        kind: Limit(table["bytes"], table.get("pixels", 0), frozenset(table["types"])) for kind, table in tables.items()
    }

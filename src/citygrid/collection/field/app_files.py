"""The files of the app under one version: what a device loads, keeps without a network, and changes as a whole.

Their addresses hold the version (`/collector/files/<version>/...`), so modules of two versions never meet, and a
browser may keep them for good. The tree is that of the static files: `collection/...` and `vendor/...`; beside it
`icons.svg` and `words/<language>.json`, which are made here.
"""

import gzip
import json
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import translation
from django.utils.translation import gettext

from citygrid.collection.field import words

OWN = Path(__file__).parent.parent / "static" / "collection"
SHELL = Path(__file__).parent.parent / "templates" / "collection" / "shell.html"
LIBRARIES = ("vendor/idb", "vendor/lit-html")
LATER = ("vendor/jsqr",)
"""Libraries that few ask for: kept by a device when a screen has asked for them once."""
ICONS = "vendor/icons"
FIRST = ("collection/", "vendor/idb/", "vendor/lit-html/")
"""Where the modules lie that the page loads at once; a further library comes when a screen asks for it."""
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}
WORKER = "collection/worker.js"
LOOK = 1.0
_PATHS = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_FRAME = re.compile(r'<path stroke="none"[^>]*/>')


@dataclass(frozen=True, slots=True)
class AppFile:
    """One file, ready for the wire. `packed`: the same, gzip."""

    kind: str
    plain: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class AppFiles:
    """All files of one version, by their address below it. `worker`: the worker's own text, without what it is told.
    `kept`: what a device keeps from the first visit on.     `first`: modules that the page wants at once;
    `sheets`: its styles, the frame's before those of screens."""

    version: str
    files: dict[str, AppFile]
    worker: bytes
    kept: tuple[str, ...]
    first: tuple[str, ...]
    sheets: tuple[str, ...]


class _Seen:
    """What was found at the last look at the folders; replaced, never changed."""

    folder: Path | None = None
    until: float = 0.0
    files: AppFiles


def current() -> AppFiles:
    """What is installed now; a changed file makes another version within `LOOK` seconds."""
    now = time.monotonic()
    if _Seen.folder != OWN or now >= _Seen.until:
        _Seen.files = _made(tuple(_stamps()))
        _Seen.folder, _Seen.until = OWN, now + LOOK
    return _Seen.files


def _stamps() -> list[tuple[str, Path, int, int]]:
    found = [("collection/" + path.relative_to(OWN).as_posix(), path) for path in _below(OWN)]
    for library in (*LIBRARIES, *LATER, ICONS):
        folder = finders.find(library)
        if isinstance(folder, str):
            found += [(f"{library}/{path.relative_to(folder).as_posix()}", path) for path in _below(Path(folder))]
    found += [(f"catalogue/{path.parts[-3]}", path) for path in _catalogues()]
    found.append(("shell", SHELL))
    stats = [(name, path, path.stat()) for name, path in found]
    return sorted((name, path, stat.st_mtime_ns, stat.st_size) for name, path, stat in stats)


def _below(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix in KINDS and path.is_file()]


def _catalogues() -> list[Path]:
    return [path for root in settings.LOCALE_PATHS for path in Path(root).glob("*/LC_MESSAGES/django.mo")]


@lru_cache(maxsize=2)
def _made(stamps: tuple[tuple[str, Path, int, int], ...]) -> AppFiles:
    read = {name: path.read_bytes() for name, path, _time, _size in stamps if not name.startswith("catalogue/")}
    shell = read.pop("shell")
    icons = {Path(name).stem: read.pop(name) for name in list(read) if name.startswith(f"{ICONS}/")}
    worker = read.pop(WORKER, b"")
    read["icons.svg"] = sprite(icons)
    for language, _name in settings.LANGUAGES:
        read[f"words/{language}.json"] = _words(language)
    total = sha256(shell + worker)
    for name, content in sorted(read.items()):
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    files = {name: AppFile(_kind(name), content, gzip.compress(content, 9, mtime=0)) for name, content in read.items()}
    first = tuple(sorted(name for name in files if name.endswith(".js") and name.startswith(FIRST)))
    sheets = tuple(sorted((name for name in files if name.endswith(".css")), key=lambda name: (name.count("/"), name)))
    kept = tuple(sorted(name for name in files if not name.startswith(LATER)))
    return AppFiles(total.hexdigest()[:16], files, worker, kept, first, sheets)


def _kind(name: str) -> str:
    return KINDS[Path(name).suffix]


def _words(language: str) -> bytes:
    with translation.override(language):
        told = {sentence: gettext(sentence) for sentence in words.all_words()}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sprite(icons: dict[str, bytes]) -> bytes:
    """One SVG with a symbol for each icon (`icons.svg#camera`): no font, one request."""
    symbols = []
    for name, text in sorted(icons.items()):
        inside = _PATHS.search(text.decode())
        assert inside is not None, f"{name} is no icon"
        paths = re.sub(r"\s+", " ", _FRAME.sub("", inside[1])).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'.encode()

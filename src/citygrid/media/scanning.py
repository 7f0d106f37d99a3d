"""A virus scanner asked before a file is kept, when this server has one (CITYGRID_SCANNER; 等级保护三级: 恶意代码防范).

The setting is a command or a clamd. A command gets the path of a file as its last word and answers by its exit: 0
clean, 1 infected (the last line of its output names what was found), anything else: it could not look.
`clamd:/run/clamd.ctl` and `clamd:HOST:PORT` are asked by the INSTREAM protocol of clamd(8); a socket of another machine
is the city's own choice.

While the scanner does not answer, files are refused; with CITYGRID_SCANNER_DOWN=mark they are taken, marked, shown to
nobody as they came, and scanned by a job as soon as it answers again.
"""

import shlex
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from citygrid.media.checking import MediaError
from citygrid.trust import audit

CLEAN, UNSCANNED, INFECTED, NO_SCANNER = "clean", "unscanned", "infected", ""
"""What is known of a file. `NO_SCANNER`: it was taken while this server had none."""
CLAMD = "clamd:"
CHUNK = 1 << 20
Content = bytes | Path


class ScannerDownError(Exception):
    """The scanner gave no answer, or one that is none."""


def cleared(content: Content, person: int | None, at: datetime) -> str:
    """What may be kept: `clean`, `unscanned`, or "" without a scanner. Raises MediaError `infected` or `scanner_down`,
    both noted in the audit. `content`: bytes, or a file's path. `person`: who sent it."""
    if not settings.SCANNER:
        return NO_SCANNER
    try:
        found = found_in(content)
    except ScannerDownError as error:
        if settings.SCANNER_DOWN == "mark":
            return UNSCANNED
        _note(at, "scanner_down", str(error), person)
        message = "The virus scanner does not answer, so that no file can be taken now. Please try again later."
        raise MediaError("scanner_down", message) from None
    if found:
        _note(at, INFECTED, found, person)
        raise MediaError(
            "infected", "The virus scanner found %(found)s in the file; it was not kept.", {"found": found}
        )
    return CLEAN


def found_in(content: Content) -> str:
    """The name of what the scanner finds, "" when nothing; raises ScannerDownError."""
    where = settings.SCANNER
    try:
        return _by_clamd(where.removeprefix(CLAMD), content) if where.startswith(CLAMD) else _by_command(where, content)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise ScannerDownError(f"{type(error).__name__}: {error}"[:200]) from error


def _by_command(command: str, content: Content) -> str:
    if isinstance(content, Path):
        return _ran(command, content)
    with tempfile.TemporaryDirectory(prefix="citygrid-scan-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        Path(folder).chmod(0o755)  # nosec B103 # a scanner of another account must read it
        path.chmod(0o644)
        return _ran(command, path)


def _ran(command: str, path: Path) -> str:
    words = [*shlex.split(command), str(path)]
    done = subprocess.run(words, capture_output=True, timeout=settings.SCANNER_SECONDS, check=False)  # noqa: S603 - the server's own setting, no shell
    told = done.stdout.decode("utf-8", "replace").strip().splitlines()
    if done.returncode == 0:
        return ""
    if done.returncode == 1:
        # clamscan and clamdscan say "path: Name FOUND"; the path is ours and of no use.
        last = next((line for line in told if line.endswith("FOUND")), told[0] if told else "")
        return _name(last.removeprefix(f"{path}:"))
    raise ScannerDownError(f"exit {done.returncode}")


def _by_clamd(where: str, content: Content) -> str:
    """zINSTREAM: pieces with their length in front, then an empty one; answered `stream: OK` or `stream: X FOUND`."""
    with _connected(where) as wire:
        wire.sendall(b"zINSTREAM\0")
        for piece in _pieces(content):
            wire.sendall(len(piece).to_bytes(4) + piece)
        wire.sendall(bytes(4))
        answer = b""
        while part := wire.recv(4096):
            answer += part
            if b"\0" in part or len(answer) > CHUNK:
                break
    told = answer.split(b"\0")[0].decode("utf-8", "replace").strip().removeprefix("stream:").strip()
    if told == "OK":
        return ""
    if told.endswith("FOUND"):
        return _name(told)
    raise ScannerDownError(told[:200] or "no answer")


def _connected(where: str) -> socket.socket:
    if where.startswith("/"):
        wire = socket.socket(socket.AF_UNIX)
        try:
            wire.settimeout(settings.SCANNER_SECONDS)
            wire.connect(where)
        except OSError:
            wire.close()
            raise
        return wire
    host, _, port = where.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), settings.SCANNER_SECONDS)


def _pieces(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        for at in range(0, len(content), CHUNK):
            yield content[at : at + CHUNK]
        return
    with content.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def _name(told: str) -> str:
    """Never empty: an infection without a name is one all the same."""
    plain = "".join(sign for sign in told.strip().removesuffix("FOUND").strip() if sign.isprintable())
    return plain[:120] or "?"


def _note(at: datetime, code: str, told: str, person: int | None) -> None:
    audit.record(at, "send_file", outcome=audit.REFUSED, code=code, params={"told": told}, person=person)

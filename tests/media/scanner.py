"""A little virus scanner: a program that finds the test string of EICAR, and a daemon that speaks clamd's INSTREAM."""

import socket
import stat
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

# In two halves, so that no scanner takes this file for infected.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

PROGRAM = """#!{python}
import sys
path = sys.argv[-1]
if b"EICAR-STANDARD" in open(path, "rb").read():
    print(path + ": Eicar-Test-Signature FOUND")
    sys.exit(1)
print(path + ": OK")
"""


def program(folder: Path) -> str:
    """The scanner as a command."""
    path = folder / "scan"
    path.write_text(PROGRAM.format(python=sys.executable))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@contextmanager
def daemon(path: Path, answer: bytes | None = None):
    """clamd at a socket; `answer`: what it always says instead."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen()
        threading.Thread(target=_serve, args=(door, answer), daemon=True).start()
        yield f"clamd:{path}"


def _serve(door, answer):
    while True:
        try:
            wire, _ = door.accept()
        except OSError:
            return
        with wire, wire.makefile("rb") as file:
            assert file.read(10) == b"zINSTREAM\0"
            content = b""
            while size := int.from_bytes(file.read(4)):
                content += file.read(size)
            found = b"stream: Eicar-Signature FOUND" if b"EICAR-STANDARD" in content else b"stream: OK"
            wire.sendall((answer or found) + b"\0")

"""How long a start takes to a served page: the first one, from an empty folder, and the second one.

Run as `serve` runs (own embedded PostgreSQL, fsync on, in a folder of its own), one after the other."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180.0


def rows() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="citygrid-start-") as name:
        Path(name).chmod(0o755)
        first, second = _start(name), _start(name)
    return [
        {"what": "first start", "value": first, "unit": "s", "bare": None, "target": "", "ok": None,
         "how": "from an empty folder to a page; the demo city follows (load_demo prints its time)"},
        {"what": "second start", "value": second, "unit": "s", "bare": None, "target": "< 8", "ok": second < 8,
         "how": "to a served page"},
    ]  # fmt: skip


def _start(data: str) -> float:
    """Seconds until a page is served; then the server is stopped."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    env |= {"CITYGRID_DATA": data, "PORT": str(port), "PYTHONPATH": str(ROOT / "src")}
    begun = time.monotonic()
    child = subprocess.Popen([sys.executable, "-m", "citygrid", "serve"], env=env, stdout=subprocess.DEVNULL)
    try:
        while time.monotonic() - begun < PATIENCE:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=2):
                return time.monotonic() - begun
            time.sleep(0.05)
        raise RuntimeError(f"no page within {PATIENCE:.0f} s")
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(60)

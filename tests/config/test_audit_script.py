"""`script/audit` says what it could not look up, and never calls that clean; bandit finds what is planted (issue 4)."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.config.test_checks import check

ROOT = Path(__file__).resolve().parent.parent.parent
WANTED = {"one": "1.0", "two": "2.0"}


def answer(*rows: dict) -> str:
    return json.dumps({"dependencies": list(rows), "fixes": []})


CLEAN = {"name": "one", "version": "1.0", "vulns": []}
HOLED = {"name": "two", "version": "2.0", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["2.1"], "aliases": []}]}
SKIPPED = {"name": "two", "skip_reason": "Dependency not found and could not be audited"}


def test_a_hole_is_a_finding() -> None:
    outcome = check("audit").read(answer(CLEAN, HOLED), "", WANTED)
    assert (outcome.asked, outcome.missed) == (2, {})
    assert [tuple(hole) for hole in outcome.holes] == [("two", "2.0", "CVE-2026-1", "2.1")]


@pytest.mark.parametrize("said", [answer(CLEAN, SKIPPED), answer(CLEAN)], ids=["skipped", "unmentioned"])
def test_what_was_not_looked_up_is_missed_not_clean(said: str) -> None:
    audit = check("audit")
    outcome = audit.read(said, "", WANTED)
    assert (outcome.asked, set(outcome.missed), outcome.holes) == (1, {"two"}, [])
    assert any("NOT AUDITED: 1 of 2" in line for line in audit.told(outcome))


def test_a_service_out_of_reach_has_looked_up_nothing() -> None:
    outcome = check("audit").read("", "Traceback ...\nConnectionError: no such host", WANTED)
    assert (outcome.asked, outcome.missed["one"]) == (0, "ConnectionError: no such host")


def test_the_second_service_is_asked_for_what_the_first_could_not() -> None:
    audit = check("audit")
    asked = []

    def asking(service: str, wanted: dict[str, str]):
        asked.append((service, set(wanted)))
        return audit.read(answer(CLEAN) if service == "a" else answer(HOLED), "", wanted)

    outcome = audit.all_of(("a", "b"), WANTED, asking)
    assert asked == [("a", {"one", "two"}), ("b", {"two"})]
    assert (outcome.asked, len(outcome.holes), outcome.missed) == (2, 1, {})


@pytest.mark.parametrize(
    ("rows", "flags", "code"),
    [
        ([CLEAN, HOLED], ["--reachable"], 1),
        ([HOLED], ["--reachable"], 1),
        ([CLEAN], ["--reachable"], 0),
        ([CLEAN], [], 2),
        ([CLEAN, {**HOLED, "vulns": []}], [], 0),
    ],
)
def test_findings_fail_and_silence_fails_unless_it_may_not(rows, flags, code, monkeypatch, capsys) -> None:
    audit = check("audit")
    monkeypatch.setattr(audit, "locked", lambda: WANTED)
    monkeypatch.setattr(audit, "all_of", lambda *_: audit.read(answer(*rows), "", WANTED))
    assert audit.main(flags) == code
    said = capsys.readouterr().out
    assert ("NOT AUDITED" in said) == (len(rows) < 2)


def test_all_locked_packages_are_asked_for() -> None:
    found = check("audit").locked()
    assert found["django"].startswith("5.2") and "pytest" in found and len(found) > 60


def test_bandit_finds_a_planted_fault_with_our_settings(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import pickle\npickle.loads(input())\n")
    argv = [sys.executable, "-m", "bandit", "-q", "-c", str(ROOT / "pyproject.toml"), str(tmp_path / "a.py")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "B301" in done.stdout


def test_what_bandit_leaves_out_ruff_looks_at() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    twins = {one.replace("B", "S") for one in settings["bandit"]["skips"]}
    assert "S" in settings["ruff"]["lint"]["select"]
    # S101: asserts hold invariants; S404 is only "a program is started somewhere", S603 names the place.
    assert twins & set(settings["ruff"]["lint"]["ignore"]) <= {"S101"}

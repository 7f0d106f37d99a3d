"""归档 (S0-25): kept once with its hash in the timeline, found by year, told by `verify`; by night and by hand."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from citygrid.cases import reading
from citygrid.cases.closing import archiving
from citygrid.cases.closing_models import Dossier
from citygrid.rulebook import slices
from tests.cases.pages import Sign, sign
from tests.cases.world import World

__all__ = ["sign"]


def put(world: World, case, login="shiftleader1"):
    world.now += timedelta(minutes=5)
    return archiving.archive(case, world.actor(login), world.who(login).scope, world.now)


def found(world: World, case):
    return reading.case_for(world.who("shiftleader1").scope, case)


def test_the_paper_is_kept_and_its_hash_stands_in_the_timeline(world: World) -> None:
    case = world.closed()
    version = found(world, case).version
    assert put(world, case) is None
    kept = archiving.kept_of(case)
    entry = reading.timeline(found(world, case))[-1]
    assert entry.type == "archive" and entry.data["said"]["digest"] == kept.digest
    assert kept.version == version and found(world, case).archived_at is not None
    assert archiving.check(kept) == archiving.SAME


def test_it_is_kept_once(world: World) -> None:
    case = world.closed()
    assert put(world, case) is None
    first = archiving.kept_of(case).digest
    refusal = put(world, case)
    assert refusal is not None and refusal.code == "archived" and archiving.kept_of(case).digest == first


def test_an_open_case_is_not_archived_nor_by_a_unit(world: World) -> None:
    case = world.checked()
    assert put(world, case).code == "wrong_state" and archiving.kept_of(case) is None
    world.do("shiftleader1", case, "close", outcome="qualified")
    assert put(world, case, "west_sanitation_desk").code == "not_your_role" and archiving.kept_of(case) is None


def test_a_file_that_changed_or_is_gone_is_told(world: World, settings: Any) -> None:
    case = world.closed()
    put(world, case)
    kept = archiving.kept_of(case)
    path = next(one for one in settings.MEDIA_STORE.rglob(kept.file.sha256) if one.is_file())
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole + b" ")
    assert archiving.check(kept) == archiving.ALTERED
    assert [one.code for one in archiving.faults(files=True)] == ["dossier_altered"]
    path.unlink()
    assert archiving.check(kept) == archiving.LOST
    path.write_bytes(whole)
    assert not list(archiving.faults(files=True))


def test_verify_tells_of_a_row_that_is_not_what_the_timeline_says(world: World) -> None:
    case = world.closed()
    put(world, case)
    Dossier.objects.filter(case_id=case).update(digest="0" * 64)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify", stdout=out)
    assert f"{case}  dossier_differs" in out.getvalue()
    Dossier.objects.all().delete()
    assert [one.code for one in archiving.faults()] == ["dossier_unknown"]


def test_the_night_archives_what_has_been_closed_long_enough(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    old = world.closed()
    world.now += timedelta(days=9)
    new = world.closed(where=("111.0175000", "30.0005000"))
    at = world.now + timedelta(days=2)
    assert archiving.archive_due(at) == 0, "this city does not say after how many days"
    monkeypatch.setattr(archiving, "after_days", lambda _at: 5)
    assert archiving.archive_due(at) == 1 and archiving.archive_due(at) == 0
    assert archiving.kept_of(old) is not None and archiving.kept_of(new) is None
    assert archiving.kept_of(old).by is None
    slices.forget()


def test_the_list_is_by_year_and_number_and_within_the_scope(world: World, sign: Sign) -> None:
    case = world.closed()
    put(world, case)
    number = found(world, case).case_no
    leader = sign("shiftleader1")
    assert number in leader.get("/archive/?year=2026").text
    assert number not in leader.get("/archive/?year=2025").text
    assert number in leader.get(f"/archive/?number={number}").text
    assert leader.get("/archive/?year=soon").status_code == 422
    assert number not in sign("east_sanitation_desk").get("/archive/").text, "another district's unit"


def test_by_hand_from_the_case_page(world: World, sign: Sign) -> None:
    case = world.closed()
    client = sign("shiftleader1")
    assert f"/cases/{case}/dossier/" in client.get(f"/cases/{case}/").text
    assert f'action="/cases/{case}/dossier/archive/"' in client.get(f"/cases/{case}/dossier/").text
    assert client.post(f"/cases/{case}/dossier/archive/").status_code == 302
    page = client.get(f"/cases/{case}/dossier/").text
    assert archiving.kept_of(case).digest in page and f"/cases/{case}/dossier/kept/" in page
    file = client.get(f"/cases/{case}/dossier/kept/")
    assert file.content.startswith(b"%PDF-")
    unit = sign("west_sanitation_desk")
    assert f'action="/cases/{case}/dossier/archive/"' not in unit.get(f"/cases/{case}/dossier/").text

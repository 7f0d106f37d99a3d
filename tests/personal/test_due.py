"""What was kept long enough is forgotten, with a proof; what open work needs stays (S3-14; the city's [personal])."""

import json
import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from citygrid.cases import callers, reading
from citygrid.cases.models import CaseRow, EntryRow
from citygrid.cases.verifying import verify
from citygrid.personal import due, holds
from citygrid.trust import forgetting, redactable
from citygrid.trust.models import Forgetting, Redactable
from tests.cases.world import World
from tests.personal.conftest import PHONE, Call

CALLER_DAYS, TEXT_DAYS = timedelta(days=90), timedelta(days=730)


def rows_of(case: uuid.UUID) -> dict[str, Redactable]:
    said = EntryRow.objects.get(case_id=case, type="log_call").data["said"]
    fields = ("caller", "phone", "text", "address")
    return {name: Redactable.objects.get(pk=said[name]["id"]) for name in fields}


def forgotten(case: uuid.UUID) -> set[str]:
    return {name for name, row in rows_of(case).items() if row.redacted_at is not None}


def counts(world: World) -> dict[str, tuple[int, int]]:
    return {one.kind: (one.count, one.held_count) for one in due.due(world.now)}


def test_each_kind_goes_at_its_own_time_and_not_a_day_earlier(world: World, call: Call) -> None:
    case = call(over=True)
    world.now += CALLER_DAYS - timedelta(hours=1)
    assert due.anonymise(world.now) == [] and forgotten(case) == set()
    world.now += timedelta(hours=2)
    assert counts(world) == {"caller": (2, 0), "text": (0, 0)}
    proof = due.anonymise(world.now)[0]
    assert proof.counts == {"caller_name": 1, "caller_phone": 1} and forgotten(case) == {"caller", "phone"}
    world.now += TEXT_DAYS
    due.anonymise(world.now)
    assert forgotten(case) == {"caller", "phone", "text", "address"}
    assert list(verify()) == [] and list(forgetting.faults()) == []


def test_the_facts_of_the_case_stay(world: World, call: Call) -> None:
    case = call(over=True)
    before = [e.data for e in EntryRow.objects.filter(case_id=case).order_by("seq")]
    world.now += CALLER_DAYS + timedelta(days=1)
    due.anonymise(world.now)
    assert [e.data for e in EntryRow.objects.filter(case_id=case).order_by("seq")] == before
    assert redactable.find_phone(PHONE) == [] and callers.by_rows(redactable.find_phone(PHONE)) == []
    assert reading.case_for(world.who("calltaker1").scope, case) is not None


def test_an_open_case_keeps_its_caller(world: World, call: Call) -> None:
    call()
    world.now += TEXT_DAYS * 2
    assert counts(world) == {"caller": (0, 0), "text": (0, 0)}


def test_a_case_reported_again_is_held_until_that_is_over(world: World, closed: uuid.UUID) -> None:
    world.do("calltaker1", closed, "reopen", reason="还在那里", media=[world.photo(11)])
    again = CaseRow.objects.exclude(pk=closed).get()
    world.now += TEXT_DAYS + timedelta(days=1)
    assert counts(world)["caller"] == (0, 2)
    assert due.anonymise(world.now) == [] and forgotten(closed) == set()
    world.do("calltaker1", again.pk, "refuse", reason="已处理")
    assert counts(world)["caller"] == (2, 0)
    due.anonymise(world.now)
    assert forgotten(closed) == {"caller", "phone", "text", "address"}
    assert Redactable.objects.get(pk=again.text_id).plain == "还在那里", "the words of the newer case have their time"
    assert list(verify()) == []


def test_a_package_above_may_hold_a_case(world: World, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    case = call(over=True)
    world.now += CALLER_DAYS + timedelta(days=1)
    monkeypatch.setattr(holds, "_holds", [])
    holds.add(lambda cases: cases & {case})
    assert counts(world)["caller"] == (0, 2) and due.anonymise(world.now) == []
    holds._holds.clear()
    assert counts(world)["caller"] == (2, 0)


def test_notes_of_looks_go_with_the_callers(world: World, call: Call) -> None:
    case = call()
    found = reading.case_for(world.who("calltaker1").scope, case)
    assert found is not None
    callers.show(found, "thank", "许女士很客气", world.now)
    world.now += CALLER_DAYS + timedelta(days=1)
    due.anonymise(world.now)
    assert not Redactable.objects.filter(plain="许女士很客气").exists()
    assert forgotten(case) == set()


def test_a_dry_run_and_due_change_nothing_and_the_command_forgets(
    world: World, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = call(over=True)
    world.now += CALLER_DAYS + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    for what in (["due"], ["anonymise", "--dry-run"]):
        assert "caller: 2 rows of 1 cases" in told(*what) and forgotten(case) == set()
    assert "2 rows forgotten" in told("anonymise")
    assert forgotten(case) == {"caller", "phone"}
    assert "0 rows forgotten" in told("anonymise")
    listed = told("proof")
    assert "kept_long_enough_caller" in listed and listed.endswith("0 faults\n")
    assert str(rows_of(case)["phone"].pk) in told("proof", "1")


def test_a_proof_that_does_not_hold_ends_the_command_with_1(world: World, call: Call) -> None:
    case = call(over=True)
    world.now += CALLER_DAYS + timedelta(days=1)
    due.anonymise(world.now)
    Redactable.objects.filter(pk=rows_of(case)["phone"].pk).update(plain=PHONE)
    with pytest.raises(SystemExit):
        told("proof")


def test_killed_between_two_batches_the_rest_goes_next_time(
    world: World, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [call(over=True) for _ in range(3)]
    world.now += CALLER_DAYS + timedelta(days=1)
    monkeypatch.setattr(forgetting, "MOST", 2)
    whole, real = forgetting.forget, []

    def once(*args: object, **kwargs: object) -> Forgetting | None:
        if real:
            raise KeyboardInterrupt
        real.append(1)
        return whole(*args, **kwargs)

    monkeypatch.setattr(forgetting, "forget", once)
    with pytest.raises(KeyboardInterrupt):
        due.anonymise(world.now)
    assert sum(len(forgotten(case)) for case in cases) == 2 and list(forgetting.faults()) == []
    monkeypatch.setattr(forgetting, "forget", whole)
    due.anonymise(world.now)
    assert all(forgotten(case) == {"caller", "phone"} for case in cases)


def told(*what: str) -> str:
    out = StringIO()
    call_command("personal", *what, stdout=out)
    return out.getvalue()


def test_no_name_and_number_stands_in_a_proof_or_the_audit(world: World, call: Call) -> None:
    call(over=True)
    world.now += CALLER_DAYS + timedelta(days=1)
    due.anonymise(world.now)
    facts = json.dumps(list(Forgetting.objects.values("reason", "counts", "cause_id")), ensure_ascii=False)
    assert PHONE not in facts and "许" not in facts

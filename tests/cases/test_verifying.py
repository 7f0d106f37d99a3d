"""`verify` finds whatever was altered or removed, once it is anchored (DESIGN section 2; S3-14)."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from citygrid.cases import anchoring, loading, rows
from citygrid.cases.database import plain
from citygrid.cases.models import EntryRow, Head
from citygrid.cases.verifying import verify
from citygrid.trust import chain


def run(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert cursor.rowcount > 0, "the test must change something"


@pytest.fixture
def anchored(world, tmp_path):
    """Two closed cases, anchored and exported."""
    world.folder = tmp_path / "anchors"
    world.cases = [world.closed(), world.closed()]
    made = anchoring.anchor(world.now, world.folder)
    assert made.count == 2 and list(faults(world)) == []
    return world


def faults(world, **options):
    return [(f.case, f.code) for f in verify(folder=world.folder, **options)]


def codes(world, case, **options):
    return {code for found, code in faults(world, **options) if found == case}


def test_a_projection_edited(anchored):
    case = anchored.cases[0]
    run("update cases_case set state = 'voided' where id = %s", case)
    assert codes(anchored, case) == {"projection_differs"}


def test_a_snapshot_edited(anchored):
    case = anchored.cases[0]
    run("update cases_case set snapshot = jsonb_set(snapshot, '{reworks}', '3') where id = %s", case)
    assert "projection_differs" in codes(anchored, case)


def test_a_work_item_edited(anchored):
    case = anchored.cases[0]
    run("update cases_item set late = not late where case_id = %s and kind = 'handle'", case)
    assert codes(anchored, case) == {"items_differ"}


def test_an_assignment_edited(anchored):
    case = anchored.cases[0]
    run("update cases_assignment set body = body + 1 where case_id = %s", case)
    assert codes(anchored, case) == {"assignments_differ"}


def test_an_entry_edited(anchored):
    case = anchored.cases[0]
    run("update cases_entry set effective_at = effective_at - interval '1 hour' where case_id = %s and seq = 6", case)
    assert "entry_altered" in codes(anchored, case)


def test_what_was_said_edited(anchored):
    case = anchored.cases[0]
    run("update cases_entry set data = jsonb_set(data, '{said,result}', '\"not_fixed\"') where case_id = %s"
        " and type = 'check'", case)  # fmt: skip
    assert "entry_altered" in codes(anchored, case)


def test_a_middle_entry_removed(anchored):
    case = anchored.cases[0]
    run("delete from cases_entry where case_id = %s and seq = 4", case)
    assert "entry_missing" in codes(anchored, case)


def test_the_last_entry_removed_with_all_that_shows_it(anchored):
    """The head, too, is put back to the entry before; only the anchor still knows."""
    case = anchored.cases[0]
    before = EntryRow.objects.filter(case_id=case).order_by("-seq")[1]
    run("delete from cases_entry where case_id = %s and seq = %s", case, before.seq + 1)
    run("update cases_head set version = %s, head = %s where case_id = %s", before.seq, bytes(before.head), case)
    assert {"anchor_differs"} <= codes(anchored, case) | codes(anchored, case, since_anchor=True)


def test_a_case_removed_altogether(anchored):
    case = anchored.cases[0]
    for table, key in (("entry", "case_id"), ("item", "case_id"), ("assignment", "case_id"), ("case", "id"),
                       ("number", "case_id"), ("head", "case_id")):  # fmt: skip
        run(f"delete from cases_{table} where {key} = %s", case)
    assert "case_missing" in codes(anchored, case)


def _recompute(case):
    """What a clever forger does: every later hash anew, head and projections to match."""
    head = chain.GENESIS
    with plain() as raw:
        found = raw.execute(
            f"select {loading.ENTRY_COLUMNS} from cases_entry e where e.case_id = %s order by e.seq", [case]
        ).fetchall()
    for row in found:
        entry = loading.entry_of(row)
        head = chain.link(head, rows.entry_bytes(entry))
        EntryRow.objects.filter(case_id=case, seq=entry.seq).update(head=head)
    Head.objects.filter(case_id=case).update(head=head)


def test_an_entry_edited_with_all_later_hashes_recomputed(anchored):
    case = anchored.cases[0]
    run("update cases_entry set person = person + 1 where case_id = %s and seq = 9", case)
    _recompute(case)
    assert "anchor_differs" in codes(anchored, case)
    assert "anchor_differs" in codes(anchored, case, since_anchor=True)


def test_the_anchors_in_the_database_forged_too(anchored):
    """The exported file is out of the forger's reach."""
    case = anchored.cases[0]
    run("update cases_entry set person = person + 1 where case_id = %s and seq = 9", case)
    _recompute(case)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table trust_anchorhead disable trigger user")
    run(
        "update trust_anchorhead a set head = h.head from cases_head h where h.case_id = a.case_id and a.case_id = %s",
        case,
    )
    assert codes(anchored, case) or any(code == "anchor_fault" for _, code in faults(anchored))


def test_the_other_case_stays_without_fault(anchored):
    run("update cases_case set state = 'voided' where id = %s", anchored.cases[0])
    assert codes(anchored, anchored.cases[1]) == set()


def test_incremental_replays_what_changed_since(anchored):
    case = anchored.handling()
    run("update cases_case set state = 'filed' where id = %s", case)
    assert codes(anchored, case, since_anchor=True) == {"projection_differs"}


def test_a_second_anchor_takes_only_what_changed(anchored):
    anchored.handling()
    made = anchoring.anchor(anchored.now + timedelta(days=1), anchored.folder)
    assert made.count == 1
    assert anchoring.anchor(anchored.now + timedelta(days=2), anchored.folder) is None


def test_the_command_says_how_many(anchored, capsys):
    call_command("verify", anchors=anchored.folder)
    assert capsys.readouterr().out.strip() == "0 faults"
    run("update cases_case set state = 'voided' where id = %s", anchored.cases[0])
    with pytest.raises(SystemExit):
        call_command("verify", anchors=anchored.folder)
    assert "projection_differs" in capsys.readouterr().out


def test_entries_hold_no_text_and_no_number_of_a_caller(world):
    case = world.closed()
    stored = json.dumps([e.data for e in EntryRow.objects.filter(case_id=case)], ensure_ascii=False)
    assert "垃圾" not in stored

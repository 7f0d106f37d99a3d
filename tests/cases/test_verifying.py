"""`verify` finds whatever was altered or removed, once it is anchored (DESIGN section 2; S3-14)."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from citygrid.cases import anchoring, loading, rows
from citygrid.cases.database import cursor, plain
from citygrid.cases.models import CaseRow, EntryRow, Head
from citygrid.cases.verifying import verify
from citygrid.media import checking_files
from citygrid.media.models import File
from citygrid.trust import algorithms, chain, redactable, seals


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
        found = cursor(raw).execute(
            f"select {loading.ENTRY_COLUMNS} from cases_entry e where e.case_id = %s order by e.seq".encode(), [case]
        ).fetchall()
    for row in found:
        entry = loading.entry_of(row)
        head = chain.link(head, rows.entry_bytes(entry), "sm3")
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


def test_a_text_edited(anchored):
    case = anchored.cases[0]
    run("update trust_redactable set plain = '路边很干净' where id ="
        " (select text_id from cases_case where id = %s)", case)  # fmt: skip
    assert codes(anchored, case) == {"text_altered"}
    assert codes(anchored, anchored.cases[1]) == set()


def test_a_text_removed(anchored):
    case = anchored.cases[0]
    run("delete from trust_redactable where id = (select text_id from cases_case where id = %s)", case)
    assert codes(anchored, case) == {"text_missing"}


def test_a_text_and_its_digest_edited_alike(anchored):
    """The entry still holds the digest of what was said."""
    case = anchored.cases[0]
    forged = redactable.draft("free_text", "路边很干净")
    _, _, digest, salt, plain, *_ = forged.values
    run("update trust_redactable set digest = %s, salt = %s, plain = %s"
        " where id = (select text_id from cases_case where id = %s)", digest, salt, plain, case)  # fmt: skip
    assert codes(anchored, case) == {"text_altered"}


def test_a_text_forgotten_properly_is_no_fault_and_one_emptied_is(anchored, capsys):
    first, second = (CaseRow.objects.get(pk=case) for case in anchored.cases)
    redactable.redact(first.text_id, anchored.now, "asked")
    seals.seal(anchored.now)
    call_command("verify", anchors=anchored.folder)
    run("update trust_redactable set plain = null, salt = null, bigrams = null, redacted_at = now() where id = %s",
        second.text_id)  # fmt: skip
    with pytest.raises(SystemExit):
        call_command("verify", anchors=anchored.folder)
    assert "unproven" in capsys.readouterr().out


def test_a_file_altered_or_lost(anchored, settings, capsys):
    """A photo changed on the disk, one deleted there, and one whose row is gone: each is named."""
    lost, other = File.objects.order_by("sha256")[:2]
    for file, content in ((lost, None), (other, b"not a photo")):
        path = settings.MEDIA_STORE / file.sha256[:2] / file.sha256[2:4] / file.sha256
        kept = path.read_bytes()
        anchored.kept = [*getattr(anchored, "kept", []), (path, kept)]
        path.unlink() if content is None else path.write_bytes(content)
    try:
        assert {(f.file, f.code) for f in checking_files.faults()} == {(lost.pk, "missing"), (other.pk, "altered")}
        call_command("verify", anchors=anchored.folder)
        with pytest.raises(SystemExit):
            call_command("verify", anchors=anchored.folder, media=True)
    finally:
        for path, kept in anchored.kept:
            path.write_bytes(kept)
    assert list(checking_files.faults()) == []
    run("update cases_media set file_id = gen_random_uuid() where file_id = (select min(file_id::text)::uuid"
        " from cases_media where case_id = %s) and case_id = %s", anchored.cases[0], anchored.cases[0])  # fmt: skip
    assert codes(anchored, anchored.cases[0]) == {"media_missing"}


def test_the_city_chooses_sm3_and_an_older_chain_stays_what_it_was(world, tmp_path, monkeypatch):
    """S3-14: the second city asks for SM3; what was linked by SHA-256 before still verifies, in one timeline."""
    monkeypatch.setattr(algorithms._Chosen, "by", staticmethod(lambda at: "sha256"))
    before, changing = world.closed(), world.handling()
    first = anchoring.anchor(world.now, tmp_path)
    monkeypatch.undo()
    after = world.closed()
    world.do("west_sanitation_desk", changing, "comment", text="正在清运")
    second = anchoring.anchor(world.now + timedelta(days=1), tmp_path)
    assert (first.algorithm, second.algorithm) == ("sha256", "sm3")
    assert [_algorithms(case) for case in (before, after)] == [{"sha256"}, {"sm3"}]
    assert _algorithms(changing) == {"sha256", "sm3"}
    assert list(verify(folder=tmp_path)) == []
    run("update cases_entry set person = person + 1 where case_id = %s and seq = 3", changing)
    assert (changing, "entry_altered") in [(f.case, f.code) for f in verify(folder=tmp_path)]


def _algorithms(case):
    """Which hashes bind the entries of a case."""
    head, found = chain.GENESIS, set()
    with plain() as raw:
        entries = cursor(raw).execute(
            f"select {loading.ENTRY_COLUMNS} from cases_entry e where e.case_id = %s order by e.seq".encode(), [case]
        ).fetchall()
    for row, stored in zip(entries, EntryRow.objects.filter(case_id=case).order_by("seq"), strict=True):
        body = head + rows.entry_bytes(loading.entry_of(row))
        head = bytes(stored.head)
        found.add(chain.algorithm_of(body, head))
    return found


def test_entries_hold_no_text_and_no_number_of_a_caller(world):
    case = world.closed()
    stored = json.dumps([e.data for e in EntryRow.objects.filter(case_id=case)], ensure_ascii=False)
    assert "垃圾" not in stored

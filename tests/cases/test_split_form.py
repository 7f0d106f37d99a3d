"""Splitting a report by its form: each part with its class and its words (拆案)."""

from citygrid.cases.models import CaseRow
from tests.cases.pages import Sign, sign, take
from tests.cases.world import GARBAGE, SAND, World

__all__ = ["sign"]


def test_each_part_becomes_a_case_with_its_class(world: World, sign: Sign) -> None:
    case = world.report(class_id=GARBAGE)
    client = sign("calltaker1")
    answer = take(client, case, "split", **{
        "reason": "一张照片里有两件事", "parts-0-class_id": SAND, "parts-0-text": "旁边有沙堆",
        "parts-2-text": "还有一处破损",
    })  # fmt: skip
    assert answer.status_code == 200 and answer["HX-Redirect"], answer.text
    parts = CaseRow.objects.exclude(id=case).filter(snapshot__split_from=str(case))
    assert {row.class_id for row in parts} == {SAND, None}


def test_a_part_without_words_is_told_and_nothing_typed_is_lost(world: World, sign: Sign) -> None:
    case = world.report(class_id=GARBAGE)
    client = sign("calltaker1")
    for typed in ({"parts-0-text": "沙堆", "parts-1-class_id": SAND}, {}):
        answer = take(client, case, "split", reason="两件事", **typed)
        assert answer.status_code == 422
        assert all(f'value="{value}"' in answer.text for value in typed.values())
    assert CaseRow.objects.count() == 1


def test_the_form_stays_with_rows_to_fill(world: World, sign: Sign) -> None:
    case = world.report()
    form = sign("calltaker1").get(f"/cases/{case}/acts/split/", headers={"HX-Request": "true"}).text
    assert 'name="parts-3-text"' in form and 'name="parts-0-class_id"' in form
    assert sign("collector3").get(f"/cases/{case}/acts/split/").status_code == 200, "told that it is not theirs now"

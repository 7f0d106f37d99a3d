"""Auto-dispatch: the dry run on handled cases, and a class that goes by itself cites what answered (asks 12)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from citygrid.cases import reading
from citygrid.coordination.dispatching import dry_runs
from citygrid.rulebook import slices
from citygrid.rulebook.models import Responsibility, VariantRow
from tests.cases.world import GARBAGE, World


def around(world: World):
    return world.now - timedelta(days=30), world.now + timedelta(days=1)


def handled(world: World, body: str, **more):
    case = world.filed(**more)
    world.do("dispatcher1", case, "dispatch", body=world.body(body))
    desk = f"{body}_desk"
    world.do(desk, case, "sign")
    world.do(desk, case, "feed_back", minutes=30, media=[world.photo(7), world.photo(8)], culprit="unknown")
    return case


def test_the_dry_run_counts_right_elsewhere_and_leaves_out_what_proves_nothing(world: World) -> None:
    handled(world, "west_sanitation")
    handled(world, "west_sanitation")
    elsewhere = handled(world, "power")
    world.filed()
    found = dry_runs.run(None, *around(world), world.now)
    assert [(one.class_id, one.same, one.other, one.none, one.percent) for one in found] == [(GARBAGE, 2, 1, 0, 66)]
    told = found[0].others[0]
    assert (told.case, told.unit) == (elsewhere, world.body("power"))
    assert told.suggested == world.body("west_sanitation")
    assert told.rule is not None


def test_without_a_rule_nobody_is_suggested(world: World) -> None:
    handled(world, "west_sanitation")
    Responsibility.objects.all().delete()
    found = dry_runs.run(None, *around(world), world.now)
    assert (found[0].none, found[0].same) == (1, 0) and found[0].others[0].suggested is None


def test_the_dry_run_sees_what_the_dispatcher_sees_and_changes_nothing(world: World) -> None:
    case = handled(world, "west_sanitation")
    before = reading.case_for(world.who("dispatcher1").scope, case)
    assert dry_runs.run(world.who("east_dispatcher").scope, *around(world), world.now) == []
    assert dry_runs.run(world.who("dispatcher1").scope, *around(world), world.now)[0].same == 1
    assert dry_runs.run(None, *around(world), world.now, ["other:*"]) == []
    assert reading.case_for(world.who("dispatcher1").scope, case) == before


def test_the_page_lists_the_cases_that_would_have_gone_elsewhere(world: World, sign) -> None:
    case = handled(world, "power")
    client = sign("dispatcher1")
    days = f"first={world.now:%Y-%m-%d}&last={world.now:%Y-%m-%d}"
    page = client.get(f"/dispatch/dry-run/?{days}")
    assert f'data-class="{GARBAGE}"' in page.text and str(case) not in page.text
    assert str(case) in client.get(f"/dispatch/dry-run/?class={GARBAGE}&{days}").text
    assert client.get("/dispatch/dry-run/?first=2026-03-02&last=2026-03-01").status_code == 422
    assert client.get("/dispatch/dry-run/?first=nonsense").status_code == 422
    assert sign("west_sanitation_desk").get("/dispatch/dry-run/").status_code == 403


def test_the_command_tells_the_same(world: World, sign) -> None:
    sign("dispatcher1")  # the world's clock
    case = handled(world, "power")
    out = StringIO()
    day = f"{world.now:%Y-%m-%d}"
    call_command("dispatch", "dry-run", "--from", day, "--to", day, "--cases", stdout=out)
    number = reading.case_for(world.who("dispatcher1").scope, case).case_no
    assert "\t1\t0\t1\t0\t0" in out.getvalue() and number in out.getvalue()
    with pytest.raises(CommandError, match="before the first"):
        call_command("dispatch", "dry-run", "--from", "2026-03-02", "--to", "2026-03-01")


def switch_on(classes: list[str]) -> None:
    for row in VariantRow.objects.all():
        row.text = f"auto_dispatch = {classes!r}\n{row.text}"
        row.save()
    slices.touch()


def test_a_class_that_is_switched_on_goes_by_itself_and_says_by_which_rule(world: World, sign) -> None:
    switch_on([GARBAGE])
    case = world.filed()
    found = reading.case_for(world.who("dispatcher1").scope, case)
    entry = reading.timeline(found)[-1]
    assert entry.type == "dispatch" and entry.actor.person == 0
    assert found.current.body == world.body("west_sanitation") and "rule" in entry.data["said"]
    why = sign("dispatcher1").get(f"/dispatch/cases/{case}/why/").text
    assert "赭西区环卫处" in why and 'data-cited=""' not in why

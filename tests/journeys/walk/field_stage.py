"""Sets the stage for the collector's app: run once inside a served house, as the people of the demo city.

One collector gets a task of each kind (verify, check, a survey, a spot check), a case of somebody else nearby, a roll
call, a finding. Prints one JSON line: {"place": [lon, lat], "tasks": {"verify": id, ...}, "component": code, ...}.
With the word `block` it blocks the collector's phones instead."""

import json
import sys
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import django

LOGIN = "collector1"


def main() -> None:
    """What the first word asks for."""
    django.setup()
    from django.utils import timezone

    print(json.dumps(block(timezone.now()) if "block" in sys.argv else begin(timezone.now())), flush=True)


def begin(now: datetime) -> dict[str, Any]:
    """All of it; whole days on duty, so that no hour of the day matters."""
    from citygrid.organization.models import Duty
    from tests.journeys.walk.stagehand import play

    one = _signed(LOGIN, now)
    for grid in Duty.objects.filter(post=one.post).values_list("duty_grid", flat=True).distinct():
        Duty.objects.create(duty_grid=grid, post=one.post, weekdays=127, starts=time(0), ends=time(0))
    spots = _spots(one, now)
    cases = play(_acts(spots), over=30)
    if "refused" in cases:
        raise SystemExit(json.dumps(cases))
    _cover(one, now)
    return {
        "place": spots[0], "cases": cases["cases"], "survey": _survey(spots, now),
        "spot": _spot(now), "roll": _roll_call(one, now), "finding": _finding(one, cases["cases"]["4"], now),
    }  # fmt: skip


def _signed(login: str, now: datetime) -> Any:
    from citygrid.organization.models import Seat
    from citygrid.organization.seats import signed

    seat = Seat.objects.filter(person__login=login, until=None).select_related("person", "post__body", "post__role")
    first = seat.order_by("id")[0]
    return signed(first.person, first, now)


def _spots(one: Any, now: datetime) -> list[list[float]]:
    """Middles of unit grids in the collector's first duty grid, each next to the first."""
    from citygrid.collection.syncing.base_sections import grids

    return [unit["centre"] for unit in grids(one, now)[0]["units"]][:6]


def _cover(one: Any, now: datetime) -> None:
    """A manhole cover a few steps from the collector."""
    from citygrid.basedata.models import Component
    from citygrid.collection.syncing.base_sections import grids
    from citygrid.rulebook.slices import localday, profile_at
    from citygrid.standards.coordinates import metric
    from tests.journeys.walk.scenes import DANGER

    unit = grids(one, now)[0]["units"][0]
    (lon, lat), code = unit["centre"], unit["code"]
    point = metric(profile_at(now).data["metric_crs"])(lon, lat)
    facts = {
        "class_id": DANGER, "name": "上水井盖", "state": "intact", "lon": lon, "lat": lat, "point": point, "grid": code,
        "community": code[:12], "street": code[:9], "district": code[:6], "valid_from": localday(now),
    }  # fmt: skip
    Component.objects.update_or_create(code=f"{code[:6]}{DANGER[-4:]}990001", defaults=facts)


def _acts(spots: list[list[float]]) -> list[list[Any]]:
    from citygrid.process.states import State
    from tests.journeys.walk.scenes import call, report, until

    def at(number: int) -> dict[str, str]:
        lon, lat = spots[number]
        return {"lon": f"{lon:.7f}", "lat": f"{lat:.7f}", "address": f"滨江路 {number * 2 + 6} 号门前"}

    mine = {"person": f"person:{LOGIN}"}
    said = ("calltaker1", "log_call", call(0, **at(1))[2], 1, "1")
    seen = [(*act[:3], _minutes(act), "2") for act in until(State.CHECKING, call(0, **at(2)))]
    seen[-1] = ("calltaker1", "send_check", mine, 1, "2")
    closed = [(*act[:3], _minutes(act), "3") for act in until(State.CLOSED, call(0, **at(3)))]
    own = (LOGIN, "report", report(0, **at(4))[2], 1, "4")
    near = ("collector2", "report", report(0, **at(0))[2], 1, "5")
    return [list(act) for act in (said, ("calltaker1", "send_verify", mine, 1, "1"), *seen, *closed, own, near)]


def _minutes(act: tuple[Any, ...]) -> int:
    return int(act[3]) if len(act) > 3 else 1


def _survey(spots: list[list[float]], now: datetime) -> str:
    from citygrid.collection.surveys import campaigns
    from citygrid.rulebook.slices import localday

    today = localday(now)
    fields = [
        {"name": "state", "label": "井盖状况", "label_en": "State of the cover", "kind": "choice", "required": True,
         "choices": [{"code": "good", "name": "完好", "name_en": "Whole"},
                     {"code": "bad", "name": "破损", "name_en": "Broken"}]},
        {"name": "loose", "label": "是否松动", "label_en": "Does it rock", "kind": "yes_no", "required": False},
        {"name": "note", "label": "说明", "label_en": "Words", "kind": "text", "required": False},
    ]  # fmt: skip
    facts = {
        "title": "汛前窨井盖专项普查", "purpose": "汛期之前看一遍全部雨水井盖。", "first_day": today,
        "last_day": today + timedelta(days=20), "target": "points", "areas": [], "posts": [], "fields": fields,
        "photos": 1, "points": [[f"滨江路 {n * 2 + 6} 号井盖", lon, lat] for n, (lon, lat) in enumerate(spots)],
    }  # fmt: skip
    office = _signed("office1", now)
    row = campaigns.save(uuid4(), facts, office, now)
    campaigns.publish(row.pk, office, now)
    return str(row.pk)


def _spot(now: datetime) -> list[Any]:
    """The spot check, and the task in it that is the collector's."""
    from citygrid.cases.closing import inspections
    from citygrid.collection.models import SurveyTask
    from citygrid.collection.surveys import spots
    from citygrid.rulebook.slices import localday

    inspector, today = _signed("inspector1", now), localday(now)
    wanted = inspections.Wanted(today - timedelta(days=1), today, 20, "unit")
    draw = inspections.draw(inspector.scope, wanted, inspector.person.pk, now)
    row, _left = spots.give(draw, inspector, now)
    me = _signed(LOGIN, now).person
    # Who goes is drawn by lot: where none fell to the collector of the stage, the first one becomes theirs.
    task = SurveyTask.objects.filter(campaign=row, person=me.pk).first() or row.tasks.order_by("number")[0]
    SurveyTask.objects.filter(pk=task.pk).update(person=me.pk)
    return [str(row.pk), task.pk]


def _roll_call(one: Any, now: datetime) -> str:
    from citygrid.collection.teams import roll_calls

    wanted = roll_calls.Wanted(uuid4(), 60, True, persons=(one.person.pk,))
    made = roll_calls.call(wanted, _signed("teamlead1", now), now)
    return str(getattr(made, "pk", made))


def _finding(one: Any, case: str, now: datetime) -> str:
    from uuid import UUID

    from citygrid.collection.evidence import findings

    said = findings.Said("照片与现场位置不符。")
    row = findings.propose_on_case(_signed("inspector1", now), UUID(case), "false", one.person.pk, said, now)
    assert isinstance(row, findings.Finding), row
    assert findings.confirm(_signed("shiftleader1", now), row, now) is None
    return str(row.pk)


def block(now: datetime) -> dict[str, Any]:
    """Every phone of the collector is blocked, as its team lead does when one was lost."""
    from citygrid.collection.models import Device
    from citygrid.collection.syncing import blocking

    rows = Device.objects.filter(person__login=LOGIN, blocked_at=None)
    for row in rows:
        blocking.block(row, "手机丢失", _signed("teamlead1", now), now)
    return {"blocked": len(rows)}


if __name__ == "__main__":
    main()

"""抽查: cases that inspectors drew by lot are looked at again by a collector who had nothing to do with them (asks 17).

Who goes is not chosen by hand: of those who work in the duty grid of the case, else nearest to it, whoever acted on the
case is left out and the one with the fewest tasks of this draw goes first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from citygrid.areas.changing import holding
from citygrid.areas.models import Area
from citygrid.cases import naming, reading, searching, wording
from citygrid.cases.closing.able import may_do
from citygrid.cases.closing.lottery import ticket
from citygrid.cases.closing_models import Draw
from citygrid.cases.delegations import variants_at
from citygrid.collection.models import Campaign, SurveyAnswer, SurveyTask
from citygrid.collection.surveys import campaigns, ground, targets
from citygrid.collection.surveys.refusals import refused
from citygrid.organization.models import Person, Post
from citygrid.organization.seats import Signed
from citygrid.process import Case
from citygrid.process.acts import ACTS
from citygrid.rulebook.slices import localday
from citygrid.trust import audit

DAYS = 3
RESULT, NOTE = "result", "note"
FIELD_ACTS = ("check", "verify")
WRONG = "not_in_order"

@dataclass(frozen=True, slots=True)
class Compared:
    """A case that was closed as put right, and what the spot check says of it."""

    task: SurveyTask
    case: Case
    answer: SurveyAnswer | None
    result: str
    disagrees: bool
    unit: int | None

def may_give(signed: Signed | None) -> bool:
    """Whoever inspects gives out spot checks."""
    return may_do(signed, "inspect")

def drawn(signed: Signed) -> QuerySet[Draw]:
    """The draws that a post may give out: its own, all for whoever sees everything."""
    rows = Draw.objects.order_by("-at")
    return rows if signed.scope.everything else rows.filter(by=signed.person.pk)

def checks(signed: Signed) -> QuerySet[Campaign]:
    """Spot checks that exist for a post."""
    if not may_give(signed):
        return Campaign.objects.none()
    rows = Campaign.objects.filter(kind=Campaign.Kind.SPOT).select_related("made_by").order_by("-made_at")
    return rows if signed.scope.everything else rows.filter(made_by=signed.person)

def give(draw: Draw, signed: Signed, now: datetime, days: int = DAYS) -> tuple[Campaign, int]:
    """Give the cases of a draw to collectors; (the spot check, how many cases found nobody). Raises Refused:
    spot_right, spot_twice, spot_nobody."""
    if not may_give(signed):
        raise refused("spot_right")
    found, people, left = _given(draw, signed, now)
    if not found:
        raise refused("spot_nobody")
    today = localday(now)
    row = Campaign(
        pk=uuid4(), kind=Campaign.Kind.SPOT, title=_("Spot check %(day)s") % {"day": today.isoformat()}, draw=draw.pk,
        first_day=today, last_day=today + timedelta(days=days), target=Campaign.Target.CASES, fields=form(), photos=1,
        status=Campaign.Status.PUBLISHED, body=signed.body, made_by=signed.person, made_at=now,
        published_by=signed.person, published_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            campaigns.keep_tasks(row, found, people)
            audit.record(
                now, "spot_checks_given", subject=("draw", str(draw.pk)), person=signed.person.pk, seat=signed.seat.pk,
                post=signed.post.pk, params={"tasks": len(found), "left": left},
            )  # fmt: skip
    except IntegrityError:
        raise refused("spot_twice") from None
    return row, left

def form() -> list[dict[str, Any]]:
    """The form of a spot check: the results of the act of inspecting, and a note."""
    result, note = ACTS["inspect"].field(RESULT), ACTS["inspect"].field(NOTE)
    assert result is not None and note is not None, "an inspection has both"
    choices = [
        {"code": code, "name": wording.CHOICES.get(code, (code, code))[0],
         "name_en": wording.CHOICES.get(code, (code, code))[1]}
        for code in result.choices
    ]  # fmt: skip
    return [
        {"name": RESULT, "label": result.zh, "label_en": result.en, "kind": "choice", "required": True,
         "choices": choices},
        {"name": NOTE, "label": note.zh, "label_en": note.en, "kind": "text", "required": False, "choices": []},
    ]  # fmt: skip

def _given(draw: Draw, signed: Signed, now: datetime) -> tuple[list[targets.Target], list[int], int]:
    workers, centres = ground.workers(now), _centres(now)
    able = _able(workers, now)
    load: Counter[int] = Counter()
    found, people, left = [], [], 0
    for one in draw.cases.order_by("place"):
        case = reading.case_for(signed.scope, one.case_id)
        if case is None or case.place is None:
            left += 1
            continue
        target = _target(case)
        person = _choose(draw, target, _parties(case), workers, able, centres, load)
        if person is None:
            left += 1
            continue
        load[person] += 1
        found.append(target)
        people.append(person)
    return found, people, left

def _target(case: Case) -> targets.Target:
    assert case.place is not None, "asked for before"
    area = Area.objects.filter(pk=case.place.duty_grid).values_list("code", flat=True) if case.place.duty_grid else ()
    grid = Area.objects.filter(pk=case.place.grid).values_list("code", flat=True) if case.place.grid else ()
    name = f"{case.case_no or case.report_no} {naming.class_words(case.class_id)}".strip()
    return targets.Target(
        str(case.id), name[:200], float(case.place.lon), float(case.place.lat), next(iter(grid), ""), tuple(area),
        tuple(case.place.areas),
    )  # fmt: skip

def _parties(case: Case) -> frozenset[int]:
    """Everybody who acted on the case: who reported, verified, handled, checked, closed it."""
    return frozenset(one.actor.person for one in reading.timeline(case) if one.actor.person)

def _able(workers: Mapping[str, list[tuple[int, int]]], now: datetime) -> frozenset[tuple[int, int]]:
    """Of those on duty, whose post goes out to check."""
    posts = {post for rows in workers.values() for _person, post in rows}
    roles = dict(Post.objects.filter(pk__in=posts).values_list("pk", "role__code"))

    allowed = {role for one in variants_at(now) for act in FIELD_ACTS for role in one.acts.get(act, frozenset())}
    return frozenset(pair for rows in workers.values() for pair in rows if roles.get(pair[1]) in allowed)

def _centres(now: datetime) -> dict[str, tuple[float, float]]:
    rows = Area.objects.filter(holding(localday(now)), kind="duty_grid")
    return {code: (lon, lat) for code, lon, lat in rows.values_list("code", "centre_lon", "centre_lat")}

def _choose(
    draw: Draw, target: targets.Target, parties: frozenset[int], workers: Mapping[str, list[tuple[int, int]]],
    able: frozenset[tuple[int, int]], centres: Mapping[str, tuple[float, float]], load: Counter[int],
) -> int | None:  # fmt: skip
    """The nearest duty grid with somebody free of the case; there the one with the fewest tasks, then by lot."""

    def far(code: str) -> float:
        if code in target.duty_grids:
            return 0.0
        lon, lat = centres.get(code, (0.0, 0.0))
        return hypot((lon - target.lon) * cos(radians(target.lat)), lat - target.lat)

    for code in sorted(workers, key=lambda one: (far(one), one)):
        free = {pair[0] for pair in workers[code] if pair in able and pair[0] not in parties}
        if free:
            return min(free, key=lambda one: (load[one], ticket(f"{draw.seed}:{one}", UUID(target.key))))
    return None

def compared(row: Campaign, signed: Signed) -> list[Compared]:
    """Each case with what was found; those that disagree with the closing first."""
    tasks = list(row.tasks.order_by("number"))
    listed = searching.search(signed.scope, searching.Query(ids=tuple(UUID(one.key) for one in tasks)), len(tasks) + 1)
    units = {one.id: one.unit for one in listed}
    answers = SurveyAnswer.objects.select_related("person").in_bulk([one.answer for one in tasks if one.answer])
    found = []
    for task in tasks:
        case = reading.case_for(signed.scope, UUID(task.key))
        if case is None:
            continue
        answer = answers.get(task.answer) if task.answer else None
        result = str(answer.values.get(RESULT, "")) if answer is not None else ""
        found.append(Compared(task, case, answer, result, result == WRONG, units.get(case.id)))
    return sorted(found, key=lambda one: (not one.disagrees, one.answer is None, one.task.number))

def results() -> dict[UUID, tuple[datetime, str]]:
    """Case -> when it was looked at and what was found, of all spot checks; the newest of each case. For whoever
    counts, not for people: a page asks for a post's own (`compared`)."""
    rows = SurveyAnswer.objects.filter(task__campaign__kind=Campaign.Kind.SPOT, replaced_by=None)
    found = {}
    for key, made_at, values in rows.order_by("made_at", "id").values_list("task__key", "made_at", "values"):
        if values.get(RESULT):
            found[UUID(key)] = (made_at, str(values[RESULT]))
    return found


def may_see_case_file(person: Person, cases: set[UUID]) -> bool:
    """Whether one of these cases is somebody's open spot check: then its photos are shown to them."""
    keys = [str(one) for one in cases]
    open_ = Q(campaign__status=Campaign.Status.PUBLISHED, campaign__kind=Campaign.Kind.SPOT)
    return SurveyTask.objects.filter(open_, person=person.pk, key__in=keys).exists()

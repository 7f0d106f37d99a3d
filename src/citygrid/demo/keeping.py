"""The demo's standing duties: evidence of each period by the unit's desk, some of it late or missing, and spot checks
by lot, some of them failed."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from citygrid.demo import evidence
from citygrid.demo.folder import appraisal
from citygrid.demo.holders import holder
from citygrid.demo.planning import dice
from citygrid.evaluation.standing import checking, city_files, filing, lots, seeing
from citygrid.evaluation.standing.checking import Seen
from citygrid.evaluation.standing.duties import Duty
from citygrid.evaluation.standing.filing import Evidence
from citygrid.evaluation.standing.spans import DAY, Span, spans
from citygrid.evaluation.standing_models import StandingDraw, StandingReport
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal

NAMESPACE = UUID("b0c6f7b2-6f3f-5d0b-9a0e-2a4bb0a9a6c4")
MOTIFS = {"components": "tree"}


def keep(seed: int, at: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """Evidence and checks up to a moment; how many of each are there. A second time adds nothing."""
    today = at.astimezone(zone).date()
    for duty in city_files.book_at(today).duties.values():
        _evidence(seed, duty, today, at, zone)
    checked = sum(_checks(seed, day, at, zone) for day in _days(today))
    return StandingReport.objects.count(), checked


def _days(today: date) -> list[date]:
    rules = appraisal()["standing"]
    days = [today - DAY * ago for ago in range(rules["checks"], 0, -1)]
    return [day for day in days if day.weekday() in rules["weekdays"]]


def _evidence(seed: int, duty: Duty, today: date, at: datetime, zone: ZoneInfo) -> None:
    unit = Body.objects.filter(code=duty.unit).first()
    first = today - DAY * appraisal()["standing"]["days"]
    for span in spans(duty, first, today, city_files.made_on(duty.code)):
        id = uuid5(NAMESPACE, f"{seed}:{duty.code}:{span.first}")
        when = _filed_at(seed, duty, span, zone)
        if unit is None or when is None or when >= at or StandingReport.objects.filter(pk=id).exists():
            continue
        desk = holder(seeing.FILE, when, unit)
        if desk is not None:
            _must(filing.file(duty, _sent(seed, id, duty, span, desk, when), desk, when))


def _filed_at(seed: int, duty: Duty, span: Span, zone: ZoneInfo) -> datetime | None:
    """On one of the days in time; a few come late, a few never."""
    rules, chance = appraisal()["standing"], dice(seed, "standing", duty.code, span.first)
    draw = chance.random()
    if draw < rules["missed"]:
        return None
    late = draw < rules["missed"] + rules["late"]
    day = span.due + DAY if late else span.last + DAY * chance.randint(0, (span.due - span.last).days)
    return datetime.combine(day, time(), zone) + timedelta(hours=16 + 2 * chance.random())


def _sent(seed: int, id: UUID, duty: Duty, span: Span, desk: Signed, at: datetime) -> Evidence:
    chance = dice(seed, "standing", duty.code, span.first, "sent")
    motif = MOTIFS.get(duty.sort, "garbage")
    photos = evidence.pictures(motif, duty.wanted.photos, chance.randrange(4), desk.person.pk, at)
    count = "" if duty.wanted.least is None else str(int(duty.wanted.least) + chance.randrange(4))
    return Evidence(id, span.first, count, appraisal()["standing"]["note"], tuple(photos))


def _checks(seed: int, day: date, at: datetime, zone: ZoneInfo) -> int:
    """The lots of a day, and what was found; how many checks are there."""
    when = datetime.combine(day, time(9, 30), zone)
    inspector = holder(seeing.CHECK, when)
    if inspector is None or when + timedelta(hours=6) > at:
        return 0
    book = city_files.book_at(day)
    draws = lots.draw(day, inspector, when)
    for turn, (draw, duty) in enumerate(lots.duties_of(draws, book)):
        _check(seed, draw, duty, inspector, when + timedelta(minutes=40 + 50 * turn))
    return sum(draw.checks.count() for draw in draws.values())


def _check(seed: int, draw: StandingDraw, duty: Duty, inspector: Signed, at: datetime) -> None:
    if draw.checks.filter(duty=duty.code).exists() or not seeing.may_check(inspector, duty):
        return
    rules, chance = appraisal()["standing"], dice(seed, "standing", duty.code, draw.day, "check")
    points, findings = dict[str, str](), dict[str, str]()
    for line in duty.lines:
        full = int(line.points)
        lost = chance.choice((0.2, 0.4, 0.6)) if chance.random() < rules["loses"] else 0
        points[line.key] = str(int(full * (1 - lost)) if lost else full)
        if lost:
            findings[line.key] = chance.choice(rules["findings"])
    motif = MOTIFS.get(duty.sort, "garbage")
    photos = evidence.pictures(motif, 1, chance.randrange(4), inspector.person.pk, at)
    id = uuid5(NAMESPACE, f"{seed}:{duty.code}:{draw.day}:check")
    _must(checking.check(duty, Seen(id, points, findings, "", tuple(photos)), inspector, at))


def _must(answer: Any) -> None:
    if isinstance(answer, Refusal):
        raise RuntimeError(answer.message % dict(answer.params))

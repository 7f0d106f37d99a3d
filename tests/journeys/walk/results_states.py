"""The further part of the stage of results: what was closed, entered, filed, checked, paid, written and published."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.journeys.walk.results_stage import OPEN_DATA, last_month, month_before, on, picture, signed

LAMP = "gbt30428.2:component:0137"


def begin(now: datetime) -> dict[str, Any]:
    """All of it; names -> ids."""
    last = last_month(now)
    former = month_before(last)
    made: dict[str, Any] = entries(on(last, 12, now), now)
    made |= published(f"{former:%Y-%m}", on(last, 2, now), now)
    made |= appealed(f"{last:%Y-%m}", now)
    made |= preview(now)
    made |= standing(now)
    made |= fund(last, now)
    made |= bulletin(last, now)
    open_data(now)
    return made


def entry(words: dict[str, str], approved: bool, now: datetime) -> str:
    """An entry of the evaluator's, approved by a leader."""
    from citygrid.evaluation import catalogue, entering
    from citygrid.rulebook.slices import localday

    today = localday(now)
    draft, wrong = entering.drafted(entering.Sent({"by": "unit", "subject": "nb_sanitation", **words}),
                                    catalogue.catalogue(today), today)  # fmt: skip
    assert draft is not None, wrong
    row = entering.propose(uuid4(), draft, signed("evaluator1", now).person, now)
    if approved:
        entering.decide(row.pk, True, "", signed("leader1", now).person, now)
    return str(row.pk)


def entries(at: datetime, now: datetime) -> dict[str, Any]:
    day = at.date().isoformat()
    seen = {"input": "inspection", "day": day, "value": "92", "reason": "月度现场检查", "source": "考核科"}
    late = {"input": "faults", "item": "late", "day": day, "value": "1", "reason": "月报迟报一日"}
    return {"entry": entry(seen, True, now), "entry_waits": entry(late, False, now)}


def published(period: str, at: datetime, now: datetime) -> dict[str, Any]:
    """Frozen, published, and corrected afterwards: an inspection was forgotten."""
    from citygrid.evaluation import closing, closing_correcting

    evaluator, office = signed("evaluator1", now).person, signed("office1", now).person
    row = closing.open_close(uuid4(), "department", period, evaluator, at)
    row = closing.open_appeals(row.pk, evaluator, at)
    assert row.window_ends is not None
    over = row.window_ends + timedelta(minutes=1)
    closing.freeze(row.pk, evaluator, over)
    closing.publish(row.pk, evaluator, over)
    entry({"input": "inspection", "day": row.last.isoformat(), "value": "70", "reason": "补录现场检查"}, True, now)
    first = closing_correcting.propose(uuid4(), row.pk, "补录一次现场检查", evaluator, now)
    closing_correcting.decide(first.pk, True, "同意", office, now)
    late = {"input": "faults", "item": "late", "day": row.last.isoformat(), "value": "2", "reason": "两次迟报"}
    entry(late, True, now)
    waits = closing_correcting.propose(uuid4(), row.pk, "补扣迟报", evaluator, now)
    return {"published": str(row.pk), "correction": str(waits.pk)}


def appealed(period: str, now: datetime) -> dict[str, Any]:
    """Open for appeals; the unit's: one filed, one proposed, one refused."""
    from citygrid.evaluation import catalogue, closing, closing_appeals, entering
    from citygrid.rulebook.slices import localday

    evaluator, unit = signed("evaluator1", now).person, signed("unit1", now)
    row = closing.open_close(uuid4(), "department", period, evaluator, now)
    row = closing.open_appeals(row.pk, evaluator, now)
    subject = (str(unit.body.pk), unit.body.code)
    made: list[UUID] = []
    for term, reason in (("inspection", "复查已合格"), ("faults", "系统故障所致"), ("on_time", "连日暴雨")):
        one = closing_appeals.file_term(uuid4(), row.pk, subject, term, reason, None, unit, now)
        made.append(one.pk)
    today = localday(now)
    said = {"input": "inspection", "by": "unit", "subject": unit.body.code, "day": row.last.isoformat(), "value": "95",
            "reason": "复查记录"}  # fmt: skip
    draft, wrong = entering.drafted(entering.Sent(said), catalogue.catalogue(today), today)
    assert draft is not None, wrong
    office = signed("office1", now)
    closing_appeals.review_first(made[0], True, "复查记录属实", draft, None, office, now)
    closing_appeals.review_first(made[2], False, "暴雨已按规定顺延", None, None, office, now)
    names = ("appeal_proposed", "appeal", "appeal_done")
    return {"appeals": str(row.pk), **dict(zip(names, map(str, made), strict=True))}


def preview(now: datetime) -> dict[str, Any]:
    from citygrid.evaluation import closing
    from citygrid.rulebook.slices import localday

    today = localday(now)
    row = closing.open_close(uuid4(), "department", f"{today:%Y-%m}", signed("evaluator1", now).person, now)
    return {"preview": str(row.pk)}


def standing(now: datetime) -> dict[str, Any]:
    """The unit files evidence of the running week; an inspector draws the lots and finds something wrong."""
    from citygrid.evaluation.standing import checking, city_files, filing, lots, standings
    from citygrid.process.refusal import Refusal
    from citygrid.rulebook.slices import localday

    unit, inspector, today = signed("unit1", now), signed("inspector1", now), localday(now)
    duty = next(one for one in city_files.book_at(today).duties.values() if one.unit == unit.body.code and one.lines)
    period = standings.waiting(duty, today)[-1]
    photos = tuple(UUID(picture(now, "unit1")) for _ in range(max(1, duty.wanted.photos)))
    count = str(duty.wanted.least or "")
    filed = filing.file(duty, filing.Evidence(uuid4(), period.span.first, count, "每日清扫", photos), unit, now)
    assert not isinstance(filed, Refusal), filed
    lots.draw(today, inspector, now)
    points = {line.key: "0" if n == 0 else f"{float(line.points):g}" for n, line in enumerate(duty.lines)}
    seen = checking.Seen(uuid4(), points, {duty.lines[0].key: "地面有积存垃圾"}, "群众反映",
                         (UUID(picture(now, "inspector1")),))  # fmt: skip
    check = checking.check(duty, seen, inspector, now)
    assert not isinstance(check, Refusal), check
    return {"duty": duty.code, "check": str(check.pk)}


def fund(last: Any, now: datetime) -> dict[str, Any]:
    """Twelve lamps that the unit maintains, and what it is to be paid for last month."""
    from citygrid.basedata.models import ComponentVersion
    from citygrid.evaluation.upkeep import funds
    from citygrid.process.refusal import Refusal

    unit, office = signed("unit1", now).body, signed("office1", now)
    for number in range(12):
        ComponentVersion.objects.create(
            code=f"390102{LAMP[-4:]}98{number:04d}", class_id=LAMP, name=f"路灯 {number + 1}",
            maintainer=unit.code, version=1, valid_from=month_before(last), at=now, why="survey",
        )  # fmt: skip
    row = funds.draft(uuid4(), unit, last, "", office, now)
    assert not isinstance(row, Refusal), row
    return {"fund": str(row.pk), "lamp": LAMP}


def bulletin(last: Any, now: datetime) -> dict[str, Any]:
    """Last month's, made as the job makes it; and one that waits."""
    from citygrid.bulletins import making, ordering, rules_kept, spans
    from citygrid.bulletins.models import Report
    from citygrid.rulebook.slices import localday

    office, rules = signed("office1", now), rules_kept.current()
    span = spans.span_of("month", last)
    made = []
    for _ in range(2):
        row = ordering.ask(uuid4(), "month", span, ("department",), rules, office, now, localday(now), "zh")
        made.append(row)
    making.make(made[0].pk, now)
    assert Report.objects.get(pk=made[0].pk).state == Report.State.READY
    return {"report": str(made[0].pk), "report_waits": str(made[1].pk)}


def open_data(now: datetime) -> None:
    from citygrid.bulletins import open_data_kept, open_data_rules

    report = open_data_rules.keep(OPEN_DATA, now)
    assert report.ok, [str(one) for one in report.problems]
    assert open_data_kept.make(now) is not None

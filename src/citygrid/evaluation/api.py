"""The JSON API of the evaluation: periods by name, scores of a scheme with their terms, indicators, and the rows behind
each number. All of it within the scope of the post that asks; ranks are those of the whole group.

A period is a name (`2026-03`, `2026-W13`, `2026-Q1`, `2026-H1`, `2026`, `2026-03-14`, `today`) or two days."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from citygrid.evaluation import asking, closing, closing_seeing, cycles, printing, score_printing
from citygrid.evaluation.api_schemas import (
    TOTAL,
    ClosingOut,
    IndicatorsIn,
    IndicatorsOut,
    NumbersIn,
    NumbersOut,
    PeriodIn,
    PeriodOut,
    PeriodsIn,
    ScoresIn,
    ScoresOut,
)
from citygrid.evaluation.asked import LONGEST
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.closing_models import FrozenVersion, PeriodClose
from citygrid.evaluation.computing import computed, within
from citygrid.evaluation.counting import LEVELS, Key, Question
from citygrid.evaluation.definitions import SUBJECTS, Count, Definitions, current, parts_of
from citygrid.evaluation.insight.api import router as insight_router
from citygrid.evaluation.insight.sheets_closing import truths_of
from citygrid.evaluation.pages import Behind, behind, may_open
from citygrid.evaluation.periods import KINDS, Period, PeriodError, PeriodNameError, holding, named, period
from citygrid.evaluation.results import Scores, SubjectScore, TermScore, lost
from citygrid.evaluation.subjects import is_there, key_of
from citygrid.evaluation.tables import Table, UnknownIndicatorError
from citygrid.organization.seats import Signed
from citygrid.web.api import RefusalOut
from citygrid.web.api import signed as who

MOST = 1000
router = Router(tags=["evaluation"])
router.add_router("", insight_router)
REFUSALS = {403: RefusalOut, 404: RefusalOut, 422: RefusalOut, 503: RefusalOut}


@dataclass(frozen=True, slots=True)
class _Wrong(Exception):  # noqa: N818 - becomes an answer
    status: int
    code: str
    message: str
    params: dict[str, Any]

    @property
    def answer(self) -> Status[Any]:
        return Status(self.status, {"code": self.code, "message": self.message, "params": self.params})


@router.get("/evaluation/periods", response={200: list[PeriodOut], **REFUSALS})
def periods(request: HttpRequest, asked: Query[PeriodsIn]) -> Status[Any]:
    """The day, week, month, quarter, half year and year of a day (today), as the city or the scheme has them."""
    try:
        _reader(request)
        now = timezone.now()
        zone = asking.zone_at(now)
        today = now.astimezone(zone).date()
        _scheme_there(asked.scheme, today)
        months = cycles.current(today).of(asked.scheme).months
        found = [holding(kind, asked.day or today, months) for kind in KINDS]
        spans = [period(one.first, one.last, zone, now) for one in found]
    except _Wrong as wrong:
        return wrong.answer
    except (ValueError, OverflowError):
        return _no_period(str(asked.day)).answer
    return Status(200, [
        {"name": one.name, "kind": one.kind, "first": one.first, "last": one.last, "start": span.start,
         "end": span.end, "over": span.end <= now}
        for one, span in zip(found, spans, strict=True)
    ])  # fmt: skip


@router.get("/evaluation/scores", response={200: ScoresOut, **REFUSALS})
def scores(request: HttpRequest, asked: Query[ScoresIn]) -> Status[Any]:
    """The scores of a scheme over a period with every term."""
    try:
        signed = _reader(request)
        now = timezone.now()
        span = _period(asked, asked.scheme, now)
        frozen = None if asked.live else _frozen(asked, span)
        if frozen is not None:
            state, version = frozen
            said = {"state": state, "version": version.number, "digest": version.hash}
            return Status(200, scores_tree(within(closing.scores_of(version), signed.scope)) | said)
        book = catalogue(min(span.last, now.astimezone(asking.zone_at(now)).date()))
        if asked.scheme not in book.schemes:
            raise _Wrong(404, "no_scheme", _("There is no such scheme."), {"known": sorted(book.schemes)})
        _counted()
        found = within(computed(asked.scheme, span, now, book), signed.scope)
    except _Wrong as wrong:
        return wrong.answer
    return Status(200, scores_tree(found) | {"state": "live", "version": None, "digest": None})


@router.get("/evaluation/closings", response={200: list[ClosingOut], **REFUSALS})
def closings(request: HttpRequest, scheme: str = "") -> Status[Any]:
    """The periods that are being or have been closed, newest first, at most a thousand; of one scheme where it is
    named."""
    try:
        signed = _reader(request)
    except _Wrong as wrong:
        return wrong.answer
    rows = closing_seeing.closes(signed).prefetch_related(Prefetch("versions", FrozenVersion.objects.defer("text")))
    found = list((rows.filter(scheme=scheme) if scheme else rows)[:MOST])
    if not found:
        now = timezone.now()
        try:
            _scheme_there(scheme, now.astimezone(asking.zone_at(now)).date())
        except _Wrong as wrong:
            return wrong.answer
    return Status(200, [_closing(row) for row in found])


@router.get("/evaluation/indicators", response={200: IndicatorsOut, **REFUSALS})
def indicators(request: HttpRequest, asked: Query[IndicatorsIn]) -> Status[Any]:
    """Counts and rates of a period by a subject, a row for each, and the total of all rows (not with `subject`)."""
    try:
        signed = _reader(request)
        question = _question(asked, asked.by, asked.level, asked.scheme, signed)
        known = _known(question, asked.scheme)
        keys = [key for key in asked.keys.split(",") if key] or list(known.all)
        whose = _subject(question.by, asked.subject) if asked.subject else None
        _counted()
        answer = asking.ask(question, keys, known)
        if whose is not None and all(row.key != whose for row in answer.rows) and not is_there(question.by, whose):
            raise _no_subject(asked.subject)
        found = printing.as_tree(answer)
    except UnknownIndicatorError as error:
        return _Wrong(404, "no_indicator", _("There is no such indicator."), {"key": str(error)}).answer
    except _Wrong as wrong:
        return wrong.answer
    found |= {"first": found.pop("from"), "last": found.pop("to")}
    _tell_truth(found, answer)
    if whose is not None:
        rows = [row for row in found["rows"] if row["subject"]["id"] == asked.subject]
        found |= {"rows": rows, "total": None, "true_closing_rate": None}
    return Status(200, found)


def _tell_truth(found: dict[str, Any], answer: Table) -> None:
    """Beside the reported closing rate the true one."""
    truths = truths_of(answer, timezone.now())
    for told, line in zip(found["rows"], printing.lines(answer), strict=False):
        if line.row.key in truths:
            told["true_closing_rate"] = truths[line.row.key].tree()
    found["true_closing_rate"] = truths[None].tree() if None in truths else None


@router.get("/evaluation/numbers/{key}", response={200: NumbersOut, **REFUSALS})
def numbers(request: HttpRequest, key: str, asked: Query[NumbersIn]) -> Status[Any]:
    """The rows behind a count, as many as the count says, a hundred at a time; a rate opens to its counts (422)."""
    try:
        signed = _reader(request)
        question = _question(asked, asked.by, asked.level, asked.scheme, signed)
        known = _known(question, asked.scheme)
        one = known.all.get(key)
        if one is None or question.by not in known.subjects_of(key):
            raise _Wrong(404, "no_indicator", _("There is no such indicator."), {"key": key[:60]})
        if not isinstance(one, Count):
            said = _("This is made of counts: open those.")
            raise _Wrong(422, "open_its_counts", said, {"counts": list(parts_of(one))})
        whose = None if asked.subject == TOTAL else _subject(question.by, asked.subject)
        if not 0 <= asked.after < 10**9:
            raise _Wrong(422, "after", _("There is no such page."), {})
        _counted()
        rows, after = behind(question, one, whose, signed.scope, known, asked.after)
        if whose is not None and not rows and not is_there(question.by, whose):
            raise _no_subject(asked.subject)
    except _Wrong as wrong:
        return wrong.answer
    return Status(200, {
        "key": key, "zh": one.names[0], "en": one.names[1], "means_zh": one.means[0], "means_en": one.means[1],
        "first": question.period.first, "last": question.period.last, "rows": [_row(row) for row in rows],
        "after": after,
    })  # fmt: skip


def scores_tree(found: Scores) -> dict[str, Any]:
    """Scores as the API gives them: what is printed, and the exact fractions beside it."""
    tree = score_printing.as_tree(found)
    tree |= {"first": tree.pop("from"), "last": tree.pop("to"), "level": found.level}
    for group, said in zip(found.groups, tree["groups"], strict=True):
        for row, told in zip(group.rows, said["rows"], strict=True):
            _exact(row, told, found.places)
    return tree


def _exact(row: SubjectScore, told: dict[str, Any], places: int) -> None:
    told["total"] = None if row.total is None else str(row.total)
    for terms, name in ((row.terms, "terms"), (row.plus, "plus")):
        for term, one in zip(terms, told[name], strict=True):
            _exact_term(term, one)
            gone = lost(term, places, plus=name == "plus")
            one["lost"] = None if gone is None else str(gone)


def _exact_term(term: TermScore, told: dict[str, Any]) -> None:
    told["exact"] = None if term.value is None else str(term.value)
    for part, one in zip(term.parts, told["parts"], strict=True):
        _exact_term(part, one)


def _reader(request: HttpRequest) -> Signed:
    signed = who(request)
    if not may_open(signed):
        raise _Wrong(403, "not_your_post", _("This post does not read the evaluation."), {})
    return signed


def _counted() -> None:
    if not asking.is_counted():
        raise _Wrong(503, "counting", str(asking.COUNTING), {})


def _period(asked: PeriodIn, scheme: str, now: datetime) -> Period:
    zone = asking.zone_at(now)
    today = now.astimezone(zone).date()
    try:
        if asked.first or asked.last:
            first, last = date.fromisoformat(asked.first), date.fromisoformat(asked.last)
        elif asked.period:
            one = named(asked.period, today, cycles.current(today).of(scheme).months)
            first, last = one.first, one.last
        else:
            first, last = today.replace(day=1), today
        if (last - first).days > LONGEST:
            raise _Wrong(422, "period_too_long", _("A period is at most three years."), {})
        return period(first, last, zone, now)
    except PeriodError as error:
        raise _Wrong(422, "period_backwards", _("The last day lies before the first."), {}) from error
    except PeriodNameError as error:
        raise _no_period(str(error)) from error
    except (ValueError, OverflowError) as error:
        raise _Wrong(422, "no_day", _("That is not a day; write it like 2026-03-21."), {}) from error


def _no_period(name: str) -> _Wrong:
    said = _("There is no such period; write it like 2026-03, 2026-W13, 2026-Q1, 2026-H1, 2026 or 2026-03-14.")
    return _Wrong(422, "no_period", said, {"period": name[:60]})


def _question(asked: PeriodIn, by: str, level: str, scheme: str, signed: Signed) -> Question:
    if by not in SUBJECTS or level not in LEVELS:
        said = _("There is no such subject or level.")
        raise _Wrong(422, "no_such_subject", said, {"by": list(SUBJECTS), "level": list(LEVELS)})
    return Question(_period(asked, scheme, timezone.now()), by, level, signed.scope)


def _scheme_there(code: str, day: date) -> None:
    """_Wrong for the code of a scheme that is not in force on a day; without one nothing is asked."""
    known = catalogue(day).schemes if code else {}
    if code and code not in known:
        raise _Wrong(404, "no_scheme", _("There is no such scheme."), {"known": sorted(known)})


def _known(question: Question, scheme: str) -> Definitions:
    """The indicators of the period's last day, with those of a scheme."""
    if not scheme:
        return current(question.period.last)
    found = catalogue(question.period.last).definitions
    if scheme not in found:
        raise _Wrong(404, "no_scheme", _("There is no such scheme."), {"known": sorted(found)})
    return found[scheme]


def _subject(by: str, text: str) -> Key:
    try:
        return key_of(by, text)
    except (ValueError, OverflowError) as error:
        raise _no_subject(text) from error


def _no_subject(text: str) -> _Wrong:
    return _Wrong(404, "no_subject", _("There is no such object."), {"subject": text[:60]})


def _frozen(asked: ScoresIn, span: Period) -> tuple[str, FrozenVersion] | None:
    """The frozen version of these days that holds, or that was asked for."""
    found = closing.standing(asked.scheme, span.first, span.last)
    if asked.version is None:
        return None if found is None else (found[0].state, found[1])
    number = asked.version if 0 < asked.version < 10**6 else 0
    version = found[0].versions.filter(number=number).first() if found is not None else None
    if found is None or version is None:
        raise _Wrong(404, "no_version", _("There is no such version."), {"version": asked.version})
    return found[0].state, version


def _closing(row: PeriodClose) -> dict[str, Any]:
    versions = list(row.versions.all())
    newest = versions[-1] if versions else None
    names = ("id", "scheme", "period", "first", "last", "state", "window_ends", "public")
    return {name: getattr(row, name) for name in names} | {
        "version": newest.number if newest else None, "digest": newest.hash if newest else None,
    }  # fmt: skip


def _row(one: Behind) -> dict[str, Any]:
    row = one.row
    return {
        "case": row.case if one.visible else None, "number": row.case_no or row.report_no, "no": row.no,
        "began": row.opened_at, "due": row.due, "ended": row.closed_at,
    }  # fmt: skip

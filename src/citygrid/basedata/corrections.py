"""Corrections in place: change a cell or the shape of a row, leave it out, accept a warning with a reason.

The row is checked again, and with it the rows that it clashed with or clashes with now."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.db import connection, transaction
from django.db.models import Q

from citygrid.basedata import clashes, copying, mappings, staging
from citygrid.basedata.checking import check
from citygrid.basedata.chunks import PLACE, Context, Work, context
from citygrid.basedata.identifying import BY_PLACE
from citygrid.basedata.models import Survey, SurveyRow
from citygrid.basedata.problems import WARNING, WARNINGS, Problem, make
from citygrid.basedata.situating import canonical
from citygrid.organization.models import Person
from citygrid.process.refusal import Refusal, Refused
from citygrid.rulebook.slices import localday
from citygrid.standards.reports import Report
from citygrid.trust import audit

TWICE = ("near_row", "code_twice", "key_twice")
"""Problems that name another row."""


def correct(
    row: SurveyRow, *, by: Person | None, at: datetime, cells: Mapping[str, str] | None = None, shape: Any = None
) -> SurveyRow:
    """Change facts (as text, by name) or the shape (degrees) of a row, and check it again.

    Refused `not_checked` when the survey is not open for corrections, `removed_row` for a proposal to remove."""
    with transaction.atomic():
        survey, locked = _open(row)
        if locked.verdict == SurveyRow.Verdict.REMOVED:
            raise Refused(Refusal("removed_row", "This row only proposes that the component is gone.", {}))
        partners = _partners(locked)
        texts = {name: text.strip() for name, text in (cells or {}).items()}
        locked.cells = {**locked.cells, **texts}
        touched = {*texts, PLACE} if shape is not None else set(texts)
        # What reading the file said of these cells is answered now.
        locked.problems = [one for one in locked.problems if not ("message" in one and one["field"] in touched)]
        if shape is not None:
            _place(locked, shape)
        locked.corrected = True
        locked.save()
        _recheck(survey, [locked, *partners], at)
        staging.recount(survey)
        params = {"row": locked.number, "fields": sorted(touched)}
        audit.record(at, "survey.correct", subject=("survey", str(survey.id)), person=_id(by), params=params)
    locked.refresh_from_db()
    return locked


def leave_out(row: SurveyRow, by: Person | None, at: datetime, out: bool = True) -> SurveyRow:
    """Leave a row out of the survey; `take_in` takes it back."""
    with transaction.atomic():
        survey, locked = _open(row)
        partners = _partners(locked)
        locked.left_out = out
        locked.save(update_fields=["left_out"])
        if locked.verdict != SurveyRow.Verdict.REMOVED:
            _recheck(survey, [locked, *partners], at)
        staging.recount(survey)
        act = "survey.leave_out" if out else "survey.take_in"
        audit.record(at, act, subject=("survey", str(survey.id)), person=_id(by), params={"row": locked.number})
    locked.refresh_from_db()
    return locked


def take_in(row: SurveyRow, by: Person | None, at: datetime) -> SurveyRow:
    """Take a row back that was left out."""
    return leave_out(row, by, at, out=False)


def accept(row: SurveyRow, code: str, reason: str, by: Person | None, at: datetime) -> SurveyRow:
    """Accept the warnings of one kind of a row. Refused `no_reason`, `no_warning`."""
    with transaction.atomic():
        survey, locked = _open(row)
        if not _accept(locked, code, _reason(reason), by, at):
            raise Refused(Refusal("no_warning", "The row has no open warning of this kind.", {"code": code}))
        locked.save()
        staging.recount(survey)
        params = {"row": locked.number, "code": code}
        audit.record(at, "survey.accept", subject=("survey", str(survey.id)), person=_id(by), params=params)
    return locked


def accept_all(survey: Survey, code: str, reason: str, by: Person | None, at: datetime) -> int:
    """Accept all open warnings of one kind; how many rows had one. Refused `no_reason`, `no_warning` for an error."""
    if code not in WARNINGS:
        raise Refused(Refusal("no_warning", "The row has no open warning of this kind.", {"code": code}))
    words, many = _reason(reason), 0
    with transaction.atomic():
        locked = _survey(survey.id)
        rows = SurveyRow.objects.filter(survey=locked, kinds__contains=[code], warnings__gt=0).order_by("id")
        changed: list[SurveyRow] = []
        for row in rows.only("id", "problems", "warnings", "kinds", "errors", "verdict").iterator(5000):
            if _accept(row, code, words, by, at):
                changed.append(row)
        many = len(changed)
        for start in range(0, many, staging.SIZE):
            staging.keep_problems(changed[start : start + staging.SIZE])
        staging.recount(locked)
        params = {"rows": many, "code": code}
        audit.record(at, "survey.accept_all", subject=("survey", str(locked.id)), person=_id(by), params=params)
    return many


def confirm_removed(
    survey: Survey, codes: Iterable[str] | None, by: Person | None, at: datetime, yes: bool = True
) -> int:
    """Confirm that proposed components are gone (these, or None: all), or take it back; how many."""
    from citygrid.basedata import removing  # noqa: PLC0415 - only here

    with transaction.atomic():
        locked = _survey(survey.id)
        many = removing.confirm(locked, codes, yes)
        staging.recount(locked)
        params = {"rows": many, "yes": yes}
        audit.record(at, "survey.confirm_removed", subject=("survey", str(locked.id)), person=_id(by), params=params)
    return many


def _id(by: Person | None) -> int | None:
    return by.pk if by else None


def _survey(pk: Any) -> Survey:
    survey = Survey.objects.select_for_update().get(id=pk)
    if survey.status != Survey.Status.CHECKED:
        raise Refused(Refusal("not_checked", "The survey is %(status)s.", {"status": survey.status}))
    return survey


def _open(row: SurveyRow) -> tuple[Survey, SurveyRow]:
    return _survey(row.survey_id), SurveyRow.objects.select_for_update().get(id=row.pk)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused(Refusal("no_reason", "Say why.", {}))
    return reason.strip()[:200]


def _accept(row: SurveyRow, code: str, reason: str, by: Person | None, at: datetime) -> bool:
    found = False
    for one in row.problems:
        if one["code"] == code and one["severity"] == WARNING and "accepted" not in one:
            one["accepted"] = {"reason": reason, "by": _id(by), "at": at.isoformat()}
            found = True
    for name, value in copying.summed(row.problems).items():
        setattr(row, name, value)
    return found


def _place(row: SurveyRow, shape: Any) -> None:
    made = canonical(np.array([shape], dtype=object))[0]
    wide = shapely.get_type_id(made) != 0
    row.shape = shapely.to_wkb(made, byte_order=1) if wide else None
    middle = shapely.point_on_surface(made) if wide else made
    row.lon, row.lat = float(shapely.get_x(middle)), float(shapely.get_y(middle))
    if row.key.startswith(BY_PLACE):
        row.key = ""


def _partners(row: SurveyRow) -> list[SurveyRow]:
    """Rows that say something of this one."""
    found = SurveyRow.objects.filter(survey_id=row.survey_id, kinds__overlap=list(TWICE))
    return list(found.filter(problems__contains=[{"params": {"row": row.number}}])[:200])


def _recheck(survey: Survey, rows: list[SurveyRow], at: datetime) -> None:
    """Check these rows again, then those that they clash with now."""
    mapping = mappings.read("", survey.mapping, Report())
    rules = context(mapping, survey.on, localday(at), survey.register)
    done: set[int] = set()
    waiting = {row.number: row for row in rows}
    work, verdicts, kept = _checked(survey, list(waiting.values()), rules)
    _write(survey, work, verdicts, kept, list(waiting.values()))
    done |= set(waiting)
    for row in SurveyRow.objects.filter(survey=survey, number__in=done):
        _clash(survey, row, rules)
    for row in _later(survey, SurveyRow.objects.filter(survey=survey, number=rows[0].number).get(), rules):
        if row.number not in done:
            _clash(survey, row, rules)


class _Spots(Counter[str]):
    """How often a spot comes up in the rest of the survey."""

    def __init__(self, survey: Survey, apart: list[int]) -> None:
        super().__init__()
        self._rows = SurveyRow.objects.filter(survey=survey).exclude(number__in=apart)

    def __missing__(self, key: str) -> int:
        taken = self._rows.filter(Q(key=key) | Q(key__startswith=f"{key}#"))
        return int(taken.count())


def _checked(survey: Survey, rows: list[SurveyRow], rules: Context) -> tuple[Work, list[str], copying.Kept]:
    chunk, kept = staging.of_rows({name: getattr(row, name) for name in (*staging.BEFORE, "key")} for row in rows)
    work, verdicts = check(chunk, rules, _Spots(survey, [row.number for row in rows]))
    return work, verdicts, kept


def _write(survey: Survey, work: Work, verdicts: list[str], kept: copying.Kept, rows: list[SurveyRow]) -> None:
    """The same columns as the COPY writes, in the rows that are there (their ids stay)."""
    with connection.cursor() as cursor:
        cursor.execute("create temp table checked_rows (like basedata_surveyrow) on commit drop")
        cursor.execute("alter table checked_rows alter id drop not null")
    copying.copy(survey.id, work, verdicts, kept, table="checked_rows")
    names = [name for name in copying.COLUMNS if name not in ("survey_id", "number")]
    with connection.cursor() as cursor:
        cursor.execute(
            f"update basedata_surveyrow r set {', '.join(f'{name} = c.{name}' for name in names)}"  # noqa: S608 - ours
            " from checked_rows c where r.survey_id = c.survey_id and r.number = c.number"
        )
        cursor.execute("drop table checked_rows")


def _clash(survey: Survey, row: SurveyRow, rules: Context) -> None:
    """What one row has against the others: the later of two near ones is told."""
    said: list[Problem] = [one for one in row.problems if one["code"] not in (*TWICE, "near_component")]
    if not row.left_out:
        said += _twice(survey, row)
        said += _near(survey, row, rules)
    before = {(one["code"], str(one["params"])): one.get("accepted") for one in row.problems}
    for one in said:
        accepted = before.get((one["code"], str(one["params"])))
        if accepted:
            one["accepted"] = accepted
    for name, value in copying.summed(said).items():
        setattr(row, name, value)
    if row.errors:
        row.verdict = SurveyRow.Verdict.WRONG
    row.save(update_fields=["problems", "kinds", "errors", "warnings", "verdict"])


def _twice(survey: Survey, row: SurveyRow) -> list[Problem]:
    found = []
    for column, code in (("code", "code_twice"), ("key", "key_twice")):
        text = getattr(row, column)
        if not text:
            continue
        others = SurveyRow.objects.filter(survey=survey, left_out=False, **{column: text}).exclude(number=row.number)
        others = others.filter(valid_from=row.valid_from).exclude(verdict=SurveyRow.Verdict.REMOVED)
        other = others.order_by("number").values_list("number", flat=True).first()
        if other is not None:
            found.append(make(code, column, text=text, row=other))
    return found


def _around(survey: Survey, row: SurveyRow, apart: float) -> list[tuple[SurveyRow, float]]:
    """Rows of the class that are near, with metres."""
    if row.point is None or survey.register_id is not None:
        return []
    x, y = row.point
    rows = SurveyRow.objects.filter(survey=survey, class_id=row.class_id, left_out=False).exclude(number=row.number)
    rows = rows.exclude(verdict=SurveyRow.Verdict.REMOVED)
    wide = apart * 4 + (max(row.box[2] - row.box[0], row.box[3] - row.box[1]) if row.box else 0)
    box = f"({x + wide},{y + wide}),({x - wide},{y - wide})"
    near = list(rows.extra(where=["point <@ %s::box"], params=[box])[:1000])
    ours, theirs = _spots([row]), _spots(near)
    _, other, metres = clashes.near_pairs(ours, theirs, apart)
    return sorted(
        ((near[at], far) for at, far in zip(other.tolist(), metres.tolist(), strict=True)), key=lambda one: one[1]
    )


def _spots(rows: list[SurveyRow]) -> clashes.Spots:
    found = np.zeros((len(rows), 4))
    for at, row in enumerate(rows):
        if row.box:
            west, south, east, north = row.box
            found[at] = ((west + east) / 2, (south + north) / 2, east - west, north - south)
        else:
            found[at, :2] = row.point
    return clashes.as_spots(found)


def _near(survey: Survey, row: SurveyRow, rules: Context) -> list[Problem]:
    sheet = rules.classes.sheets.get(row.class_id)
    if sheet is None or row.point is None or row.verdict == SurveyRow.Verdict.SAME:
        return []
    found = [
        make("near_row", PLACE, metres=f"{far:.2f}", row=other.number)
        for other, far in _around(survey, row, sheet.apart)
        if other.number < row.number or other.verdict == SurveyRow.Verdict.SAME
    ][:1]
    spot = _spots([row])
    codes, theirs = clashes.published(row.class_id, spot, sheet.apart, survey.id)
    _, other, metres = clashes.near_pairs(spot, theirs, sheet.apart)
    for at, far in sorted(zip(other.tolist(), metres.tolist(), strict=True), key=lambda one: one[1])[:1]:
        found.append(make("near_component", PLACE, metres=f"{far:.2f}", code=codes[at]))
    return found


def _later(survey: Survey, row: SurveyRow, rules: Context) -> list[SurveyRow]:
    """Rows after this one that it is near to or has its code from: they are told of it."""
    sheet = rules.classes.sheets.get(row.class_id)
    found = [one for one, _ in _around(survey, row, sheet.apart)] if sheet else []
    for column in ("code", "key"):
        if text := getattr(row, column):
            found += SurveyRow.objects.filter(survey=survey, **{column: text}).exclude(number=row.number)[:200]
    return [one for one in found if one.verdict != SurveyRow.Verdict.REMOVED]

"""A file into staging, checked, in one transaction: all of it or nothing, so that killed work can be done again.

Rows are read, checked and copied ten thousand at a time; what needs all rows (`clashes.py`) comes at the end."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.db import connection, transaction
from django.db.models import F

from citygrid.areas.models import Area
from citygrid.basedata import clashes, copying, mappings, progress, removing
from citygrid.basedata.checking import check
from citygrid.basedata.chunks import PLACE, Chunk, Context, context
from citygrid.basedata.knowing import shape_of
from citygrid.basedata.mappings import FileMapping
from citygrid.basedata.models import Survey, SurveyRow
from citygrid.basedata.problems import Problem
from citygrid.process.refusal import Refusal, Refused
from citygrid.rulebook.slices import localday
from citygrid.standards.reports import Report
from citygrid.tabular import NOTICES, Batch, Table, open_table

SIZE = 10_000
MARGIN = 0.3
"""Degrees around the city within which the axes of a file are believed."""
_OUTSIDE = "outside_extent"


def lock(survey: UUID) -> None:
    """Only one at a time works on a survey; others are refused. Until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 7))", [str(survey)])
        (mine,) = cursor.fetchone()
    if not mine:
        raise Refused(Refusal("survey_busy", "Somebody is working on this survey right now."))


def stage(survey_id: UUID, path: Path, at: datetime) -> Survey:
    """Read the survey's file into staging and check it. Raises TableError for a file that cannot be read.

    A survey that is not a draft any more stays as it is: the work was done before."""
    with progress.told(survey_id) as told, transaction.atomic():
        lock(survey_id)
        survey = Survey.objects.select_for_update().get(id=survey_id)
        if survey.status != Survey.Status.DRAFT:
            return survey
        mapping = mappings.read("", survey.mapping, Report())
        rules = context(mapping, survey.on, localday(at), survey.register)
        with opened(path, mapping) as table:
            told.phase("checking", table.count)
            notes: list[dict[str, Any]] = [_note(one) for one in table.problems]
            chunks = _chunks(table, mapping, notes)
            _all(survey, chunks, rules, told)
        survey.counts = {**counted(survey), "notes": notes[:100]}
        survey.status, survey.checked_at, survey.failed = Survey.Status.CHECKED, at, None
        survey.save()
        return survey


def again(survey_id: UUID, at: datetime) -> Survey:
    """Check all rows of a survey that is not published again, by what holds now; what people said of rows stays."""
    with progress.told(survey_id) as told, transaction.atomic():
        lock(survey_id)
        survey = Survey.objects.select_for_update().get(id=survey_id)
        if survey.status not in (Survey.Status.CHECKED, Survey.Status.SUBMITTED):
            raise Refused(Refusal("not_checked", "The survey is %(status)s.", {"status": survey.status}))
        mapping = mappings.read("", survey.mapping, Report())
        rules = context(mapping, survey.on, localday(at), survey.register)
        told.phase("checking", survey.counts.get("rows"))
        rows = SurveyRow.objects.filter(survey=survey)
        removed = set(rows.filter(verdict="removed", confirmed=True).values_list("code", flat=True))
        rows.filter(verdict="removed").delete()
        with connection.cursor() as cursor:
            cursor.execute("create temp table survey_before on commit drop as select * from basedata_surveyrow limit 0")
            before = "insert into survey_before select * from basedata_surveyrow where survey_id = %s"
            cursor.execute(before, [survey.id])
            cursor.execute("create index on survey_before (number)")
            cursor.execute("delete from basedata_surveyrow where survey_id = %s", [survey.id])
        _all(survey, _before(), rules, told, _accepted())
        with connection.cursor() as cursor:
            cursor.execute("drop table survey_before")
        rows.filter(verdict="removed", code__in=removed).update(confirmed=True)
        survey.counts = {**counted(survey), "notes": survey.counts.get("notes", [])}
        survey.checked_at, survey.failed = at, None
        survey.save()
        return survey


Parts = Iterator[tuple[Chunk, copying.Kept | None]]


Accepted = Mapping[int, list[Problem]]


def _accepted() -> Accepted:
    """Rows whose warnings somebody has accepted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select number, problems::text from survey_before"
            " where not kinds = '{}' and jsonb_path_exists(problems, '$[*].accepted')"
        )
        return {number: json.loads(problems) for number, problems in cursor.fetchall()}


def _all(
    survey: Survey, chunks: Parts, rules: Context, told: progress.Progress, accepted: Accepted | None = None
) -> None:
    seen: Counter[str] = Counter()
    gathered = clashes.Gathered()
    for chunk, kept in chunks:
        work, verdicts = check(chunk, rules, seen)
        copying.copy(survey.id, work, verdicts, kept)
        if rules.register is None:
            gathered.add(work, verdicts)
        told.add(len(chunk))
    told.phase("comparing", None)
    with connection.cursor() as cursor:
        cursor.execute("analyze basedata_surveyrow")  # else the next questions are planned for an empty table
    compare(survey, gathered, rules, accepted or {})
    removing.propose(survey)


def compare(survey: Survey, gathered: clashes.Gathered, rules: Context, accepted: Accepted) -> None:
    """What needs all rows: added to those that it concerns."""
    found = clashes.near(gathered, rules, survey.id)
    for number, problem in clashes.twice(survey.id):
        found.setdefault(number, []).append(problem)
    for number in found.keys() & accepted.keys():
        for one in found[number]:
            same = (old for old in accepted[number] if all(old[key] == one[key] for key in ("code", "params")))
            if (before := next(same, None)) and "accepted" in before:
                one["accepted"] = before["accepted"]
    add(survey, found)


def add(survey: Survey, found: dict[int, list[Problem]]) -> None:
    """Add problems to rows, by number."""
    numbers = sorted(found)
    for start in range(0, len(numbers), SIZE):
        rows = SurveyRow.objects.filter(survey=survey, number__in=numbers[start : start + SIZE])
        changed = []
        for row in rows.only("id", "number", "problems", "verdict").order_by("id"):
            said = [*row.problems]
            for one in found[row.number]:
                old = next((p for p in said if (p["code"], p["field"]) == (one["code"], one["field"])), None)
                if old is None:
                    said.append(one)
            for name, value in copying.summed(said).items():
                setattr(row, name, value)
            row.verdict = SurveyRow.Verdict.WRONG if row.errors else row.verdict
            changed.append(row)
        keep_problems(changed)


def keep_problems(rows: Sequence[SurveyRow]) -> None:
    """Write the problems and verdicts of many rows at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update basedata_surveyrow r set problems = n.problems, kinds = n.kinds::text[], errors = n.errors,"
            " warnings = n.warnings, verdict = n.verdict"
            " from unnest(%s::bigint[], %s::jsonb[], %s::text[], %s::int[], %s::int[], %s::text[])"
            " n(id, problems, kinds, errors, warnings, verdict) where r.id = n.id",
            [
                [row.pk for row in rows],
                [json.dumps(row.problems, ensure_ascii=False) for row in rows],
                ["{" + ",".join(row.kinds) + "}" for row in rows],
                [row.errors for row in rows],
                [row.warnings for row in rows],
                [str(row.verdict) for row in rows],
            ],
        )


def opened(path: Path, mapping: FileMapping) -> Table:
    """The file as its mapping says; every column that the mapping names must be there."""
    table = open_table(
        path,
        sheet=mapping.sheet or None,
        encoding=mapping.encoding or None,
        crs=mapping.crs or None,
        swapped=mapping.swapped,
        x=mapping.place.get("x", ""),
        y=mapping.place.get("y", ""),
        wkt=mapping.place.get("wkt", ""),
        extent=extent(),
    )
    named = {column for used in mapping.columns.values() for column in used}
    missing = sorted(named - set(table.columns))
    if missing:
        table.close()
        params = {"columns": ", ".join(missing), "there": ", ".join(table.columns)}
        message = "The file has no column %(columns)s that the mapping names; it has: %(there)s."
        raise Refused(Refusal("columns_missing", message, params))
    return table


def extent() -> tuple[float, float, float, float] | None:
    """The city's box in degrees with a margin."""
    shapes = [bytes(one) for one in Area.objects.filter(kind="city").values_list("geometry", flat=True)]
    boxes = shapely.bounds(shapely.from_wkb([one for one in shapes if one]))
    if not len(boxes) or np.isnan(boxes).all():
        return None
    west, south = np.nanmin(boxes[:, :2], axis=0) - MARGIN
    east, north = np.nanmax(boxes[:, 2:], axis=0) + MARGIN
    return float(west), float(south), float(east), float(north)


def _note(one: Any) -> dict[str, Any]:
    return {"line": one.line, "field": one.field, "code": one.code, "message": one.message, "params": dict(one.params)}


def _chunks(table: Table, mapping: FileMapping, notes: list[dict[str, Any]]) -> Parts:
    for batch in table.batches(SIZE):
        yield _chunk(batch, mapping, notes), None


def _chunk(batch: Batch, mapping: FileMapping, notes: list[dict[str, Any]]) -> Chunk:
    rows = len(batch)
    shapes = np.full(rows, None, dtype=object) if batch.shapes is None else np.array(batch.shapes, dtype=object)
    place = {number: at for at, number in enumerate(batch.numbers)}
    found: dict[int, list[Problem]] = {}
    for one in batch.problems:
        at = place.get(one.line)
        if one.code in NOTICES or at is None:
            notes.append(_note(one))
        elif one.code != _OUTSIDE:
            field = PLACE if one.field == "geometry" else one.field
            problem = {"code": one.code, "field": field, "severity": "error", "params": dict(one.params)}
            found.setdefault(at, []).append({**problem, "message": one.message})
    for number, shape in batch.faulty.items():
        shapes[place[number]] = shape
    return Chunk(list(batch.numbers), mapping.cells(batch.columns, rows), shapes, found)


BEFORE = ("number", "cells", "shape", "lon", "lat", "corrected", "left_out", "confirmed", "problems")


def _before() -> Parts:
    """The rows as they were before they are checked again, in the order of the file."""
    last = None
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"select {', '.join(BEFORE)} from survey_before where %s::int is null or number > %s"  # noqa: S608
                " order by number limit %s",
                [last, last, SIZE],
            )
            found = [dict(zip(BEFORE, row, strict=True)) for row in cursor.fetchall()]
        if not found:
            return
        last = found[-1]["number"]
        yield of_rows(found)


def of_rows(rows: Iterable[dict[str, Any]]) -> tuple[Chunk, copying.Kept]:
    """A chunk of rows that are in staging already."""
    rows = list(rows)
    for row in rows:
        for name in ("cells", "problems"):
            row[name] = json.loads(row[name]) if isinstance(row[name], str) else row[name]
    names = dict.fromkeys(name for row in rows for name in row["cells"])
    cells: Any = {name: [row["cells"].get(name) for row in rows] for name in names}
    shapes = np.full(len(rows), None, dtype=object)
    for at, row in enumerate(rows):
        shapes[at] = shape_of(row)
    kept = {at: [one for one in row["problems"] if "message" in one] for at, row in enumerate(rows)}
    read = {at: found for at, found in kept.items() if found}
    return Chunk([row["number"] for row in rows], cells, shapes, read), copying.Kept(rows)


def counted(survey: Survey) -> dict[str, Any]:
    """Counts of the rows by verdict and by kind of problem, and how many are ready to be published."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select verdict, count(*), count(*) filter (where left_out),"
            " count(*) filter (where not left_out and errors = 0 and warnings = 0"
            " and (verdict in ('new', 'changed') or (verdict = 'removed' and confirmed))),"
            " count(*) filter (where not left_out and errors > 0),"
            " count(*) filter (where not left_out and errors = 0 and warnings > 0)"
            " from basedata_surveyrow where survey_id = %s group by verdict",
            [survey.id],
        )
        rows = cursor.fetchall()
        cursor.execute(
            "select kind, count(*) from basedata_surveyrow, unnest(kinds) kind"
            " where survey_id = %s and not kinds = '{}' group by kind order by kind",
            [survey.id],
        )
        kinds = dict(cursor.fetchall())
    found: dict[str, Any] = {value: 0 for value in SurveyRow.Verdict.values}
    found |= {row[0]: row[1] for row in rows}
    for at, name in enumerate(("left_out", "ready", "with_errors", "with_warnings"), start=2):
        found[name] = sum(row[at] for row in rows)
    found["rows"] = sum(row[1] for row in rows if row[0] != "removed")
    return {**found, "problems": kinds}


def recount(survey: Survey) -> None:
    """After a correction."""
    Survey.objects.filter(id=survey.id).update(
        counts={**counted(survey), "notes": survey.counts.get("notes", [])}, title=F("title")
    )

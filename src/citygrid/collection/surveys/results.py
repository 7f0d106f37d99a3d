"""Results of a survey: by person and duty grid, as rows for a table, a file, a map and a paper of one page."""

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from citygrid.areas.models import Area
from citygrid.cases import naming, reading
from citygrid.collection.models import Campaign, SurveyAnswer, SurveyTask
from citygrid.collection.surveys import forms
from citygrid.organization.seats import Signed
from citygrid.tabular import guarded, write_table
from citygrid.web.papers import pdf
from citygrid.web.words import chinese, office_day, office_moment

MOST_ON_MAP, MOST_ON_PAPER = 3000, 24
PAPER = Path(__file__).with_name("summary.typ")
Line = tuple[SurveyTask, SurveyAnswer | None]


def lines(tasks: Sequence[SurveyTask]) -> list[Line]:
    """Each task with its newest answer."""
    wanted = [one.answer for one in tasks if one.answer is not None]
    known = SurveyAnswer.objects.select_related("person").in_bulk(wanted)
    return [(one, known.get(one.answer) if one.answer else None) for one in tasks]


def by_grid(found: Sequence[Line]) -> list[dict[str, Any]]:
    """Done and total by duty grid; a task of two duty grids (two shifts) counts in both."""
    total: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for task, answer in found:
        for code in task.duty_grids or [""]:
            total[code] += 1
            done[code] += answer is not None
    rows = Area.objects.filter(code__in=total, kind="duty_grid").order_by("valid_from")
    names = dict(rows.values_list("code", "name"))
    return [
        {"code": code, "name": names.get(code) or code or _("in no duty grid"), "done": done[code],
         "total": total[code], "percent": 100 * done[code] // total[code]}
        for code in sorted(total)
    ]  # fmt: skip


def by_person(found: Sequence[Line]) -> list[dict[str, Any]]:
    """How many answers count of each person, and those that are still owed by whoever has tasks of their own."""
    done = Counter(answer.person_id for _task, answer in found if answer is not None)
    owed = Counter(task.person for task, answer in found if answer is None and task.person is not None)
    names = naming.people({*done, *owed})
    people = sorted({*done, *owed}, key=lambda one: (-done[one], names.get(one, "")))
    return [{"id": one, "name": names.get(one, str(one)), "done": done[one], "owed": owed[one]} for one in people]


def counts(campaign: Campaign, found: Sequence[Line]) -> list[dict[str, Any]]:
    """What was answered to each question that has choices, and the sum of numbers."""
    zh = chinese()
    told: list[dict[str, Any]] = []
    for field in campaign.fields:
        values = [answer.values[field["name"]] for _task, answer in found if answer and field["name"] in answer.values]
        label = forms.label_of(field, zh)
        if field["kind"] == "number":
            told.append({"label": label, "parts": [(_("sum"), _number(sum(values))), (_("answers"), len(values))]})
        elif field["kind"] != "text":
            number = Counter(_say(field, one) for one in values)
            told.append({"label": label, "parts": number.most_common()})
    return told


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else round(value, 3)


def _say(field: forms.Field, value: Any) -> str:
    return forms.say(field, value, chinese(), _("yes"), _("no"))


def columns(campaign: Campaign) -> list[str]:
    """Heads of the file: each its own."""
    zh = chinese()
    fixed = [_("Serial number"), _("Code"), _("Name"), _("Longitude"), _("Latitude"), _("Unit grid"), _("Duty grid")]
    more = [_("Answered by"), _("Answered at"), _("Answer's longitude"), _("Answer's latitude"),
            _("Accuracy in metres"), _("Photos"), _("Corrected"), _("Case")]  # fmt: skip
    heads: list[str] = []
    for head in [*fixed, *(forms.label_of(one, zh) for one in campaign.fields), *more]:
        heads.append(head if head not in heads else f"{head} ({len(heads) + 1})")
    return heads


def cells(campaign: Campaign, found: Sequence[Line], signed: Signed) -> Iterator[list[str]]:
    """The rows of the file, as text."""
    corrected = set(_corrected(found))
    for task, answer in found:
        values = answer.values if answer is not None else {}
        yield [
            str(task.number), task.key, task.name, f"{task.lon:.7f}", f"{task.lat:.7f}", task.grid,
            " ".join(task.duty_grids), *(_say(one, values.get(one["name"])) for one in campaign.fields),
            *_of_answer(answer, corrected, signed),
        ]  # fmt: skip


def _corrected(found: Sequence[Line]) -> Iterator[UUID]:
    """Newest answers that have an earlier one."""
    ids = [answer.pk for _task, answer in found if answer is not None]
    later = SurveyAnswer.objects.filter(replaced_by__in=ids).values_list("replaced_by", flat=True).distinct()
    yield from (pk for pk in later if pk is not None)


def _of_answer(answer: SurveyAnswer | None, corrected: set[UUID], signed: Signed) -> list[str]:
    if answer is None:
        return [""] * 8
    where = [f"{one:.7f}" if one is not None else "" for one in (answer.lon, answer.lat)]
    accuracy = f"{answer.accuracy:.0f}" if answer.accuracy is not None else ""
    case = case_no(answer, signed)
    yes = _("yes") if answer.pk in corrected else ""
    return [str(answer.person), office_moment(answer.made_at), *where, accuracy, str(len(answer.photos)), yes, case]


def case_no(answer: SurveyAnswer, signed: Signed) -> str:
    """The number of the case that was reported out of an answer, for whoever may see it."""
    found = reading.case_for(signed.scope, answer.case_id) if answer.case_id is not None else None
    return (found.case_no or found.report_no) if found is not None else ""


def as_csv(campaign: Campaign, found: Sequence[Line], signed: Signed) -> bytes:
    """UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([guarded(one) for one in columns(campaign)])
    for row in cells(campaign, found, signed):
        writer.writerow([guarded(one) for one in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(campaign: Campaign, found: Sequence[Line], signed: Signed) -> bytes:
    with tempfile.TemporaryDirectory(prefix="survey-") as folder:
        path = Path(folder, "results.xlsx")
        write_table(path, columns(campaign), cells(campaign, found, signed), sheet=campaign.title)
        return path.read_bytes()


def as_map(found: Sequence[Line]) -> dict[str, Any]:
    """What is done and what is not, for the map of a page."""
    features = [
        {
            "type": "Feature", "id": str(task.pk), "geometry": {"type": "Point", "coordinates": [task.lon, task.lat]},
            "properties": {
                "tone": "plain" if answer is not None else "warning", "title": task.name or task.key,
                "label": str(task.number),
                "rows": [[_("State"), _("done") if answer is not None else _("not answered")]],
            },
        }
        for task, answer in found[:MOST_ON_MAP]
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def as_pdf(campaign: Campaign, found: Sequence[Line], at: datetime) -> bytes:
    """The summary on one page. PaperError: no font of this server has the signs."""
    done = sum(answer is not None for _task, answer in found)
    cases = sum(answer is not None and answer.case_id is not None for _task, answer in found)
    data = {
        "lang": "zh" if chinese() else "en", "title": campaign.title, "purpose": campaign.purpose,
        "body": campaign.body.name if chinese() or not campaign.body.name_en else campaign.body.name_en,
        "facts": [
            [_("Days"), f"{office_day(campaign.first_day)} – {office_day(campaign.last_day)}"],
            [_("State"), str(campaign.get_status_display())],
            [_("Done"), f"{done} / {len(found)}"],
            [_("Cases reported out of it"), str(cases)],
            [_("Printed"), office_moment(at)],
        ],
        "grids_title": _("By duty grid"),
        "grids": [
            [one["name"], f"{one['done']} / {one['total']}", f"{one['percent']} %"]
            for one in by_grid(found)[:MOST_ON_PAPER]
        ],
        "counts_title": _("What was found"),
        "counts": [
            [one["label"], "   ".join(f"{name} {number}" for name, number in one["parts"][:8]) or "–"]
            for one in counts(campaign, found)
        ],
    }  # fmt: skip
    return pdf(PAPER, data, at=at)

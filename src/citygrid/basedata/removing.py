"""A survey that says that it has all components of some classes in some areas: those that it lacks are proposed as
removed. Nothing is removed that nobody has confirmed."""

from collections.abc import Iterable

from django.db import connection

from citygrid.basedata.copying import FACTS, NULLABLE
from citygrid.basedata.models import Survey, SurveyRow
from citygrid.basedata.problems import make

_SAME = (*FACTS, *(name for name in NULLABLE if not name.startswith("valid_")), "shape", "attributes")


def propose(survey: Survey) -> int:
    """Rows with the verdict `removed` and numbers below zero; how many."""
    if not survey.complete or survey.register_id is not None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into basedata_surveyrow (survey_id, number, {', '.join(_SAME)}, cells, corrected, problems, kinds,"  # noqa: S608 - our words
            " errors, warnings, left_out, confirmed, verdict, version)"
            f" select %s, -row_number() over (order by code), {', '.join(_SAME)}, '{{}}', false, %s, %s, 0, 0, false,"
            " false, 'removed', version from basedata_component c"
            " where valid_to is null and class_id = any(%s)"
            " and (grid = any(%s) or community = any(%s) or street = any(%s) or district = any(%s))"
            " and not exists (select 1 from basedata_surveyrow r where r.survey_id = %s and r.code = c.code"
            " and not r.code = '')",
            [
                survey.id,
                _json(survey),
                ["not_listed"],
                survey.complete["classes"],
                *[survey.complete["areas"]] * 4,
                survey.id,
            ],
        )
        return int(cursor.rowcount)


def _json(survey: Survey) -> str:
    import json  # noqa: PLC0415 - one word

    return json.dumps([{**make("not_listed"), "severity": "notice"}])


def confirm(survey: Survey, codes: Iterable[str] | None, yes: bool = True) -> int:
    """Confirm that components are gone: these, or (None) all that are proposed; how many."""
    rows = SurveyRow.objects.filter(survey=survey, verdict=SurveyRow.Verdict.REMOVED)
    if codes is not None:
        rows = rows.filter(code__in=list(codes))
    return rows.update(confirmed=yes)

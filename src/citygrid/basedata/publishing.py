"""Submit, review, publish (S1-08): a second person looks, and one transaction brings it all into the register, or
nothing. Who brought or submitted a survey never publishes it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from citygrid.areas.models import Area
from citygrid.basedata import progress, serials, staging
from citygrid.basedata.chunks import Context, context
from citygrid.basedata.copying import FACTS, NULLABLE
from citygrid.basedata.mappings import read
from citygrid.basedata.models import Survey
from citygrid.organization.models import Person
from citygrid.organization.visibility import Scope
from citygrid.process.refusal import Refusal, Refused
from citygrid.rulebook.slices import localday
from citygrid.standards.reports import Report
from citygrid.trust import audit

COPIED = (*FACTS, *(name for name in NULLABLE if not name.startswith("valid_")), "shape", "attributes")
READY = "r.survey_id = %s and not r.left_out and r.errors = 0 and r.warnings = 0"
_COLUMNS, _FROM = ", ".join(COPIED), ", ".join(f"r.{name}" for name in COPIED)


def hold() -> None:
    """One at a time changes the register; others wait. Until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('basedata.register', 7))")


def submit(survey: Survey, by: Person | None, at: datetime) -> Survey:
    """Give a checked survey to review. Rows with errors or open warnings stay out, and are counted.

    Refused `not_checked`, `nothing_ready`."""
    with transaction.atomic():
        locked = _locked(survey.id, Survey.Status.CHECKED)
        locked.counts = {**staging.counted(locked), "notes": locked.counts.get("notes", [])}
        if not locked.counts["ready"]:
            message = "No row of the survey would change anything in the register."
            raise Refused(Refusal("nothing_ready", message, {}))
        locked.status, locked.submitted_by, locked.submitted_at = Survey.Status.SUBMITTED, by, at
        locked.save()
        audit.record(at, "survey.submit", subject=("survey", str(locked.id)), person=by.pk if by else None)
    return locked


def send_back(survey: Survey, by: Person, at: datetime, reason: str) -> Survey:
    """Give a submitted survey back to be corrected, with a reason."""
    with transaction.atomic():
        locked = _locked(survey.id, Survey.Status.SUBMITTED)
        _second_person(locked, by)
        locked.status, locked.decided_by, locked.decided_at = Survey.Status.CHECKED, by, at
        locked.reason = reason[:400]
        locked.save()
        audit.record(at, "survey.send_back", subject=("survey", str(locked.id)), person=by.pk)
    return locked


def allowed(survey: Survey, by: Person, scope: Scope) -> None:
    """Whether this person may publish the survey: not their own (`party`), and all of it in their areas
    (`outside_scope`). Refused else."""
    _second_person(survey, by)
    if scope.everything:
        return
    place = "coalesce(nullif(r.community, ''), r.district)"
    asked = f"select distinct {place} from basedata_surveyrow r where {READY} and not {place} = ''"  # noqa: S608 - ours
    codes = _codes(asked, survey.id)
    mine = set(Area.objects.filter(id__in=scope.areas, code__in=codes).values_list("code", flat=True))
    if others := sorted(set(codes) - mine):
        message = "The survey has rows in areas that are not yours: %(areas)s."
        raise Refused(Refusal("outside_scope", message, {"areas": ", ".join(others[:5])}))


def start(survey: Survey, by: Person, scope: Scope) -> None:
    """Have it published by a job, after asking who may."""
    from citygrid.basedata import jobs  # noqa: PLC0415 - jobs ask this module to do the work

    if survey.status != Survey.Status.SUBMITTED:
        raise Refused(_not(survey.status, Survey.Status.SUBMITTED))
    allowed(survey, by, scope)
    jobs.publish.defer(survey=str(survey.id), by=by.pk)


def publish(survey_id: UUID, by: Person, at: datetime, scope: Scope | None = None) -> Survey:
    """Bring the ready rows of a submitted survey into the register.

    Refused: `not_submitted` (somebody was faster), `party`, `outside_scope`, `stale` (the register has changed since
    the check: check again first), `code_full`. Then nothing has changed."""
    with progress.told(survey_id) as told, transaction.atomic():
        staging.lock(survey_id)
        survey = _locked(survey_id, Survey.Status.SUBMITTED)
        _second_person(survey, by)
        if scope is not None:
            allowed(survey, by, scope)
        told.phase("publishing", survey.counts.get("ready"))
        hold()
        counts = _components(survey, by, at) if survey.register_id is None else _entries(survey)
        survey.status, survey.decided_by, survey.decided_at = Survey.Status.PUBLISHED, by, at
        survey.failed = None
        survey.counts = {**staging.counted(survey), "notes": survey.counts.get("notes", []), "published": counts}
        survey.save()
        audit.record(at, "survey.publish", subject=("survey", str(survey.id)), person=by.pk, params=counts)
    return survey


def _locked(survey_id: UUID, status: Survey.Status) -> Survey:
    locked = Survey.objects.select_for_update().get(id=survey_id)
    if locked.status != status:
        raise Refused(_not(locked.status, status))
    return locked


def _not(status: str, wanted: Survey.Status) -> Refusal:
    return Refusal(f"not_{wanted.value}", "The survey is %(status)s.", {"status": status})


def _second_person(survey: Survey, by: Person) -> None:
    if by.pk in (survey.submitted_by_id, survey.made_by_id):
        raise Refused(Refusal("party", "You brought or submitted this survey; somebody else must review it.", {}))


def _components(survey: Survey, by: Person, at: datetime) -> dict[str, int]:
    _stale(survey)
    rules = context(read("", survey.mapping, Report()), survey.on, localday(at))
    _codes_for_new(survey, rules)
    _run("analyze basedata_surveyrow (code, verdict, survey_id)", [])
    new = _run(
        f"insert into basedata_component ({_COLUMNS}, version, valid_from, survey)"  # noqa: S608 - our own columns
        f" select {_FROM}, 1, %s, r.survey_id from basedata_surveyrow r where {READY} and r.verdict = 'new'"
        " order by r.number",
        [survey.on, survey.id],
    )
    _run("analyze basedata_component (code, origin, key, class_id)", [])  # plans for the table as it is now
    changed = _run(
        "update basedata_component c set "  # noqa: S608 - the same
        + ", ".join(f"{name} = r.{name}" for name in COPIED)
        + ", version = c.version + 1, valid_from = greatest(c.valid_from, %s), valid_to = null, survey = r.survey_id"
        f" from basedata_surveyrow r where {READY} and r.verdict = 'changed' and c.code = r.code",
        [survey.on, survey.id],
    )
    removed = _run(
        "update basedata_component c set version = c.version + 1, valid_from = greatest(c.valid_from, %s),"  # noqa: S608
        " valid_to = greatest(c.valid_from, %s), survey = r.survey_id from basedata_surveyrow r"
        f" where {READY} and r.verdict = 'removed' and r.confirmed and c.code = r.code",
        [survey.on, survey.on, survey.id],
    )
    _run(
        f"insert into basedata_componentversion ({_COLUMNS}, version, valid_from, ended, at, by, why, survey, reason)"  # noqa: S608
        f" select {', '.join('c.' + name for name in COPIED)}, c.version, c.valid_from, r.verdict = 'removed', %s, %s,"
        " 'survey', r.survey_id, %s from basedata_surveyrow r join basedata_component c on c.code = r.code"
        f" where {READY} and (r.verdict in ('new', 'changed') or (r.verdict = 'removed' and r.confirmed))"
        " order by r.number",
        [at, by.pk, survey.title[:200], survey.id],
    )
    return {"new": new, "changed": changed, "removed": removed}


def _stale(survey: Survey) -> None:
    """Rows whose component is another one than the one that they were compared with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from basedata_surveyrow r left join basedata_component c"  # noqa: S608 - our own words
            " on c.code = r.code and not r.code = ''"
            f" where {READY} and r.verdict in ('new', 'changed', 'removed') and r.version <> coalesce(c.version, 0)",
            [survey.id],
        )
        (by_code,) = cursor.fetchone()
        cursor.execute(
            "select count(*) from basedata_surveyrow r join basedata_component c"  # noqa: S608 - the same
            " on c.origin = r.origin and c.key = r.key and not c.key = ''"
            f" where {READY} and r.verdict = 'new'",
            [survey.id],
        )
        (by_key,) = cursor.fetchone()
    if by_code or by_key:
        message = "%(rows)s rows are about components that were changed since the check: check the survey again."
        raise Refused(Refusal("stale", message, {"rows": by_code + by_key}))


def _codes_for_new(survey: Survey, rules: Context) -> None:
    """Serials for rows without a code, in the order of the file; codes that came with the file are used up."""
    digits = rules.profile.format("component").parts[-1].digits
    given = f"select r.code from basedata_surveyrow r where {READY} and r.verdict = 'new' and not r.code = ''"  # noqa: S608
    serials.used(_codes(given, survey.id), digits)
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(nullif(r.district, ''), r.community), r.class_id, count(*) from basedata_surveyrow r"  # noqa: S608
            f" where {READY} and r.verdict = 'new' and r.code = '' group by 1, 2 order by 1, 2",
            [survey.id],
        )
        wanted = cursor.fetchall()
    starts: list[tuple[str, str, str, int]] = []
    for district, class_id, many in wanted:
        head = serials.prefix(rules.profile, district, rules.classes.sheets[class_id].code)
        starts.append((district, class_id, head, many))
    for district, class_id, head, many in sorted(starts, key=lambda one: one[2]):
        first = serials.take(head, many, digits)
        _run(
            "update basedata_surveyrow u set code = %s || lpad((%s + n.at - 1)::text, %s, '0') from"  # noqa: S608
            " (select r.id, row_number() over (order by r.number) as at from basedata_surveyrow r"
            f" where {READY} and r.verdict = 'new' and r.code = '' and r.class_id = %s"
            " and coalesce(nullif(r.district, ''), r.community) = %s) n where u.id = n.id",
            [head, first, digits, survey.id, class_id, district],
        )


def _entries(survey: Survey) -> dict[str, int]:
    """A register's rows: new days, changed ones; an entry ends when its successor begins."""
    columns = "name, shape, lon, lat, point, box, grid, community, street, district, digest, valid_from, valid_to"
    rows = ", ".join(f"r.{name.strip()}" for name in columns.split(","))
    _run(
        "update basedata_registerentry e set valid_to = r.valid_from from basedata_surveyrow r"  # noqa: S608 - our words
        f" where {READY} and r.verdict = 'new' and e.register_id = %s and e.key = r.code"
        " and e.valid_from < r.valid_from and (e.valid_to is null or e.valid_to > r.valid_from)",
        [survey.id, survey.register_id],
    )
    changed = _run(
        "update basedata_registerentry e set name = r.name, shape = r.shape, lon = r.lon, lat = r.lat,"  # noqa: S608
        " point = r.point, box = r.box, grid = r.grid, community = r.community, street = r.street,"
        " district = r.district, digest = r.digest, data = r.attributes, valid_to = r.valid_to, survey = r.survey_id"
        f" from basedata_surveyrow r where {READY} and r.verdict = 'changed'"
        " and e.register_id = %s and e.key = r.code and e.valid_from = r.valid_from",
        [survey.id, survey.register_id],
    )
    new = _run(
        f"insert into basedata_registerentry (register_id, key, data, survey, {columns})"  # noqa: S608
        f" select %s, r.code, r.attributes, r.survey_id, {rows} from basedata_surveyrow r"
        f" where {READY} and r.verdict = 'new' order by r.number",
        [survey.register_id, survey.id],
    )
    return {"new": new, "changed": changed}


def _run(statement: str, params: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def _codes(statement: str, survey: UUID) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [survey])
        return [row[0] for row in cursor.fetchall()]

"""归档 (S0-25): the dossier of a case that is over is kept once, its hash in the timeline; by hand, and by a night job.

A city says in its profile after how many days: `[archive] after_days = 15`, `lang = "zh"`; without it nothing is
archived by itself. A case that still owes something (an appeal, a call back) waits."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils.translation import gettext_noop

from citygrid.cases import acting, loading, reading
from citygrid.cases.asking import actor_of
from citygrid.cases.closing import dossier
from citygrid.cases.closing_models import Dossier
from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.cases.submission import Submission
from citygrid.media import storing
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Scope
from citygrid.process import SYSTEM, Actor, Case, Refusal
from citygrid.process.states import TERMINAL
from citygrid.rulebook.slices import NoRules, profile_at
from citygrid.trust import chain
from citygrid.web.papers import PaperError

log = logging.getLogger(__name__)
PAGE = 50
MOST_TRIES = 3
SAME, LOST, ALTERED = "same", "lost", "altered"
MOVED = Refusal("case_moved", gettext_noop("Somebody acted on this case meanwhile: try again."))


class _MovedError(Exception):
    """An entry came between the paper and the act: the paper would lack it."""


def may_archive(signed: Signed, case: Case, at: datetime) -> bool:
    """Whether this seat is offered the act."""
    return any(one.spec.name == "archive" for one in reading.offers_for(case, actor_of(signed), at))


def archive(case: UUID, actor: Actor, scope: Scope | None, at: datetime, act_id: UUID | None = None) -> Refusal | None:
    """Make the dossier, keep it, take the act, note it; all or nothing. None: done, or done before by the same act.

    Raises PaperError where this server cannot print."""
    for number in range(MOST_TRIES):
        # An act that did not come through leaves no id behind: each try may have the same.
        try:
            with transaction.atomic():
                return _archive(case, actor, scope, at, act_id or uuid4())
        except _MovedError:
            log.info("case %s moved while its dossier was made (try %s)", case, number + 1)
    return MOVED


def _archive(case_id: UUID, actor: Actor, scope: Scope | None, at: datetime, act_id: UUID) -> Refusal | None:
    with plain() as connection:
        case = loading.peek(connection, case_id)
    if case is not None and case.archived_at is None and case.state in TERMINAL:
        made = dossier.make(case, at, language_at(at))
        file = storing.store(made.content, f"{case.case_no or case.report_no}.pdf", None, at)
        data: dict[str, Any] = {"digest": made.digest, "dossier": [str(file.pk)]}
    else:
        # Whatever the reason, the process says it.
        made, file, data = None, None, {"digest": "0"}
    answer = acting.submit(Submission(case_id, act_id, "archive", data), actor, scope, at)
    if isinstance(answer, Refusal):
        return answer
    if answer.repeated or made is None or file is None or case is None:
        return None
    if answer.entry.seq != made.version + 1:
        raise _MovedError
    Dossier.objects.create(
        case_id=case.id, number=case.case_no or case.report_no, class_id=case.class_id,
        outcome=case.outcome.value if case.outcome is not None else case.state.value,
        closed_at=case.closed_at or case.since, file=file, digest=made.digest, algorithm=made.algorithm,
        version=made.version, at=at, by=actor.person or None,
    )  # fmt: skip
    return None


def language_at(at: datetime) -> str:
    """The language in which this city keeps its papers."""
    return str(_said(at).get("lang", "zh"))


def after_days(at: datetime) -> int | None:
    """After how many days a closed case is archived by itself; None: never."""
    days = _said(at).get("after_days")
    return int(days) if days is not None else None


def _said(at: datetime) -> dict[str, Any]:
    try:
        return dict(profile_at(at).data.get("archive", {}))
    except NoRules:
        return {}


def due(at: datetime, days: int, most: int) -> list[UUID]:
    """Cases that are over for so many days, are not archived and owe nothing; the oldest first."""
    with plain() as connection:
        rows = cursor(connection).execute(
            """select c.id from cases_case c where c.bucket <> %s and c.closed_at < %s
                 and not exists (select from cases_dossier d where d.case_id = c.id)
                 and not exists (select from cases_item i where i.case_id = c.id and i.bucket = %s)
               order by c.closed_at limit %s""",
            [OPEN_BUCKET, at - timedelta(days=days), OPEN_BUCKET, most],
        )
        return [row[0] for row in rows.fetchall()]


def archive_due(at: datetime, most: int = 500) -> int:
    """The night's work: how many were archived. One that fails is logged and stops nobody else."""
    days = after_days(at)
    if days is None:
        return 0
    done = 0
    for case in due(at, days, most):
        try:
            answer = archive(case, SYSTEM, None, at, uuid5(case, "archive"))
        except PaperError as error:
            log.error("nothing can be archived: %s", error)
            return done
        except Exception:
            log.exception("case %s could not be archived", case)
            continue
        if answer is None:
            done += 1
        else:
            log.warning("case %s was not archived: %s", case, answer.code)
    return done


def kept_of(case: UUID) -> Dossier | None:
    """The kept dossier of a case. The caller has asked whether the case may be seen."""
    return Dossier.objects.filter(case_id=case).select_related("file").first()


def check(kept: Dossier) -> str:
    """The kept file read again and hashed: `same`, `lost` or `altered`."""
    try:
        with storing.original(kept.file) as source:
            content = source.read()
    except FileNotFoundError:
        return LOST
    return SAME if chain.digest(content, kept.algorithm).hex() == kept.digest else ALTERED


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the archive."""

    case: UUID
    number: str
    class_id: str | None
    outcome: str
    closed_at: datetime
    at: datetime
    digest: str
    algorithm: str


def listed(
    scope: Scope, *, year: int | None = None, number: str = "", after: tuple[datetime, UUID] | None = None,
    most: int = PAGE,
) -> list[Row]:  # fmt: skip
    """What is in the archive within a scope, the last closed first. `year`: of closing, in the city's time."""
    seen, params = scope.sql("c")
    terms = [seen]
    if year is not None:
        zone = profile_at(datetime.now().astimezone()).timezone
        start = datetime.combine(date(year, 1, 1), datetime.min.time(), zone)
        end = datetime.combine(date(year + 1, 1, 1), datetime.min.time(), zone)
        terms.append("d.closed_at >= %s and d.closed_at < %s")
        params += [start, end]
    if number:
        terms.append("d.number = %s")
        params.append(number)
    if after is not None:
        terms.append("(d.closed_at, d.case_id) < (%s, %s)")
        params += list(after)
    sql = f"""select d.case_id, d.number, d.class_id, d.outcome, d.closed_at, d.at, d.digest, d.algorithm
        from cases_dossier d join cases_head h on h.case_id = d.case_id
          join cases_case c on c.id = d.case_id and c.bucket = h.bucket
        where {" and ".join(terms)} order by d.closed_at desc, d.case_id desc limit %s"""  # noqa: S608 - constants
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [*params, most])
        return [Row(*row) for row in rows.fetchall()]


@dataclass(frozen=True, slots=True)
class Fault:
    """Of a kept dossier: `dossier_lost`, `dossier_altered` (not what was kept), `dossier_differs` (the row is
    not what the timeline says), `dossier_unknown` (the timeline tells of one, no row does)."""

    case: UUID
    code: str
    detail: str


_COMPARED = """select coalesce(d.case_id, a.case_id), d.case_id is null, a.case_id is null or a.digest <> d.digest
    from cases_dossier d full join
      (select case_id, data -> 'said' ->> 'digest' as digest from cases_entry where type = 'archive') a
      on a.case_id = d.case_id
    where d.case_id is null or a.case_id is null or a.digest <> d.digest order by 1"""


def faults(*, files: bool = False) -> Iterator[Fault]:
    """What `citygrid verify` tells of the archive. `files`: read every kept file too."""
    with plain() as connection:
        for case, unknown, _differs in cursor(connection).execute(_COMPARED).fetchall():
            if unknown:
                yield Fault(case, "dossier_unknown", "the timeline tells of a dossier that is not in the archive")
            else:
                yield Fault(case, "dossier_differs", "the archive does not say what the timeline says")
    if not files:
        return
    for kept in Dossier.objects.select_related("file").order_by("case_id").iterator(chunk_size=500):
        verdict = check(kept)
        if verdict != SAME:
            yield Fault(kept.case_id, f"dossier_{verdict}", f"file {kept.file_id}")

"""督查: inspectors look again at closed cases that a lottery chose (S0-47; vendor's 督查数). A find is an act on
the case (`inspect`); a finding proposes the next step, a second person takes it."""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from citygrid.cases import acting, naming
from citygrid.cases.closing import lottery
from citygrid.cases.closing_models import Draw, DrawnCase
from citygrid.cases.database import cursor, plain
from citygrid.cases.partitions import month_of
from citygrid.cases.submission import Submission
from citygrid.organization.visibility import Scope
from citygrid.process import Actor, Refusal
from citygrid.rulebook.slices import profile_at
from citygrid.trust import audit

MOST = 500
COLUMNS = {Draw.Strata.NONE: "null::text", Draw.Strata.UNIT: "c.unit::text", Draw.Strata.AREA: "c.district::text",
           Draw.Strata.CLASS: "c.class_id"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be drawn from: cases closed from `since` to `until` (both days count), by stratum. `due`: the last day
    on which they are to be looked at (None: there is no limit)."""

    since: date
    until: date
    count: int
    strata: str = ""
    due: date | None = None


def pool(scope: Scope, wanted: Wanted, at: datetime) -> dict[str, list[UUID]]:
    """Closed cases of the span within the scope, by stratum. Self-handled ones and merged children count as others."""
    zone = profile_at(at).timezone
    start = datetime.combine(wanted.since, datetime.min.time(), zone)
    end = datetime.combine(wanted.until + timedelta(days=1), datetime.min.time(), zone)
    seen, params = scope.sql("c")
    column = COLUMNS[Draw.Strata(wanted.strata)]
    sql = f"""select coalesce({column}, ''), c.id from cases_case c
        where c.bucket between %s and %s and c.state = 'closed' and c.closed_at >= %s and c.closed_at < %s and {seen}"""  # noqa: S608 - constants
    found: dict[str, list[UUID]] = {}
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [month_of(start), month_of(end), start, end, *params])
        for stratum, case in rows.fetchall():
            found.setdefault(stratum, []).append(case)
    return found


def draw(
    scope: Scope, wanted: Wanted, by: int, at: datetime, seed: str | None = None, *,
    post: tuple[str, int | None] = ("", None),
) -> Draw | None:  # fmt: skip
    """Draws lots and keeps seed, pool and winners; None when there is nothing to draw from. `post`: role and body of
    who draws, and so owes what was drawn."""
    found = pool(scope, wanted, at)
    if not found:
        return None
    seed = seed or secrets.token_hex(16)
    won = lottery.draw(found, min(wanted.count, MOST), seed)
    everyone = [case for cases in found.values() for case in cases]
    with transaction.atomic():
        row = Draw.objects.create(
            at=at, by=by, seed=seed, since=wanted.since, until=wanted.until, strata=wanted.strata, wanted=wanted.count,
            population=len(everyone), pool=lottery.pool_hash(everyone), due=_end(wanted.due, at), role=post[0],
            body=post[1],
        )  # fmt: skip
        DrawnCase.objects.bulk_create(
            DrawnCase(draw=row, place=number, case_id=case, stratum=stratum)
            for number, (stratum, case) in enumerate(won, 1)
        )
        audit.record(at, "draw_cases", subject=("draw", str(row.pk)), person=by,
                     params={"seed": seed, "population": len(everyone), "drawn": len(won)})  # fmt: skip
    return row


def _end(day: date | None, at: datetime) -> datetime | None:
    """The moment at which this day of the city is over."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), profile_at(at).timezone)


def inspect(one: DrawnCase, submission: Submission, actor: Actor, scope: Scope, at: datetime) -> Refusal | None:
    """Takes the act and notes it with the draw; together or not at all."""
    with transaction.atomic():
        answer = acting.submit(submission, actor, scope, at)
        if isinstance(answer, Refusal):
            return answer
        one.result, one.at, one.by = str(submission.data["result"]), at, actor.person
        one.save(update_fields=["result", "at", "by"])
    return None


def stratum_names(strata: str, codes: set[str]) -> dict[str, str]:
    """Names of units, districts or classes."""
    if strata == Draw.Strata.CLASS:
        return naming.classes(codes)
    numbers = {int(code) for code in codes if code.isdigit()}
    if strata == Draw.Strata.UNIT:
        return {str(one): naming.body(one) for one in numbers}
    return {str(key): name for key, name in naming.areas(numbers).items()}


def counts(rows: list[DrawnCase]) -> dict[str, Counter[str]]:
    """Stratum -> result -> how many; the empty result waits."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.stratum, Counter())[row.result] += 1
    return found

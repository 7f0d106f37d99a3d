"""The list of anomalies for inspectors: those of cases that the scope holds, the newest first. Plain SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from citygrid.cases.database import cursor, plain
from citygrid.collection.evidence.findings import RefusedError
from citygrid.collection.models import Anomaly
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Scope
from citygrid.trust import audit

PAGE = 50
LONGEST = 1000
Key = tuple[datetime, UUID]
_FROM = """from collection_anomaly a join cases_head h on h.case_id = a.case_id
  join cases_case c on c.id = h.case_id and c.bucket = h.bucket"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters; empty ones ask for nothing. `since`, `until`: moments of the photo's arrival."""

    kind: str = ""
    state: str = ""
    person: int | None = None
    body: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    severity: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """Anomalies of one person of one body: all of them, those not looked at yet, the grave ones, findings made."""

    person: int | None
    body: int | None
    all: int
    new: int
    grave: int
    found: int


def listed(scope: Scope, wanted: Wanted, after: Key | None = None, most: int = PAGE) -> list[Anomaly]:
    """The anomalies within the scope, in pages: `after` is (`at`, id) of the last row of the page before."""
    terms, params = _where(scope, wanted)
    if after is not None:
        terms += " and (a.at, a.id) < (%s, %s)"
        params += list(after)
    sql = f"select a.id {_FROM} where {terms} order by a.at desc, a.id desc limit %s"
    with plain() as connection:
        ids = [row[0] for row in cursor(connection).execute(sql.encode(), [*params, most]).fetchall()]
    rows = Anomaly.objects.select_related("evidence", "finding").in_bulk(ids)
    return [rows[one] for one in ids]


def seen(scope: Scope, anomaly: UUID) -> Anomaly | None:
    """The anomaly when the scope holds its case."""
    terms, params = scope.sql("c")
    sql = f"select 1 {_FROM} where a.id = %s and {terms}"
    with plain() as connection:
        found = cursor(connection).execute(sql.encode(), [anomaly, *params]).fetchone()
    return Anomaly.objects.select_related("evidence", "finding").get(pk=anomaly) if found is not None else None


def counts(scope: Scope, wanted: Wanted, most: int = 500) -> list[Counted]:
    """By person and body, those with most new ones first."""
    terms, params = _where(scope, wanted)
    sql = f"""select a.person, a.body, count(*), count(*) filter (where a.state = 'new'),
        count(*) filter (where a.severity = 3), count(*) filter (where a.state = 'found')
      {_FROM} where {terms} group by 1, 2 order by 4 desc, 3 desc, 1 limit %s"""
    with plain() as connection:
        return [Counted(*row) for row in cursor(connection).execute(sql.encode(), [*params, most]).fetchall()]


def kinds(scope: Scope, wanted: Wanted) -> dict[str, int]:
    """How many there are of each kind; the filter of the kind itself is left out."""
    terms, params = _where(scope, Wanted("", wanted.state, wanted.person, wanted.body, wanted.since, wanted.until))
    sql = f"select a.kind, count(*) {_FROM} where {terms} group by 1"
    with plain() as connection:
        return dict(cursor(connection).execute(sql.encode(), params).fetchall())


def _where(scope: Scope, wanted: Wanted) -> tuple[str, list[Any]]:
    text, params = scope.sql("c")
    terms = [text]
    for condition, value in (
        ("a.kind = %s", wanted.kind), ("a.state = %s", wanted.state), ("a.person = %s", wanted.person),
        ("a.body = %s", wanted.body), ("a.at >= %s", wanted.since), ("a.at < %s", wanted.until),
        ("a.severity >= %s", wanted.severity),
    ):  # fmt: skip
        if value:
            terms.append(condition)
            params = [*params, value]
    return " and ".join(terms), params


def explain(signed: Signed, row: Anomaly, words: str, at: datetime) -> None:
    """Nothing is wrong, and why; kept with who said so. Not by the person whom it is about. Raises RefusedError."""
    if not words.strip() or len(words) > LONGEST or "\0" in words:
        raise RefusedError("finding_words", most=LONGEST)
    if row.person == signed.person.pk:
        raise RefusedError("finding_party")
    with transaction.atomic():
        found = Anomaly.objects.select_for_update().get(pk=row.pk)
        if found.state != Anomaly.State.NEW:
            raise RefusedError("finding_state", state=str(Anomaly.State(found.state).label))
        found.state, found.words = Anomaly.State.EXPLAINED, words.strip()
        found.by, found.decided_at = signed.person.pk, at
        found.save(update_fields=["state", "words", "by", "decided_at"])
        audit.record(
            at, "explain_anomaly", subject=("anomaly", str(row.pk)), params={"kind": row.kind},
            person=signed.person.pk, seat=signed.seat.pk, post=signed.post.pk,
        )  # fmt: skip


def of_case(case: UUID) -> Sequence[Anomaly]:
    """All anomalies of a case, the gravest first. The caller has asked who may see it."""
    return list(Anomaly.objects.filter(case_id=case).select_related("evidence").order_by("-severity", "kind", "pk"))

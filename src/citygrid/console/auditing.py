"""Lines of the audit as an auditor asks for them: filters, pages by key, a file (等级保护三级: 安全审计)."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from citygrid.organization.models import Person, Post, Seat
from citygrid.process.acts import ACTS
from citygrid.tabular import guarded
from citygrid.trust.models import AuditRecord
from citygrid.web.words import say

PAGE = 50
MOST = 100_000
"""Lines of one file; a longer answer is told, and asked for by days."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; `problems`: field -> sentence, with any of them nothing is looked up."""

    first: date | None = None
    last: date | None = None
    login: str = ""
    act: str = ""
    outcome: str = ""
    subject: str = ""
    after: int | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One line in words."""

    id: int
    at: datetime
    person: str
    post: str
    act: str
    subject: str
    outcome: str
    code: str
    params: str
    address: str


def asked(query: Mapping[str, str]) -> Asked:
    """The question in an address."""
    problems: dict[str, str] = {}
    days = {name: _day(name, query.get(name, ""), problems) for name in ("first", "last")}
    after = query.get("after", "")
    if after and not (after.isascii() and after.isdigit() and len(after) < 19):
        problems["after"] = _("This is no page of the audit.")
    texts = {name: query.get(name, "").strip()[:64] for name in ("login", "act", "outcome", "subject")}
    key = int(after) if after and not problems else None
    return Asked(
        days["first"],
        days["last"],
        login=texts["login"],
        act=texts["act"],
        outcome=texts["outcome"],
        subject=texts["subject"],
        after=key,
        problems=problems,
    )


def rows(question: Asked) -> QuerySet[AuditRecord]:
    """The lines, newest first."""
    found = AuditRecord.objects.order_by("-id")
    if question.first:
        found = found.filter(at__gte=_midnight(question.first))
    if question.last:
        found = found.filter(at__lt=_midnight(question.last + timedelta(days=1)))
    if question.login:
        found = found.filter(person__in=Person.objects.filter(login=question.login).values("pk"))
    if question.act:
        found = found.filter(act=question.act)
    if question.outcome:
        found = found.filter(outcome=question.outcome)
    if question.subject:
        kind, colon, subject = question.subject.partition(":")
        found = found.filter(subject_kind=kind, subject_id=subject) if colon else found.filter(subject_id=kind)
    return found.filter(id__lt=question.after) if question.after is not None else found


def page(question: Asked) -> tuple[list[Line], int | None]:
    """Fifty lines, and the key after which the next page begins."""
    found = list(rows(question)[: PAGE + 1])
    return list(lines(found[:PAGE])), found[PAGE - 1].pk if len(found) > PAGE else None


def lines(records: Iterable[AuditRecord]) -> Iterator[Line]:
    """Records in the reader's words."""
    held = list(records)
    people = dict(Person.objects.filter(pk__in={r.person for r in held}).values_list("pk", "login"))
    posts = {post.pk: str(post) for post in Post.objects.filter(pk__in={r.post for r in held})}
    absent = _absent(held)
    for one in held:
        yield Line(
            one.pk,
            one.at,
            (people.get(one.person, "") if one.person is not None else "") + absent.get(one.seat or 0, ""),
            posts.get(one.post, "") if one.post is not None else "",
            act_words(one.act),
            f"{one.subject_kind}:{one.subject_id}" if one.subject_kind else "",
            one.outcome,
            one.code,
            ", ".join(f"{key}={value}" for key, value in sorted(one.params.items())),
            one.address or "",
        )


def _absent(records: Iterable[AuditRecord]) -> dict[int, str]:
    """By seat, for those who stand in: in whose place (顶岗)."""
    seats = Seat.objects.filter(pk__in={r.seat for r in records if r.seat}, stand_in_for__isnull=False)
    logins = seats.values_list("pk", "stand_in_for__login")
    return {pk: _(" (for %(absent)s)") % {"absent": login} for pk, login in logins}


def act_words(code: str) -> str:
    """The name of an act on a case; other acts keep their code, which is what a search takes."""
    spec = ACTS.get(code)
    return f"{say((spec.zh, spec.en))} ({code})" if spec is not None else code


def acts() -> list[str]:
    """The codes of acts that the audit has, found by steps through the index: quick in a long audit."""
    found: list[str] = []
    last = ""
    while True:
        following = AuditRecord.objects.filter(act__gt=last).order_by("act").values_list("act", flat=True).first()
        if following is None:
            return found
        found.append(following)
        last = following


def as_csv(records: Iterable[AuditRecord]) -> str:
    """The same columns as the page; what a spreadsheet would take for a formula stays text."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["id", "at", "login", "post", "act", "subject", "outcome", "code", "params", "address"])
    for one in lines(records):
        cells = [one.person, one.post, one.act, one.subject, one.outcome, one.code, one.params, one.address]
        write.writerow([one.id, one.at.isoformat(), *map(guarded, cells)])
    return out.getvalue()


def _day(name: str, text: str, problems: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems[name] = _("%(value)s is not a date like 2026-01-31.") % {"value": text[:20]}
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def outcomes() -> list[tuple[str, Any]]:
    """What may have come of an act."""
    return [("done", _("done")), ("seen", _("seen")), ("refused", _("refused"))]

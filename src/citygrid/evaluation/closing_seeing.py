"""Who sees what of the closing of a period: readers of the evaluation what lies within their scope; those who are
judged their own figures and appeals, from the day on which they may appeal; nobody a rival's appeal."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citygrid.cases.database import cursor, plain
from citygrid.evaluation import entry_seeing
from citygrid.evaluation.closing_models import PeriodClose, ScoreAppeal
from citygrid.evaluation.computing import within
from citygrid.evaluation.pages import may_open
from citygrid.evaluation.results import Scores
from citygrid.evaluation.subjects import BODIES, PEOPLE
from citygrid.organization.models import Person
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seats_of
from citygrid.organization.seats import signed as signed_on
from citygrid.organization.visibility import Scope
from citygrid.process.states import Side
from citygrid.web import navigation

CLOSE, REVIEW, APPEAL = "scores.close", "scores.review", "scores.appeal"


def may_look(signed: Signed | None) -> bool:
    """Whether a post looks at closings at all."""
    return signed is not None and (may_open(signed) or any(may(signed, right) for right in (CLOSE, REVIEW, APPEAL)))


def _in_bar(signed: Any) -> bool:
    """A unit's desk finds its figures in the bar; readers find them beside the scores, others by their notice."""
    return may_look(signed) and not may_open(signed) and signed.side == Side.HANDLING


ENTRY = navigation.Entry("evaluation:closes", _("Appraisal"), "award", 62, _in_bar)


def reads_all(signed: Signed) -> bool:
    """Whether a post reads the figures of its scope, not only its own."""
    return may_open(signed) or may(signed, CLOSE) or may(signed, REVIEW)


def closes(signed: Signed) -> QuerySet[PeriodClose]:
    """The closings that a post sees; previews are not for those who are judged."""
    rows = PeriodClose.objects.order_by("-first", "scheme", "pk")
    return rows if reads_all(signed) else rows.exclude(state=PeriodClose.State.PREVIEW)


def is_own(by: str, subject: str, signed: Signed) -> bool:
    """Whether an object is the asker's body, or the asker."""
    if by in BODIES:
        return subject == str(signed.body.pk)
    if by == "post":
        return subject.count(":") == 2 and subject.split(":")[1] == str(signed.person.pk)
    return by in PEOPLE and subject == str(signed.person.pk)


def seen(found: Scores, signed: Signed) -> Scores:
    """The part of scores that a post sees; ranks stay those of the whole group."""
    if reads_all(signed):
        return within(found, signed.scope)
    groups = (
        replace(group, rows=tuple(row for row in group.rows if is_own(found.by, row.subject, signed)))
        for group in found.groups
    )
    return replace(found, groups=tuple(group for group in groups if group.rows))


def appeals(signed: Signed) -> QuerySet[ScoreAppeal]:
    """The appeals that a post sees: reviewers and closers those of their scope's bodies, others their own body's."""
    rows = ScoreAppeal.objects.select_related("close", "filed_by", "first_by", "second_by", "body", "entry")
    if signed.scope.everything and reads_all(signed):
        return rows
    own = Q(filed_by=signed.person)
    if may(signed, APPEAL):
        own |= Q(body=signed.body, case__isnull=False) | Q(body=signed.body, subject=str(signed.body.pk))
    if reads_all(signed):
        own |= Q(body__in=entry_seeing.bodies(signed.scope))
    return rows.filter(own)


def visible_cases(cases: list[UUID], scope: Scope) -> dict[UUID, str]:
    """Those of these cases that a scope holds, with their numbers."""
    condition, params = scope.sql("c")
    with plain() as connection:
        rows = cursor(connection).execute(
            f"select c.id, coalesce(c.case_no, c.report_no) from cases_case c"  # noqa: S608 - no input
            f" where c.id = any(%s) and {condition}".encode(),
            [cases, *params],
        )
        return dict(rows.fetchall())


def may_see_file(person: Any, file_id: UUID) -> bool:
    """Rule for `media.permission`: the evidence of an appeal, on any post held now."""
    if not isinstance(person, Person) or not ScoreAppeal.objects.filter(evidence=file_id).exists():
        return False
    now = timezone.now()
    posts = (signed_on(person, seat, now) for seat in seats_of(person, now))
    return any(may_look(one) and appeals(one).filter(evidence=file_id).exists() for one in posts)

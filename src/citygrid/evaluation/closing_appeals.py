"""Appeals (申诉) against the figures of a period, while its window is open.

About a case it is the process's own appeal: the unit's act on the case, reviewed twice where cases are reviewed;
granted, its assignment leaves the statistics. About a term two people review it here: the first refuses, or proposes an
entry that sets it right; the second decides by approving or refusing that entry, as every entry is decided."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from citygrid.cases import acting
from citygrid.cases.database import plain
from citygrid.cases.loading import peek
from citygrid.cases.submission import Submission
from citygrid.evaluation import closing_telling, entering
from citygrid.evaluation.closing_models import PeriodClose, ScoreAppeal
from citygrid.evaluation.entry_models import Entry
from citygrid.media.models import File
from citygrid.organization.models import Body, Person, Seat
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.process import Actor
from citygrid.process.refusal import Refusal, Refused
from citygrid.process.states import Side
from citygrid.trust import audit

State = ScoreAppeal.State
REVIEW = "scores.review"
MESSAGES = {
    "window_over": "The window for appeals is over.",
    "no_window": "Appeals are not open for this period.",
    "no_reason": "Say why: what is wrong with the figure.",
    "too_long": "At most %(most)s characters.",
    "about_what": "Choose a case or a term.",
    "unknown_term": "There is no such term in your figures.",
    "no_case": "Give the number of the case.",
    "unknown_case": "This case is not behind your figures of this period.",
    "appealed": "This was appealed already.",
    "decided_already": "This appeal has been decided.",
    "not_your_review": "This review is for somebody else.",
    "own_appeal": "Whoever filed an appeal does not review it.",
    "own_body": "Nobody reviews an appeal of a body that they belong to, on whatever post.",
    "own_figures": "Nobody reviews an appeal about their own figures.",
    "same_person": "The second review is for somebody else than the first.",
    "of_a_case": "An appeal about a case is reviewed at the case.",
    "no_words": "Say why: the unit reads it.",
}


def refused(code: str, **params: Any) -> Refused:
    return Refused(Refusal(code, MESSAGES[code], params))


def file_term(
    id: UUID, close_id: UUID, subject: tuple[str, str], term: str, reason: str, evidence: File | None, by: Signed,
    now: datetime,
) -> ScoreAppeal:  # fmt: skip
    """File an appeal about a term of one's own figures (`subject`: its text and code; the caller has looked that it is
    the asker's own and has the term). The same id again gives the same appeal."""
    with transaction.atomic():
        close, there = _filing(id, close_id, reason, now)
        if there is not None:
            return there
        if close.appeals.filter(subject=subject[0], term=term, state__in=(State.FILED, State.PROPOSED)).exists():
            raise refused("appealed")
        row = _kept(id, close, subject, reason, evidence, by, now, term=term)
        closing_telling.filed(row, now)
    return row


def file_case(
    id: UUID, close_id: UUID, subject: tuple[str, str], case: UUID, reason: str, evidence: File | None, by: Signed,
    now: datetime,
) -> ScoreAppeal:  # fmt: skip
    """The same about a case: its unit appeals by the process's own act. Refused as that act is (`wrong_state` while the
    case is not closed, `appealed`); an appeal that the unit made at the case before is taken as this one."""
    with transaction.atomic():
        close, there = _filing(id, close_id, reason, now)
        if there is not None:
            return there
        if close.appeals.filter(case=case, subject=subject[0]).exists():
            raise refused("appealed")
        number = _request_of(case, by.body.pk)
        if number is None:
            data = {"reason": reason.strip(), **({"media": [str(evidence.pk)]} if evidence else {})}
            actor = Actor(by.person.pk, by.post.pk, by.body.pk, by.role.code, Side(by.side))
            answer = acting.submit(Submission(case, uuid5(id, "appeal"), "appeal", data), actor, by.scope, now)
            if isinstance(answer, Refusal):
                raise Refused(answer)
            number = _request_of(case, by.body.pk)
        return _kept(id, close, subject, reason, evidence, by, now, case=case, request=number)


def review_first(
    id: UUID, granted: bool, words: str, draft: Entry | None, corrects: UUID | None, by: Signed, now: datetime
) -> ScoreAppeal:
    """The first review: refuse with words, or propose the entry `draft` (in place of the entry `corrects`)."""
    with transaction.atomic():
        row = _reviewed(id, State.FILED, by, "first_review", now)
        _said(words)
        if granted:
            assert draft is not None
            made = uuid5(id, "entry")
            row.entry = (
                entering.propose(made, draft, by.person, now) if corrects is None
                else entering.correct(made, draft, corrects, by.person, now)
            )  # fmt: skip
        row.state = State.PROPOSED if granted else State.REFUSED
        row.first_by, row.first_at, row.first_words = by.person, now, words.strip()
        row.save(update_fields=["state", "first_by", "first_at", "first_words", "entry"])
        _note(now, "review_appeal_first", row, by)
        closing_telling.reviewed(row, now)
    return row


def review_second(id: UUID, granted: bool, words: str, by: Signed, now: datetime) -> ScoreAppeal:
    """The second review decides: what the first proposed counts, or does not."""
    with transaction.atomic():
        row = _reviewed(id, State.PROPOSED, by, "second_review", now)
        if row.first_by_id == by.person.pk:
            raise refused("same_person")
        _said(words)
        assert row.entry_id is not None
        entering.decide(row.entry_id, granted, words, by.person, now, appeal=row.pk)
        row.state = State.GRANTED if granted else State.REFUSED
        row.second_by, row.second_at, row.second_words = by.person, now, words.strip()
        row.save(update_fields=["state", "second_by", "second_at", "second_words"])
        _note(now, "review_appeal_second", row, by)
        closing_telling.reviewed(row, now)
    return row


def may_review(row: ScoreAppeal, by: Signed, now: datetime) -> bool:
    """Whether the review that is next is this post's."""
    step = {State.FILED: "first_review", State.PROPOSED: "second_review"}.get(State(row.state))
    if step is None or row.case is not None or by.person.pk == row.first_by_id:
        return False
    return not _party(row, by.person.pk, now) and _has_review(row.close, by, step)


def state_of(row: ScoreAppeal) -> str:
    """How an appeal stands; of one about a case that case tells, until it is decided."""
    if row.case is None or row.state in (State.GRANTED, State.REFUSED):
        return str(row.state)
    with plain() as connection:
        case = peek(connection, row.case)
    one = next((r for r in case.requests if r.no == row.request), None) if case is not None else None
    if one is None or one.state == "open":
        return str(State.PROPOSED if one is not None and one.step else State.FILED)
    return str(State.GRANTED if one.state == "granted" else State.REFUSED)


def undecided(close: PeriodClose) -> list[ScoreAppeal]:
    """The appeals that wait for a review."""
    return [row for row in close.appeals.all() if state_of(row) in (State.FILED, State.PROPOSED)]


def settled(rows: Iterable[ScoreAppeal]) -> None:
    """Keeps how appeals about cases stand, so that `state` tells it and no case is asked again once it is decided."""
    for row in rows:
        if row.case is not None and (state := state_of(row)) != row.state:
            ScoreAppeal.objects.filter(pk=row.pk).update(state=state)
            row.state = state


def _filing(id: UUID, close_id: UUID, reason: str, now: datetime) -> tuple[PeriodClose, ScoreAppeal | None]:
    close = PeriodClose.objects.select_for_update().get(pk=close_id)
    there = ScoreAppeal.objects.filter(pk=id).first()
    if there is not None:
        return close, there
    if close.state != PeriodClose.State.APPEALS or close.window_ends is None:
        raise refused("no_window")
    if now >= close.window_ends:
        raise refused("window_over")
    if not reason.strip():
        raise refused("no_reason")
    if len(reason.strip()) > 500:
        raise refused("too_long", most=500)
    return close, None


def _kept(
    id: UUID, close: PeriodClose, subject: tuple[str, str], reason: str, evidence: File | None, by: Signed,
    now: datetime, **about: Any,
) -> ScoreAppeal:  # fmt: skip
    row = ScoreAppeal.objects.create(
        id=id, close=close, subject=subject[0], code=subject[1], reason=reason.strip(), evidence=evidence,
        filed_by=by.person, filed_at=now, body=by.body, **about,
    )  # fmt: skip
    _note(now, "appeal_score", row, by)
    return row


def _request_of(case_id: UUID, body: int) -> int | None:
    """The appeal that this body made at the case."""
    with plain() as connection:
        case = peek(connection, case_id)
    found = [r.no for r in case.requests if r.kind == "appeal" and r.asker_body == body] if case is not None else []
    return found[-1] if found else None


def _reviewed(id: UUID, state: str, by: Signed, step: str, now: datetime) -> ScoreAppeal:
    row = ScoreAppeal.objects.select_for_update(of=("self",)).select_related("close").get(pk=id)
    if row.case is not None:
        raise refused("of_a_case")
    if row.state != state:
        raise refused("decided_already")
    if code := _party(row, by.person.pk, now):
        raise refused(code)
    if not _has_review(row.close, by, step):
        raise refused("not_your_review")
    return row


def _said(words: str) -> None:
    if not words.strip():
        raise refused("no_words")
    if len(words.strip()) > entering.LONGEST:
        raise refused("too_long", most=entering.LONGEST)


def _party(row: ScoreAppeal, person: int, at: datetime) -> str:
    """Why this person may not judge the appeal, on whatever post (S2-13): who filed it, who has a seat in the body that
    is judged, or whose own figures they are."""
    if row.filed_by_id == person:
        return "own_appeal"
    if Body.objects.filter(code=row.code).exists():
        held = Seat.objects.filter(Q(until=None) | Q(until__gt=at), person=person, since__lte=at)
        return "own_body" if held.filter(Q(post__body=row.body_id) | Q(post__body__code=row.code)).exists() else ""
    judged = Person.objects.filter(pk=person, login=row.code.rpartition(":")[2])
    return "own_figures" if judged.exists() else ""


def _has_review(close: PeriodClose, by: Signed, step: str) -> bool:
    roles = close.rules.get(step) or ()
    return may(by, REVIEW) and (not roles or by.role.code in roles)


def _note(now: datetime, act: str, row: ScoreAppeal, by: Signed) -> None:
    audit.record(now, act, subject=("appeal", str(row.pk)), params={"close": str(row.close_id), "state": row.state},
                 person=by.person.pk, post=by.post.pk)  # fmt: skip

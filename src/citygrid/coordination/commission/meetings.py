"""例会: a meeting of the commission from its agenda to its minutes and what follows from them (S0-49, S0-36..S0-41)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max, Q

from citygrid.cases import reading
from citygrid.coordination.commission.reports import commission_of
from citygrid.coordination.commission_models import AgendaItem, Attendance, Meeting
from citygrid.media import storing
from citygrid.organization.models import Body, Member, Person
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import localday
from citygrid.trust import audit
from citygrid.web import papers

PAPER = Path(__file__).with_name("minutes.typ")


class MeetingError(Exception):
    """What cannot be done to a meeting: `issued`, `changed`, `decision_missing`, `no_decision`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided on one point. `body`, `due`: who follows it up and until when; neither: nobody owes anything.
    `seen`: when the decision that the writer saw was made, to tell that somebody else wrote meanwhile."""

    text: str
    body: int | None = None
    due: date | None = None
    seen: str = ""


def call(
    meeting: UUID, title: str, held_at: datetime, place: str, signed: Signed, at: datetime, address: str | None
) -> Meeting:
    """A meeting is called; who belongs to the commission on its day is put down as invited. The same id again: the same
    meeting, nothing changes."""
    body = commission_of(signed)
    with transaction.atomic():
        found, new = Meeting.objects.get_or_create(
            pk=meeting,
            defaults={
                "body": body, "title": title.strip()[:200], "held_at": held_at, "place": place.strip()[:200],
                "made_at": at, "made_by": Person.objects.get(pk=signed.person.pk),
            },
        )  # fmt: skip
        if new:
            day = localday(held_at)
            members = Member.objects.filter(Q(until=None) | Q(until__gt=day), body=body, since__lte=day)
            for one in members.select_related("person").order_by("id"):
                name = one.person.name if one.person is not None else one.name
                Attendance.objects.create(meeting=found, member=one, name=name, office=one.office, part=one.part)
            _note("call_meeting", found, signed, at, address)
    return found


def attend(meeting: Meeting, present: Iterable[int]) -> None:
    """Who came: ids of attendances. MeetingError `issued`."""
    with transaction.atomic():
        _open(meeting.pk)
        came = set(present)
        for one in Attendance.objects.filter(meeting=meeting):
            if one.present != (one.pk in came):
                one.present = one.pk in came
                one.save(update_fields=["present"])


def put(meeting: Meeting, cases: Iterable[UUID], signed: Signed) -> int:
    """Cases on the agenda, each once; cases out of sight are left out. How many are new. MeetingError `issued`."""
    number = 0
    with transaction.atomic():
        _open(meeting.pk)
        for case in dict.fromkeys(cases):
            found = reading.case_for(signed.scope, case)
            if found is None:
                continue
            _item, new = AgendaItem.objects.get_or_create(
                meeting=meeting, case_id=case,
                defaults={
                    "id": uuid5(meeting.pk, str(case)), "order": _next(meeting), "ground": found.referral_ground or "",
                },
            )  # fmt: skip
            number += new
    return number


def put_matter(meeting: Meeting, item: UUID, title: str) -> None:
    """A matter in words on the agenda; the same id again changes nothing. MeetingError `issued`."""
    with transaction.atomic():
        _open(meeting.pk)
        AgendaItem.objects.get_or_create(
            pk=item, defaults={"meeting": meeting, "title": title.strip()[:300], "order": _next(meeting)}
        )


def take_off(item: AgendaItem) -> None:
    """Off the agenda, as long as nothing was decided on it. MeetingError `issued`, `changed`."""
    with transaction.atomic():
        _open(item.meeting_id)
        found = AgendaItem.objects.select_for_update().filter(pk=item.pk).first()
        if found is not None and found.decided_at is not None:
            raise MeetingError("changed")
        if found is not None:
            found.delete()


def decide(item: AgendaItem, decision: Decision, at: datetime) -> None:
    """What was decided on a point. MeetingError `issued`, `decision_missing`, `changed` (somebody wrote meanwhile)."""
    if not decision.text.strip():
        raise MeetingError("decision_missing")
    with transaction.atomic():
        _open(item.meeting_id)
        found = AgendaItem.objects.select_for_update().get(pk=item.pk)
        if token(found) != decision.seen and found.decision != decision.text.strip():
            raise MeetingError("changed")
        found.decision, found.decided_at = decision.text.strip()[:4000], at
        found.body = Body.objects.filter(pk=decision.body).first() if decision.body else None
        found.due = decision.due
        found.save(update_fields=["decision", "decided_at", "body", "due"])


def token(item: AgendaItem) -> str:
    """Of which decision a form was made."""
    return item.decided_at.isoformat() if item.decided_at is not None else ""


def done(item: AgendaItem, note: str, signed: Signed, at: datetime, address: str | None) -> None:
    """What was owed is done; the first word counts. MeetingError `no_decision` when nothing was decided."""
    with transaction.atomic():
        found = AgendaItem.objects.select_for_update().get(pk=item.pk)
        if found.decided_at is None:
            raise MeetingError("no_decision")
        if found.done_at is None:
            found.done_at, found.done_note = max(at, found.decided_at), note.strip()[:1000]
            found.done_by = Person.objects.get(pk=signed.person.pk)
            found.save(update_fields=["done_at", "done_note", "done_by"])
            _note("agenda_done", found.meeting, signed, at, address)


def issue(meeting: Meeting, paper: dict[str, object], signed: Signed, at: datetime, address: str | None) -> Meeting:
    """The minutes are issued as PDF; from then on nothing but the follow-up changes. A second time changes nothing.
    MeetingError `no_decision`: a point has none yet. PaperError: this server cannot print."""
    with transaction.atomic():
        found = Meeting.objects.select_for_update().get(pk=meeting.pk)
        if found.issued_at is not None:
            return found
        if found.items.filter(decided_at=None).exists() or not found.items.exists():
            raise MeetingError("no_decision")
        found.minutes = storing.store(papers.pdf(PAPER, paper), f"minutes-{found.pk}.pdf", signed.person.pk, at)
        found.issued_at, found.issued_by = at, Person.objects.get(pk=signed.person.pk)
        found.save(update_fields=["minutes", "issued_at", "issued_by"])
        _note("issue_minutes", found, signed, at, address)
    return found


def _open(meeting: UUID) -> Meeting:
    """Locked, and not issued."""
    found = Meeting.objects.select_for_update().get(pk=meeting)
    if found.issued_at is not None:
        raise MeetingError("issued")
    return found


def _next(meeting: Meeting) -> int:
    return (meeting.items.aggregate(last=Max("order"))["last"] or 0) + 1


def _note(act: str, meeting: Meeting, signed: Signed, at: datetime, address: str | None) -> None:
    audit.record(
        at, act, subject=("meeting", str(meeting.pk)), person=signed.person.pk, seat=signed.seat.pk,
        post=signed.post.pk, address=address,
    )  # fmt: skip

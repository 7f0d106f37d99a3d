"""采集问题认定: findings on collectors. One inspector proposes, a second person confirms, the collector is told and may
appeal, a third person decides. Every step stays (S0-58; asks 17).

A finding about a case is an act of that case (`finding`, docs/process.md), made and confirmed through the process; here
stands what the process does not know: patrols, appeals, who was told. One about a patrol stands here alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from citygrid.cases import acting, loading, reading
from citygrid.cases.asking import actor_of
from citygrid.cases.database import cursor, plain
from citygrid.cases.delegations import midnight
from citygrid.cases.submission import Submission
from citygrid.collection.evidence import rules, telling
from citygrid.collection.models import Anomaly, Finding, FindingStep, Patrol
from citygrid.messages.relay import Delivered
from citygrid.organization.models import Person, Seat
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seats_of
from citygrid.organization.seats import signed as seated
from citygrid.process import Case, Entry, Refusal
from citygrid.rulebook.slices import localday, profile_at, rules_at
from citygrid.trust import audit, redactable
from citygrid.trust.algorithms import algorithm_at

TOPIC = "case.finding"
INSPECT, DECIDE, READ = "evidence.inspect", "findings.decide", "findings.read"
State, Kind = Finding.State, Finding.Kind
COUNTED = (State.CONFIRMED, State.APPEALED, State.UPHELD)
"""States of findings that count against a collector; a proposal never does."""
LONGEST = 2000
MESSAGES = {
    "finding_state": gettext_noop("This finding is %(state)s: that is not possible any more."),
    "finding_own": gettext_noop("You proposed this finding: a second person must decide."),
    "finding_third": gettext_noop("You proposed or confirmed this finding: a third person must decide the appeal."),
    "finding_of_own": gettext_noop(
        "The collector works in your unit: somebody of another unit must confirm this finding."
    ),
    "finding_party": gettext_noop("You are a party in this: somebody else must judge it."),
    "finding_late": gettext_noop("The time to appeal was over on %(until)s."),
    "finding_words": gettext_noop("Say why, in at most %(most)s signs."),
    "finding_yours": gettext_noop("Only the collector whom the finding is about may appeal."),
    "finding_person": gettext_noop("The patrol is not this person's."),
    "finding_twice": gettext_noop("The same finding stands already."),
    "finding_media": gettext_noop("A file is unknown, or not yours to name."),
}


class RefusedError(Exception):
    """Nothing was changed; `code` is a key of MESSAGES."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says with a step: words and the ids of files that they may name."""

    words: str = ""
    media: tuple[UUID, ...] = ()


def visible(signed: Signed) -> Q:
    """Findings that a seat may see: about people of its bodies, cases of its areas, or the person themself."""
    scope = signed.scope
    if scope.everything:
        return Q()
    return Q(person=scope.person) | Q(body__in=scope.bodies) | Q(district__in=scope.areas)


def readable(signed: Signed) -> Q:
    """The findings that a person may open: their own, and with a right those within the scope."""
    if any(may(signed, right) for right in (INSPECT, DECIDE, READ)):
        return visible(signed)
    return Q(person=signed.person.pk) & ~Q(state__in=(State.PROPOSED, State.DISMISSED))


def seen(signed: Signed, finding_id: UUID) -> Finding | None:
    """The finding when this person may open it. A proposal is not the collector's to see: it is nothing yet."""
    row = Finding.objects.filter(readable(signed), pk=finding_id).select_related("person", "body", "patrol").first()
    mine = row is not None and row.person_id == signed.person.pk
    return None if row is None or (mine and row.state in (State.PROPOSED, State.DISMISSED)) else row


def propose_on_case(
    signed: Signed, case: UUID, kind: str, person: int, said: Said, at: datetime, *, act_id: UUID | None = None,
    anomaly: Anomaly | None = None,
) -> Finding | Refusal:  # fmt: skip
    """The act `finding` on a case, and the row of it here. `act_id`: twice is once."""
    data: dict[str, Any] = {"finding": kind, "person": person, "media": [str(one) for one in said.media]}
    data = {key: value for key, value in (data | {"note": said.words}).items() if value}
    with transaction.atomic():
        done = acting.submit(Submission(case, act_id or uuid4(), "finding", data), actor_of(signed), signed.scope, at)
        if isinstance(done, Refusal):
            return done
        row = mirror(done.case, done.entry)
        if anomaly is not None:
            anomaly.state, anomaly.finding = Anomaly.State.FOUND, row
            anomaly.by, anomaly.decided_at = signed.person.pk, at
            anomaly.save(update_fields=["state", "finding", "by", "decided_at"])
    return row


def propose_on_patrol(
    signed: Signed, patrol: Patrol, kind: str, said: Said, at: datetime, *, finding_id: UUID | None = None
) -> Finding:
    """A finding about a patrol, which no case tells of. `finding_id`: twice is once. Raises RefusedError."""
    if patrol.person_id == signed.person.pk:
        raise RefusedError("finding_party")
    _words(said)
    with transaction.atomic():
        row, new = Finding.objects.get_or_create(
            pk=finding_id or uuid4(),
            defaults={
                "kind": kind, "patrol": patrol, "number": f"{patrol.day:%Y-%m-%d}", "person_id": patrol.person_id,
                "body_id": patrol.body_id, "proposed_by": signed.person.pk, "proposed_at": at,
            },
        )  # fmt: skip
        if not new and (row.patrol_id, row.kind, row.proposed_by) != (patrol.pk, kind, signed.person.pk):
            raise RefusedError("finding_twice")
        if new:
            _step(row, State.PROPOSED, signed, said, at)
    return row


def confirm(signed: Signed, row: Finding, at: datetime, act_id: UUID | None = None) -> Refusal | None:
    """A second person confirms: now it counts, and the collector is told. Raises RefusedError."""
    with transaction.atomic():
        row = _locked(row, State.PROPOSED)
        _judges(signed, row)
        if row.case_id is None:
            _of_another_unit(signed, row, at)
            _confirmed(row, signed.person.pk, at)
            _step(row, State.CONFIRMED, signed, Said(), at)
            return None
        submission = Submission(row.case_id, act_id or uuid4(), "finding", {"confirms": row.no})
        done = acting.submit(submission, actor_of(signed), signed.scope, at)
        if isinstance(done, Refusal):
            return done
        mirror(done.case, done.entry)
    return None


def dismiss(signed: Signed, row: Finding, said: Said, at: datetime) -> None:
    """A proposal that does not hold: a second person says so, or who made it takes it back. It stays on record."""
    _words(said)
    with transaction.atomic():
        row = _locked(row, State.PROPOSED)
        if row.proposed_by != signed.person.pk:
            _judges(signed, row)
            _of_another_unit(signed, row, at)
        _to(row, State.DISMISSED)
        _step(row, State.DISMISSED, signed, said, at)


def appeal(signed: Signed, row: Finding, said: Said, at: datetime) -> None:
    """The collector says why it is not so, within the days that the city gives. Raises RefusedError."""
    if row.person_id != signed.person.pk:
        raise RefusedError("finding_yours")
    _words(said)
    with transaction.atomic():
        row = _locked(row, State.CONFIRMED)
        if row.appeal_until is not None and at >= row.appeal_until:
            raise RefusedError("finding_late", until=row.appeal_until)
        _to(row, State.APPEALED)
        _step(row, State.APPEALED, signed, said, at)
        telling.appealed(row, at)


def decide(signed: Signed, row: Finding, granted: bool, said: Said, at: datetime) -> Refusal | None:
    """A third person upholds the finding or undoes it, with the reason; the collector is told. What is undone is
    undone in the case too (the act `finding`), so that no figure counts it. Raises RefusedError."""
    _words(said)
    with transaction.atomic():
        row = _locked(row, State.APPEALED)
        if signed.person.pk in (row.proposed_by, row.confirmed_by):
            raise RefusedError("finding_third")
        _not_party(signed, row)
        if granted and row.case_id is not None:
            return _undo_on_case(signed, row, said, at)
        state = State.UNDONE if granted else State.UPHELD
        _to(row, state)
        _step(row, state, signed, said, at)
        telling.decided(row, at)
    return None


def _undo_on_case(signed: Signed, row: Finding, said: Said, at: datetime) -> Refusal | None:
    assert row.case_id is not None
    data: dict[str, Any] = {"undoes": row.no, "note": said.words}
    if said.media:
        data["media"] = [str(one) for one in said.media]
    done = acting.submit(Submission(row.case_id, uuid4(), "finding", data), actor_of(signed), signed.scope, at)
    if isinstance(done, Refusal):
        return done
    mirror(done.case, done.entry)
    _audited(row, State.UNDONE, signed, at)
    return None


def hear(rows: Sequence[Delivered]) -> None:
    """Findings made on the case page are known here too, each step once (handler of the relay)."""
    for one in rows:
        if one.topic != TOPIC:
            continue
        with plain() as connection:
            case = loading.peek(connection, UUID(one.key))
        entry = next((e for e in reading.timeline(case) if e.seq == int(one.payload["seq"])), None) if case else None
        if case is not None and entry is not None:
            mirror(case, entry)


def catch_up(since: datetime) -> int:
    """Findings that came without messages (imports) are known here too; nobody is told of what is long past. How
    many entries."""
    with plain() as connection:
        rows = cursor(connection).execute(
            b"""select e.case_id, e.seq from cases_entry e where e.recorded_at >= %s and e.type = 'finding'
              and not exists (select 1 from collection_finding f join collection_findingstep s on s.finding_id = f.id
                where f.case_id = e.case_id and f.no = (e.data #>> '{finding,0,no}')::int
                  and s.code = coalesce(e.data #>> '{finding,0,state}', 'proposed'))
              order by e.case_id, e.seq""",
            [since],
        )
        missing = rows.fetchall()
    for case_id, seq in missing:
        with plain() as connection:
            case = loading.peek(connection, case_id)
        entry = next((e for e in reading.timeline(case) if e.seq == seq), None) if case is not None else None
        if case is not None and entry is not None:
            mirror(case, entry, tell=False)
    return len(missing)


def mirror(case: Case, entry: Entry, *, tell: bool = True) -> Finding:
    """The row of the case's own finding after an entry; asked twice it changes nothing. `tell`: the collector."""
    told, at = entry.data["finding"][0], entry.recorded_at
    row, _new = Finding.objects.get_or_create(
        case_id=case.id,
        no=told["no"],
        defaults={
            "kind": told["kind"], "number": case.case_no or case.report_no, "person_id": told["person"],
            "body_id": body_then(told["person"], case, at), "proposed_by": told["by"], "proposed_at": at,
            "district": case.place.district if case.place is not None else None,
        },
    )  # fmt: skip
    said = entry.data["said"]
    code = State(told.get("state", State.PROPOSED))
    text = UUID(said["note"]["id"]) if "note" in said else None
    _step_once(row, code, entry.actor.person, entry.actor.post, at, text, [UUID(one) for one in said.get("media", ())])
    if code == State.CONFIRMED and row.confirmed_at is None:
        _confirmed(row, entry.actor.person, at, tell=tell)
    if code == State.UNDONE and row.state != State.UNDONE:
        _to(row, State.UNDONE)
        if tell:
            telling.decided(row, at)
    return row


def body_then(person: int, case: Case | None, at: datetime) -> int | None:
    """The body for which the person worked: the one that their acts on the case name, else that of their post."""
    for entry in reading.timeline(case) if case is not None else ():
        if entry.actor.person == person and entry.actor.body is not None:
            return entry.actor.body
    held = Seat.objects.filter(Q(until=None) | Q(until__gt=at), person=person, since__lte=at)
    return held.order_by("pk").values_list("post__body", flat=True).first()


def _confirmed(row: Finding, by: int, at: datetime, *, tell: bool = True) -> None:
    days = rules.current(at).appeal_days
    row.state, row.confirmed_by, row.confirmed_at = State.CONFIRMED, by, at
    row.appeal_until = midnight(localday(at) + timedelta(days=days + 1), profile_at(at).timezone)
    row.save(update_fields=["state", "confirmed_by", "confirmed_at", "appeal_until"])
    if tell:
        telling.confirmed(row, at)


def _locked(row: Finding, state: str) -> Finding:
    found = Finding.objects.select_for_update().get(pk=row.pk)
    if found.state != state:
        raise RefusedError("finding_state", state=str(State(found.state).label))
    return found


def _judges(signed: Signed, row: Finding) -> None:
    if row.proposed_by == signed.person.pk:
        raise RefusedError("finding_own")
    _not_party(signed, row)


def within_own_unit(signed: Signed, row: Finding, at: datetime) -> bool:
    """Whether the collector works in the judge's own unit, where the city does not let units judge their own."""
    return row.body_id == signed.body.pk and not rules_at(at).variant(row.district).own_findings


def _of_another_unit(signed: Signed, row: Finding, at: datetime) -> None:
    if within_own_unit(signed, row, at):
        raise RefusedError("finding_of_own")


def _not_party(signed: Signed, row: Finding) -> None:
    """Neither the collector, nor who had a hand in the case: who reported it or handled it."""
    parties = {row.person_id}
    if row.case_id is not None:
        with plain() as connection:
            case = loading.peek(connection, row.case_id)
        if case is not None:
            parties |= {*case.handlers, case.reporter or 0}
    if signed.person.pk in parties:
        raise RefusedError("finding_party")


def _words(said: Said) -> None:
    if not said.words.strip() or len(said.words) > LONGEST or "\0" in said.words:
        raise RefusedError("finding_words", most=LONGEST)


def _to(row: Finding, state: str) -> None:
    row.state = state
    row.save(update_fields=["state"])


def _step(row: Finding, code: str, signed: Signed, said: Said, at: datetime) -> None:
    text = None
    if said.words.strip():
        text = redactable.put(redactable.FREE_TEXT, said.words.strip(), at, algorithm_at(at)).id
    if _step_once(row, code, signed.person.pk, signed.post.pk, at, text, list(said.media)):
        _audited(row, code, signed, at)


def _audited(row: Finding, code: str, signed: Signed, at: datetime) -> None:
    audit.record(
        at, f"finding_{code}", subject=("finding", str(row.pk)), params={"kind": row.kind, "of": row.person_id},
        person=signed.person.pk, seat=signed.seat.pk, post=signed.post.pk,
    )  # fmt: skip


def _step_once(
    row: Finding, code: str, person: int, post: int | None, at: datetime, text: UUID | None, media: list[UUID]
) -> bool:
    defaults = {"person": person, "post": post, "at": at, "text": text, "media": media}
    return FindingStep.objects.get_or_create(finding=row, code=code, defaults=defaults)[1]


def may_see_file(person: Any, file_id: UUID) -> bool:
    """Files of a finding are for the collector, and for whoever had to do with it (rule for `media.permission`): the
    page of the finding shows them to nobody else."""
    if not isinstance(person, Person):
        return False
    steps = FindingStep.objects.filter(media__contains=[file_id]).select_related("finding")
    return any(_concerned(person, step.finding) for step in steps[:20])


def _concerned(person: Person, row: Finding) -> bool:
    now = timezone.now()
    return any(seen(seated(person, seat, now), row.pk) is not None for seat in seats_of(person, now))


def counted(since: datetime, until: datetime, persons: Sequence[int] | None = None) -> Mapping[tuple[int, str], int]:
    """How many findings count against whom: (person, kind) -> number, confirmed from `since` up to `until`; those that
    were undone on appeal do not count."""
    rows = Finding.objects.filter(confirmed_at__gte=since, confirmed_at__lt=until, state__in=COUNTED)
    if persons is not None:
        rows = rows.filter(person__in=persons)
    found: dict[tuple[int, str], int] = {}
    for person, kind in rows.values_list("person", "kind"):
        found[person, kind] = found.get((person, kind), 0) + 1
    return found

"""`send`: what happened becomes notices and deliveries, in the transaction in which it happened or is told (relay).

Nothing leaves the house here: `delivering` sends what stands in the rows. The same draft a second time adds nothing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.conf import settings
from django.db import connection
from psycopg.types.json import Jsonb

from citygrid.messages import notices, people, recipients, relay, rules
from citygrid.messages.delivery_models import Ring, State
from citygrid.messages.people import To
from citygrid.messages.recipients import Reach
from citygrid.messages.rules import IN_APP, PUSH, Rule, Rules

SPACE = UUID("5a4f6b3e-2d0c-5c1e-9a57-6c0c7f0c1a55")
NOBODY = "nobody_there"


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to tell. `to`: whom the event's own words (`holder`, `reporter` ...) mean; `bodies`: those in which a
    `role:` of the rules is looked for (none: everywhere). `key`: what makes it once (an entry, a ring's count).
    `item`: the work item whose end stops the ringing. `params`: ids and codes only."""

    event: str
    key: str
    to: Mapping[str, Sequence[To]] = field(default_factory=dict)
    case_id: UUID | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    bodies: tuple[int, ...] = ()
    item: int | None = None


class Row(NamedTuple):
    """A delivery as it is stored."""

    key: UUID
    event: str
    case_id: UUID | None
    params: Any
    channel: str
    person: int | None
    phone: UUID | None
    subscription: int | None
    language: str
    digest: bool
    state: str
    at: datetime
    next_try: datetime | None
    error: str


_TYPES = ("uuid", "text", "uuid", "jsonb", "text", "bigint", "uuid", "bigint", "text", "bool", "text", "timestamptz",
          "timestamptz", "text")  # fmt: skip
_INSERT = (
    f"insert into notices_delivery ({', '.join(Row._fields)}, tries, detail, provider_id)"  # noqa: S608 - constants
    f" select *, 0, '', '' from unnest({', '.join(f'%s::{one}[]' for one in _TYPES)}) on conflict (key) do nothing"
)


def send(drafts: Sequence[Draft], at: datetime, known: Rules | None = None) -> int:
    """Stores notices and deliveries for everybody whom the rules name. Returns how many rows it meant to store."""
    known = known or rules.current(at)
    told = [(one, known.events[one.event]) for one in drafts if _wanted(known.events.get(one.event))]
    if not told:
        return 0
    targets = [_targets(one, rule) for one, rule in told]
    flat = [to for targeted in targets for to in targeted]
    found = iter(people.present([to for to in flat if to.phone is None], at))
    readers = [[[] if to.phone is not None else next(found) for to in targeted] for targeted in targets]
    everybody = {person for one in readers for persons in one for person in persons}
    reach = recipients.reach(everybody)
    rows: list[Row] = []
    shown: list[notices.Draft] = []
    for (draft, rule), targeted, persons in zip(told, targets, readers, strict=True):
        mine = {person for some in persons for person in some}
        rows += _deliveries(draft, rule, mine, reach, known, at)
        rows += _to_phones(draft, rule, targeted, known, at)
        empty = [to for to, some in zip(targeted, persons, strict=True) if not some and to.phone is None]
        rows += _unheard(draft, rule, empty, at) if not mine else []
        shown += _notices(draft, rule, mine, reach, empty)
    _store(rows)
    notices.give(shown, at)
    _ring(told, at)
    _wake(shown)
    return len(rows) + len(shown)


def _wanted(rule: Rule | None) -> bool:
    return rule is not None and bool(rule.channels or rule.digest) and bool(rule.to)


def _targets(draft: Draft, rule: Rule) -> list[To]:
    found: list[To] = []
    for word in rule.to:
        kind, _, code = word.partition(":")
        if kind == "right" and code:
            found.append(To(right=code))
        elif kind == "role" and code:
            found += [To(body=body, role=code) for body in draft.bodies] or [To(role=code)]
        else:
            found += draft.to.get(word, ())
    return list(dict.fromkeys(found))


def _deliveries(
    draft: Draft, rule: Rule, persons: set[int], reach: Mapping[int, Reach], known: Rules, at: datetime
) -> Iterator[Row]:
    for person in sorted(persons):
        one = reach[person]
        for channel in dict.fromkeys((*rule.channels, *rule.digest)):
            if channel == IN_APP or (rule.optional and one.refuses(rule.event, channel)):
                continue
            base = _row(draft, rule, channel, one.language, known, at)._replace(person=person)
            if channel == PUSH:
                for subscription in one.subscriptions:
                    yield _keyed(base._replace(subscription=subscription))
            elif channel in one.channels:
                yield _keyed(base if ready(channel) else _not_sent(base, "no_provider"))
            elif not rule.optional and ready(channel):
                yield _keyed(_not_sent(base, "no_address"))


def _to_phones(draft: Draft, rule: Rule, targets: Sequence[To], known: Rules, at: datetime) -> Iterator[Row]:
    """Whoever has no account is reached by SMS only."""
    if rules.SMS not in rule.channels and rules.SMS not in rule.digest:
        return
    for phone in dict.fromkeys(to.phone for to in targets if to.phone is not None):
        row = _row(draft, rule, rules.SMS, settings.LANGUAGE_CODE, known, at)._replace(phone=phone)
        yield _keyed(row if ready(rules.SMS) else _not_sent(row, "no_provider"))


def _row(draft: Draft, rule: Rule, channel: str, language: str, known: Rules, at: datetime) -> Row:
    digest = channel in rule.digest
    when = known.next_digest(at) if digest else known.awake(at) if rule.quiet and not rule.again else at
    key = uuid5(SPACE, f"{draft.event}:{draft.key}")
    params = dict(draft.params)
    return Row(key, draft.event, draft.case_id, params, channel, None, None, None, language, digest, State.QUEUED, at,
               when, "")  # fmt: skip


def _keyed(row: Row) -> Row:
    return row._replace(key=uuid5(row.key, f"{row.channel}:{row.person}:{row.phone}:{row.subscription}"))


def _not_sent(row: Row, why: str) -> Row:
    return row._replace(state=State.SUPPRESSED, next_try=None, error=why)


def _unheard(draft: Draft, rule: Rule, empty: Sequence[To], at: datetime) -> Iterator[Row]:
    """Nobody is there at all: what is not optional stands among the stuck ones, where a person names somebody."""
    if rule.optional or not empty or draft.to.get("reporter"):
        return
    channel = next((one for one in rule.channels if one != IN_APP), IN_APP)
    params = {**draft.params, "wanted": [{k: v for k, v in asdict(to).items() if v} for to in empty]}
    key = uuid5(uuid5(SPACE, f"{draft.event}:{draft.key}"), NOBODY)
    yield Row(key, draft.event, draft.case_id, params, channel, None, None, None, settings.LANGUAGE_CODE, False,
              State.FAILED, at, None, NOBODY)  # fmt: skip


def _notices(
    draft: Draft, rule: Rule, persons: set[int], reach: Mapping[int, Reach], empty: Sequence[To]
) -> Iterator[notices.Draft]:
    if IN_APP not in rule.channels:
        return
    for person in sorted(persons):
        if not (rule.optional and reach[person].refuses(rule.event, IN_APP)):
            yield notices.Draft(draft.event, draft.case_id, person=person, params=dict(draft.params))
    for to in empty:
        if to.post is not None:  # whoever is given the post next reads it
            yield notices.Draft(draft.event, draft.case_id, post=to.post, params=dict(draft.params))


def _store(rows: Sequence[Row]) -> None:
    if not rows:
        return
    columns = [list(values) for values in zip(*rows, strict=True)]
    columns[3] = [Jsonb(one) for one in columns[3]]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, columns)


def _ring(told: Sequence[tuple[Draft, Rule]], at: datetime) -> None:
    """What rings is sent again until its work item is done (`ringing.py`)."""
    found = [
        Ring(case_id=draft.case_id, item=draft.item, draft=packed(draft), next_at=at + timedelta(minutes=rule.again),
             left=rule.most)
        for draft, rule in told
        if rule.again and rule.most and draft.item is not None and draft.case_id is not None
    ]  # fmt: skip
    if found:
        Ring.objects.bulk_create(found, ignore_conflicts=True)


def _wake(shown: Sequence[notices.Draft]) -> None:
    """The bells of whoever is signed in count anew."""
    whom = [(kind, getattr(one, kind)) for one in shown for kind in ("person", "post", "body")]
    topics = [f"{kind}:{number}" for kind, number in whom if number]
    with connection.cursor() as cursor:
        relay.announce(cursor, list(dict.fromkeys(topics)))


def ready(channel: str) -> bool:
    """Whether this server can send by a channel."""
    return channel in (IN_APP, PUSH) or channel in settings.MESSAGE_PROVIDERS


def packed(draft: Draft) -> dict[str, Any]:
    """A draft as JSON values."""
    plain = asdict(replace(draft, to={}))
    plain["to"] = {word: [asdict(to) for to in some] for word, some in draft.to.items()}
    found: dict[str, Any] = json.loads(json.dumps(plain, default=str))
    return found


def unpacked(data: Mapping[str, Any]) -> Draft:
    """The inverse of `packed`."""
    to = {word: [To(**{**one, "phone": _uuid(one["phone"])}) for one in some] for word, some in data["to"].items()}
    return Draft(data["event"], data["key"], to, _uuid(data["case_id"]), data["params"], tuple(data["bodies"]),
                 data["item"])  # fmt: skip


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None

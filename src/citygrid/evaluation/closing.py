"""Closing a period of a scheme: preview, appeals, frozen, published; each step is somebody's, on the audit, and taken
once however often it is sent (S1-27, S2-13). docs/evaluation-periods.md tells it for people."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext_lazy

from citygrid.cases.database import Connection, plain
from citygrid.evaluation import closing_appeals, closing_rows, closing_telling, closing_text, cycles, facts
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.closing_models import FrozenRows, FrozenVersion, PeriodClose
from citygrid.evaluation.closing_rows import Rows
from citygrid.evaluation.closing_text import Frozen, Kept
from citygrid.evaluation.computing import Judged, computed, judged, scored
from citygrid.evaluation.counting import Question, count
from citygrid.evaluation.periods import Period, PeriodNameError, named, period
from citygrid.evaluation.results import Scores
from citygrid.evaluation.whatif import needed
from citygrid.organization.models import Person
from citygrid.process.refusal import Refusal, Refused
from citygrid.rulebook.slices import rules_at
from citygrid.trust import audit
from citygrid.web.words import chinese, say
from citygrid.worktime import CalendarGap, Limit

State = PeriodClose.State
MESSAGES = {
    "no_scheme": "There is no scheme %(scheme)s.",
    "no_period": "There is no period %(period)s; write it like 2026-03 or 2026-Q1.",
    "not_closed_so": "%(scheme)s is closed by: %(every)s.",
    "opened_already": "This period of the scheme is being closed already.",
    "not_begun": "The period %(period)s has not begun yet.",
    "not_over": "The period is not over yet.",
    "wrong_state": "That cannot be done now: the state is %(state)s.",
    "window_open": "The window for appeals is open until %(until)s.",
    "undecided": "%(count)s appeals are not decided yet.",
    "no_calendar": "The work calendar has no days that far: publish the year first.",
    "figures_moved": "The figures changed while they were frozen. Try again.",
}
KINDS = {
    "day": pgettext_lazy("closed by", "day"), "week": pgettext_lazy("closed by", "week"),
    "month": pgettext_lazy("closed by", "month"), "quarter": pgettext_lazy("closed by", "quarter"),
    "half": pgettext_lazy("closed by", "half-year"), "year": pgettext_lazy("closed by", "year"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """Scores and the rows behind them; `kept`: the counts that a change of these figures may touch."""

    scores: Scores
    rows: Rows
    kept: Kept | None = None


def refused(code: str, **params: Any) -> Refused:
    return Refused(Refusal(code, MESSAGES[code], params))


def span_of(close: PeriodClose, now: datetime) -> Period:
    return period(close.first, close.last, zone_at(now), now)


def open_close(id: UUID, scheme: str, name: str, by: Person, now: datetime) -> PeriodClose:
    """Begin to close a period: its figures are a preview. The same id again gives the same close. Refused: `no_scheme`,
    `no_period`, `not_begun`, `not_closed_so`, `opened_already`."""
    there = PeriodClose.objects.filter(pk=id).first()
    if there is not None:
        return there
    today = now.astimezone(zone_at(now)).date()
    how = cycles.current(today).of(scheme)
    known = catalogue(today).schemes.get(scheme)
    if known is None:
        raise refused("no_scheme", scheme=scheme)
    try:
        one = named(name, today, how.months)
    except PeriodNameError as error:
        raise refused("no_period", period=name) from error
    if one.kind not in how.every:
        every = (", " if not chinese() else "、").join(str(KINDS[kind]) for kind in how.every)
        raise refused("not_closed_so", scheme=say(known.names), every=every)
    if one.first > today:
        raise refused("not_begun", period=one.name)
    rules = asdict(how)
    kept = {key: rules[key] for key in ("window_days", "first_review", "second_review")}
    with transaction.atomic():
        row, made = PeriodClose.objects.get_or_create(
            scheme=scheme, first=one.first, last=one.last,
            defaults={"id": id, "period": one.name, "rules": kept, "public": how.public, "opened_by": by,
                      "opened_at": now},
        )  # fmt: skip
        if not made and row.pk == id:  # the same order, sent twice at the same moment
            return row
        if not made:
            raise refused("opened_already")
        _note(now, "open_close", row, by)
    return row


def open_appeals(close: UUID, by: Person, now: datetime) -> PeriodClose:
    """The figures are shown to those who are judged, and they may appeal until the window ends: so many working days.
    Refused: `wrong_state`, `not_over`, `no_calendar`."""
    with transaction.atomic():
        row = _locked(close)
        if row.state == State.APPEALS and row.appeals_by_id == by.pk:
            return row
        _wanted(row, State.PREVIEW)
        if span_of(row, now).end > now:
            raise refused("not_over")
        row.state, row.appeals_by, row.appeals_at = State.APPEALS, by, now
        row.window_ends = _window_end(now, row.rules["window_days"])
        row.save(update_fields=["state", "appeals_by", "appeals_at", "window_ends"])
        _note(now, "open_appeals", row, by)
        closing_telling.opened(row, live(row, now), now)
    return row


def freeze(close: UUID, by: Person, now: datetime) -> FrozenVersion:
    """The figures become text that never changes. Refused: `wrong_state`, `window_open`, `undecided`."""
    with transaction.atomic():
        row = _locked(close)
        if row.state == State.FROZEN and (there := row.versions.filter(number=1, made_by=by).first()):
            return there
        _wanted(row, State.APPEALS)
        assert row.window_ends is not None
        if now < row.window_ends:
            raise refused("window_open", until=row.window_ends)
        if count := len(closing_appeals.undecided(row)):
            raise refused("undecided", count=count)
        found = figures(row, now, keep=True)
        frozen = Frozen(row.pk, 1, "", closing_rows.digest(found.rows), found.scores, found.kept)
        version = store(row, frozen, found.rows, made_by=by, at=now)
        row.state = State.FROZEN
        row.save(update_fields=["state"])
        _note(now, "freeze_scores", row, by, {"version": 1, "hash": version.hash})
    return version


def publish(close: UUID, by: Person, now: datetime) -> PeriodClose:
    """The frozen figures are given out: to everybody where the scheme says so, else in the house. Refused:
    `wrong_state`."""
    with transaction.atomic():
        row = _locked(close)
        if row.state == State.PUBLISHED and row.published_by_id == by.pk:
            return row
        _wanted(row, State.FROZEN)
        row.state, row.published_by, row.published_at = State.PUBLISHED, by, now
        row.save(update_fields=["state", "published_by", "published_at"])
        _note(now, "publish_scores", row, by, {"public": row.public})
    return row


def figures(close: PeriodClose, now: datetime, *, keep: bool = False) -> Figures:
    """The live figures of its period and the rows behind them, of one moment: nobody brings facts over meanwhile.
    `keep`: with the counts that are frozen beside them. Refused: `no_scheme`, `figures_moved`."""
    span, book = _asked(close, now)
    with transaction.atomic(), plain() as connection:
        facts.refresh(connection)  # its lock is held until the transaction ends
        # From facts: a frozen number is the number of the rows that are frozen with it.
        found = judged(close.scheme, span, now, book, counter=count)
        question = Question(span, found.scheme.by, found.scheme.level)
        counts = found.definitions.counts_of(found.scheme.names_used())
        rows = closing_rows.behind(connection, counts, question, found.keys)
        numbers = {text: found.counted.numbers.get(key, {}) for text, key in found.keys.items()}
        if not closing_rows.numbers_fit(rows, numbers, counts):
            raise refused("figures_moved")
        kept = _kept(connection, found, question) if keep else None
    return Figures(scored(found, span, now), rows, kept)


def _kept(connection: Connection, found: Judged, question: Question) -> Kept:
    """Counted beside the scheme's own counts, not with them: who is in a group of all that were counted stays so."""
    own = {one.key for one in found.definitions.counts_of(found.scheme.names_used())}
    beside = found.definitions.counts_of(needed(found.scheme, found.definitions))
    more = count(connection, [one for one in beside if one.key not in own], question)
    keys = sorted(own | {one.key for one in beside})
    numbers = {
        text: {one: (found.counted.numbers if one in own else more.numbers).get(key, {}).get(one, 0) for one in keys}
        for text, key in found.keys.items()
    }
    doubts: dict[Any, set[str]] = {}
    for whose, one in {*found.counted.derived, *more.derived}:
        doubts.setdefault(whose, set()).add(one)
    return Kept(numbers, {text: frozenset(doubts[key]) for text, key in found.keys.items() if key in doubts})


def live(close: PeriodClose, now: datetime) -> Scores:
    """Its live scores alone. Refused: `no_scheme`."""
    span, book = _asked(close, now)
    return computed(close.scheme, span, now, book)


def _asked(close: PeriodClose, now: datetime) -> tuple[Period, Catalogue]:
    span = span_of(close, now)
    book = catalogue(min(span.last, now.astimezone(zone_at(now)).date()))
    if close.scheme not in book.schemes:
        raise refused("no_scheme", scheme=close.scheme)
    return span, book


def store(
    close: PeriodClose, frozen: Frozen, rows: Rows, *, made_by: Person, at: datetime, second: Person | None = None,
    reason: str = "",
) -> FrozenVersion:  # fmt: skip
    """Keep a version with its rows."""
    text = closing_text.text_of(frozen)
    version = FrozenVersion.objects.create(
        close=close, number=frozen.number, text=text, hash=closing_text.hash_of(text), reason=reason, made_by=made_by,
        second=second, made_at=at,
    )  # fmt: skip
    FrozenRows.objects.bulk_create(
        [
            FrozenRows(version=version, subject=subject, key=key, cases=[one[0] for one in some],
                       numbers=[one[1] for one in some])
            for subject, by_key in rows.items() for key, some in by_key.items()
        ], batch_size=500,
    )  # fmt: skip
    return version


def rows_of(version: FrozenVersion) -> Rows:
    """The rows behind a frozen version."""
    found: Rows = {row.subject: {} for row in closing_text.read(version.text).scores.rows()}
    for one in version.rows.all():
        pairs = zip(one.cases, one.numbers, strict=True)
        found.setdefault(one.subject, {})[one.key] = [(str(case), number) for case, number in pairs]
    return found


def newest(close: PeriodClose) -> FrozenVersion | None:
    """The version that holds."""
    return close.versions.order_by("-number").first()


def standing(scheme: str, first: Any, last: Any) -> tuple[PeriodClose, FrozenVersion] | None:
    """The frozen version that holds for a scheme over these days; None where nothing was frozen."""
    close = PeriodClose.objects.filter(scheme=scheme, first=first, last=last).first()
    version = newest(close) if close is not None and close.is_frozen else None
    return (close, version) if close is not None and version is not None else None


def standing_over(scheme: str, spans: Collection[tuple[date, date]]) -> dict[tuple[date, date], FrozenVersion]:
    """The same of many periods (first and last day) at once; those of which nothing was frozen are not there."""
    versions = FrozenVersion.objects.filter(
        close__scheme=scheme, close__state__in=(State.FROZEN, State.PUBLISHED),
        close__first__in=[first for first, _ in spans], close__last__in=[last for _, last in spans],
    ).select_related("close").defer("text")  # fmt: skip
    newest_of = versions.order_by("close", "-number").distinct("close")
    return {(one.close.first, one.close.last): one for one in newest_of}


def scores_over(code: str, of: Period, now: datetime, book: Catalogue | None = None) -> Scores:
    """What was frozen of a scheme over these days, else its scores as they are now. NoSchemeError."""
    held = standing(code, of.first, of.last)
    return scores_of(held[1]) if held is not None else computed(code, of, now, book)


def printed_of(version: FrozenVersion) -> Mapping[str, Decimal | None]:
    """Object -> printed score of a frozen version; read once, for its text never changes."""
    return _printed(version.pk, version.hash)


@lru_cache(maxsize=128)
def _printed(version: int, hash: str) -> Mapping[str, Decimal | None]:
    text = FrozenVersion.objects.values_list("text", flat=True).get(pk=version, hash=hash)
    return MappingProxyType(closing_text.printed(text))


def scores_of(version: FrozenVersion) -> Scores:
    """The scores of a frozen text."""
    return closing_text.read(version.text).scores


def _locked(close: UUID) -> PeriodClose:
    return PeriodClose.objects.select_for_update().get(pk=close)


def _wanted(row: PeriodClose, state: str) -> None:
    if row.state != state:
        raise refused("wrong_state", state=row.get_state_display())


def _window_end(now: datetime, days: int) -> datetime:
    """So many working days on, by the city's calendar."""
    try:
        return rules_at(now).calendar_for(None).due(now, Limit.parse(f"{days} work_day")).at
    except CalendarGap as error:
        raise refused("no_calendar") from error


def _note(now: datetime, act: str, row: PeriodClose, by: Person, params: Mapping[str, Any] | None = None) -> None:
    words = {"scheme": row.scheme, "period": row.period, **(params or {})}
    audit.record(now, act, subject=("close", str(row.pk)), params=words, person=by.pk)

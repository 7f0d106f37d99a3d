"""What people enter about the demo's months: inspections, questionnaires and appraisals from outside as files of scores
with their table, bonus and deduction with a picture; each approved by somebody else."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from citygrid.areas.models import Area
from citygrid.demo import evidence
from citygrid.demo.folder import appraisal
from citygrid.demo.holders import holder
from citygrid.demo.planning import dice
from citygrid.evaluation import entering, entry_files, entry_seeing
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.entering import Sent
from citygrid.evaluation.entry_files import COLUMNS, Origin
from citygrid.evaluation.entry_models import Entry
from citygrid.evaluation.periods import Named
from citygrid.evaluation.scheme import Scheme
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed

NAMESPACE = UUID("3a1f6a6e-0a53-5f0f-8c55-7f0f3d1f7a21")
LONGEST = timedelta(days=3)
"""Until an entry is approved."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month in which entries are made. `at`: the story's end; nothing is entered after it."""

    seed: int
    of: Named
    at: datetime
    zone: ZoneInfo
    city: str

    def chance(self, *words: object) -> Random:
        return dice(self.seed, "appraisal", self.of.name, *words)

    def id(self, *words: object) -> UUID:
        return uuid5(NAMESPACE, ":".join(map(str, (self.seed, self.of.name, *words))))

    def moment(self, day: date, hour: float = 10) -> datetime:
        return datetime.combine(day, time(), self.zone) + timedelta(hours=hour)


def enter(month: Month) -> int:
    """All entries of a month as far as their days have come; how many count. A second time adds nothing."""
    book = catalogue(min(month.of.last, month.at.astimezone(month.zone).date()))
    for told in appraisal()["score"]:
        _scores(month, told, book)
    for told in appraisal()["entry"]:
        _events(month, told, book)
    days = Entry.objects.filter(day__gte=month.of.first, day__lte=month.of.last)
    return days.filter(state=Entry.State.APPROVED).count()


def _people(at: datetime) -> tuple[Signed, Signed] | None:
    """Who enters, and who approves."""
    maker = holder(entry_seeing.ENTER, at)
    second = holder(entry_seeing.APPROVE, at, but=[maker.person.pk]) if maker is not None else None
    return (maker, second) if maker is not None and second is not None else None


def _scores(month: Month, told: dict[str, Any], book: Catalogue) -> None:
    scheme = book.schemes.get(told["scheme"])
    day = min(month.of.last, month.of.first + timedelta(days=told["day"] - 1))
    at = month.moment(day + timedelta(days=1))
    people = _people(at)
    if scheme is None or people is None or at + LONGEST > month.at:
        return
    maker, second = people
    rows = list(_drawn(month, told, scheme, day))
    if not rows:
        return
    paper = evidence.table(told, month.city, month.of.name, day, [row[:3] for row in rows], maker.person.pk, at)
    id, name = month.id(told["input"]), f"{told['input']}-{month.of.name}.csv"
    text = _table(month, told, day, rows)
    sent = entry_files.take(text, Origin(id, name, scheme.by, paper, maker.person, at), book, at.date())
    if sent.problems:
        raise RuntimeError(f"{name}: {sent.problems[0]}")
    _approve(Entry.objects.filter(sent=sent), second, at + timedelta(hours=26))


def _drawn(month: Month, told: dict[str, Any], scheme: Scheme, day: date) -> Iterator[tuple[str, str, str, str]]:
    """Name, sample, score and code of each object."""
    for code, name in _objects(scheme, told.get("groups"), day):
        chance = month.chance(told["input"], code)
        own = dice(month.seed, "appraisal", told["input"], code).gauss(0, told["spread"] * 0.8)
        value = told["mean"] + own + chance.gauss(0, told["spread"] * 0.6)
        low, high = told["sample"]
        shown = f"{min(max(value, 0), told.get('most', 100)):.1f}"
        yield name, str(chance.randint(low, high)), shown, code


def _objects(scheme: Scheme, groups: Sequence[str] | None, day: date) -> list[tuple[str, str]]:
    """Code and name of those whom a scheme judges."""
    if scheme.by == "area":
        rows = Area.objects.filter(kind=scheme.level, valid_from__lte=day).exclude(valid_to__lte=day)
        return list(rows.order_by("code").values_list("code", "name"))
    chosen = [group for group in scheme.groups if groups is None or group.key in groups]
    codes = {code for group in chosen for code in group.codes}
    kinds = {kind for group in chosen for kind in group.kinds}
    bodies = Body.objects.filter(code__in=codes) | Body.objects.filter(kind__in=kinds)
    return list(bodies.order_by("code").values_list("code", "name"))


def _table(month: Month, told: dict[str, Any], day: date, rows: Sequence[tuple[str, str, str, str]]) -> bytes:
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(COLUMNS)
    for _name, sample, shown, code in rows:
        reason = told["reason"] % {"month": month.of.name, "sample": sample}
        kept = sample if told.get("asked") else ""
        write.writerow([told["input"], "", code, day.isoformat(), shown, kept, reason, told["source"]])
    return out.getvalue().encode()


def _events(month: Month, told: dict[str, Any], book: Catalogue) -> None:
    """Bonus and deduction of the month that runs wait for approval; those of months that are over are decided."""
    scheme = next((one for one in book.schemes.values() if told["input"] in one.inputs), None)
    if scheme is None:
        return
    for code, _name in _objects(scheme, None, month.of.last):
        chance = month.chance(told["item"], code)
        if chance.random() >= told["chance"]:
            continue
        day = month.of.first + timedelta(days=chance.randint(2, 26))
        at = month.moment(day + timedelta(days=1), 15)
        people = _people(at)
        if people is None or at >= month.at:
            continue
        maker, second = people
        words = {"input": told["input"], "item": told["item"], "by": scheme.by, "subject": code, "value": "1",
                 "day": day.isoformat(), "reason": told["reason"]}  # fmt: skip
        photo = evidence.picture("sign", chance.randrange(4), maker.person.pk, at)
        entry, wrong = entering.drafted(Sent(words, photo), book, at.date())
        if entry is None:
            raise RuntimeError(f"{told['item']} of {code}: {wrong}")
        kept = entering.propose(month.id(told["item"], code), entry, maker.person, at)
        if month.of.last < month.at.date():
            _approve(Entry.objects.filter(pk=kept.pk), second, at + timedelta(hours=20))


def _approve(rows: Any, second: Signed, at: datetime) -> None:
    for pk in rows.filter(state=Entry.State.PROPOSED).order_by("pk").values_list("pk", flat=True):
        entering.decide(pk, True, "", second.person, at)

"""What a page's address asks for: period, subject, level, group of indicators; and back to an address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from citygrid.evaluation import cycles
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.counting import LEVELS, Question
from citygrid.evaluation.definitions import SUBJECTS
from citygrid.evaluation.groups import Group, groups
from citygrid.evaluation.periods import (
    PeriodError,
    PeriodNameError,
    before,
    holding,
    named,
    period,
)
from citygrid.organization.visibility import Scope

LONGEST = 3 * 366  # days


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the question cannot be answered; the form keeps what was typed."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of the address; `first` and `last` are as they were typed."""

    first: str
    last: str
    by: str
    level: str
    group: Group
    now: datetime
    scheme: str = ""
    """The scheme whose number is opened: it may have counts of its own."""
    unknown: str = ""
    """A name that no period has."""
    refusal: Refused | None = None
    """Why the words of the address cannot be answered, whatever the days are."""

    @property
    def query(self) -> str:
        words = {"from": self.first, "to": self.last, "by": self.by, "level": self.level, "group": self.group.key}
        return urlencode(words | ({"scheme": self.scheme} if self.scheme else {}))

    def question(self, scope: Scope) -> Question | Refused:
        """The question, or what is wrong with the days."""
        if self.refusal is not None:
            return self.refusal
        try:
            first, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
            if (last - first).days > LONGEST:
                return Refused("period_too_long", _("A period is at most three years."))
            found = period(first, last, zone_at(self.now), self.now)
        except PeriodError:
            return Refused("period_backwards", _("The last day lies before the first."))
        except (ValueError, OverflowError):
            return Refused("no_day", _("That is not a day; write it like 2026-03-21."))
        return Question(found, self.by, self.level, scope)


def read(query: Mapping[str, str], now: datetime) -> Asked:
    """The month so far by units, unless the address says otherwise; a word that is not known is told, never replaced by
    another. `period` names one in place of `from` and `to`."""
    today = now.astimezone(zone_at(now)).date()
    by, level, scheme = query.get("by", ""), query.get("level", ""), query.get("scheme", "")[:60]
    group = next((g for g in groups() if g.key == query.get("group")), groups()[0])
    first, last, unknown = query.get("from", ""), query.get("to", ""), ""
    refusal = _unknown(query)
    if name := query.get("period", "").strip():
        try:
            one = named(name, today, cycles.current(today).of(scheme).months)
            first, last = one.first.isoformat(), one.last.isoformat()
        except PeriodNameError:
            unknown, refusal = name[:60], refusal or _no_period()
    return Asked(
        first or today.replace(day=1).isoformat(),
        last or today.isoformat(),
        by if by in SUBJECTS else SUBJECTS[0],
        level if level in LEVELS else LEVELS[0],
        group,
        now,
        scheme,
        unknown,
        refusal,
    )


def _no_period() -> Refused:
    said = _("There is no such period; write it like 2026-03, 2026-W13, 2026-Q1, 2026-H1, 2026 or 2026-03-14.")
    return Refused("no_period", said)


def _unknown(query: Mapping[str, str]) -> Refused | None:
    """The first word of the address that is none of its list."""
    known = {"by": SUBJECTS, "level": LEVELS, "group": [one.key for one in groups()]}
    typed = next((typed for name, words in known.items() if (typed := query.get(name, "")) and typed not in words), "")
    return not_there("no_such_word", typed) if typed else None


def not_there(code: str, typed: str) -> Refused:
    """A refusal that says what was typed and is not there."""
    return Refused(code, _("There is no “%(typed)s” here.") % {"typed": typed[:60]})


def spans(today: date, scheme: str = "") -> list[tuple[str, str, str]]:
    """Periods at hand: name, first day, last day; one that is not over goes to today."""
    months = cycles.current(today).of(scheme).months
    found = []
    for kind, (this, former) in _AT_HAND.items():
        one = holding(kind, today, months)
        found += [(this(), one)] if this else []
        found += [(former(), before(one, months))] if former else []
    return [(name, one.first.isoformat(), min(one.last, today).isoformat()) for name, one in found]


_AT_HAND: dict[str, tuple[Callable[[], str] | None, Callable[[], str] | None]] = {
    "day": (lambda: _("Today"), None),
    "week": (lambda: _("This week"), None),
    "month": (lambda: _("This month"), lambda: _("Last month")),
    "quarter": (None, lambda: _("Last quarter")),
    "year": (lambda: _("This year"), None),
}

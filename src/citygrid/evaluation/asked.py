"""What a page's address asks for: period, subject, level, group of indicators; and back to an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.counting import LEVELS, Question
from citygrid.evaluation.definitions import SUBJECTS
from citygrid.evaluation.groups import Group, groups
from citygrid.evaluation.periods import PeriodError, month_before, month_of, period
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

    @property
    def query(self) -> str:
        words = {"from": self.first, "to": self.last, "by": self.by, "level": self.level, "group": self.group.key}
        return urlencode(words | ({"scheme": self.scheme} if self.scheme else {}))

    def question(self, scope: Scope) -> Question | Refused:
        """The question, or what is wrong with the days."""
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
    """The month so far by units, unless the address says otherwise; unknown words count as not said."""
    today = now.astimezone(zone_at(now)).date()
    by, level = query.get("by", ""), query.get("level", "")
    group = next((g for g in groups() if g.key == query.get("group")), groups()[0])
    return Asked(
        query.get("from") or today.replace(day=1).isoformat(),
        query.get("to") or today.isoformat(),
        by if by in SUBJECTS else SUBJECTS[0],
        level if level in LEVELS else LEVELS[0],
        group,
        now,
        query.get("scheme", "")[:60],
    )


def spans(today: date) -> list[tuple[str, str, str]]:
    """Periods at hand: name, first day, last day."""
    month, before = month_of(today), month_before(today)
    found = [
        (_("This month"), month[0], today),
        (_("Last month"), *before),
        (_("This year"), date(today.year, 1, 1), today),
    ]
    return [(name, first.isoformat(), last.isoformat()) for name, first, last in found]

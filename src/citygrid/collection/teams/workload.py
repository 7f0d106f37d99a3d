"""Workload against quota: by person, by team (body), of all; the same numbers as a table to take away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from citygrid.collection.teams import crew, patrols, quotas, work
from citygrid.collection.teams.spans import Span
from citygrid.organization.models import Body
from citygrid.organization.rosters import cityclock
from citygrid.organization.visibility import Scope

SHOWN = ("reports", "filed", "void", "verifications", "checks", "tasks_late")
FINDINGS = tuple(name for name in work.MEASURES if name.startswith("finding_"))


@dataclass(frozen=True, slots=True)
class Load:
    """A person's, a team's or everybody's. `person`, `body` None: of several."""

    name: str
    person: int | None
    body: int | None
    days: int
    numbers: Mapping[str, int]
    against: Mapping[str, quotas.Compared]

    @property
    def findings(self) -> int:
        return sum(self.numbers.get(name, 0) for name in FINDINGS)


@dataclass(frozen=True, slots=True)
class Workload:
    """Teams with their people, and the sum of all."""

    teams: Sequence[tuple[Load, Sequence[Load]]]
    whole: Load
    hours: Sequence[int]


def workload(scope: Scope, span: Span, now: datetime, zone: str, body: int | None = None) -> Workload:
    """What the people within the scope did in these days, and what was expected of them."""
    crew_then = [m for m in crew.members(scope, span.start, span.end, now) if body in (None, m.body)]
    people = crew.by_person(crew_then)
    bodies = {m.body for m in crew_then}
    asked = work.Asked(list(people), span, now, bodies)
    done = work.counts(asked)
    walked = patrols.walked(list(people), span, bodies)
    worked = crew.days_on_duty(span.first, min(span.last, cityclock.day_of(now)), now, bodies)
    book, names = quotas.read(), Body.objects.in_bulk({m.body for m in people.values()})
    loads: dict[int, list[Load]] = {}
    for pk, one in people.items():
        numbers = done.get(pk, {}) | {"patrols": len(walked[pk].each)}
        days = worked.get(pk, set()) or walked[pk].days
        against = quotas.compared(book, one.post, one.body, days, numbers, walked[pk].mean)
        loads.setdefault(one.body, []).append(Load(one.name, pk, one.body, len(days), numbers, against))
    means = {pk: one.mean for pk, one in walked.items()}
    teams = [(_joined(str(names[pk]), pk, rows, means), rows) for pk, rows in loads.items()]
    rows = [row for _team, some in teams for row in some]
    return Workload(teams, _joined(_("All"), None, rows, means), work.by_hour(asked, "reports", zone))


def _joined(name: str, body: int | None, rows: Sequence[Load], means: Mapping[int, Decimal | None]) -> Load:
    numbers = work.total(row.numbers for row in rows)
    known = [mean for row in rows if row.person is not None and (mean := means[row.person]) is not None]
    coverage = (sum(known, Decimal()) / len(known)).quantize(Decimal("0.1")) if known else None
    against = quotas.joined((row.against for row in rows), numbers, coverage)
    return Load(name, None, body, sum(row.days for row in rows), numbers, against)


def columns() -> list[str]:
    """The heads of the file."""
    found = [_("Team"), _("Person"), _("Days on duty")]
    found += [str(work.MEASURES[name].label) for name in work.MEASURES]
    for kind in quotas.MEASURES.values():
        found += [str(kind.label), _("Quota: %(what)s") % {"what": kind.label}]
    return found


def table(found: Workload) -> list[list[str]]:
    """The rows of the file: each person, then each team."""
    lines = []
    for team, rows in found.teams:
        for row in [*rows, team]:
            cells = [team.name, row.name if row.person is not None else "", str(row.days)]
            cells += [str(row.numbers.get(name, 0)) for name in work.MEASURES]
            for name in quotas.MEASURES:
                cells += [_cell(row.against[name].actual), _cell(row.against[name].quota)]
            lines.append(cells)
    return lines


def _cell(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"

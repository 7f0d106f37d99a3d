"""The columns of work lists: which there are, and a cell of each in the reader's words. The same ones are exported.

The light and the time left come first and always: what will be late is what a list is for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citygrid.cases import naming, wording
from citygrid.cases.lists.filters import CASES, DESK
from citygrid.cases.queues import Queued
from citygrid.cases.searching import Listed
from citygrid.process.acts import ITEM_KINDS
from citygrid.process.states import STATE_NAMES, State
from citygrid.web import lamps
from citygrid.web.escaping import esc
from citygrid.web.lights import Light, light
from citygrid.web.words import office_moment, say, short_moment


@dataclass(frozen=True, slots=True)
class Line:
    """What the cells of one row are made from: the row, its light, and the names that it needs."""

    row: Queued | Listed
    light: Light
    title: str
    where: str
    areas: Mapping[int, str]

    @property
    def number(self) -> str:
        return self.row.case_no or self.row.report_no


@dataclass(frozen=True, slots=True)
class Column:
    """`text`: the cell as plain text, as it is exported. `html`: as the page shows it, when that is more. `css`: of its
    cells. A column that is not `usual` is shown when a person chooses it."""

    key: str
    label: Any
    text: Callable[[Line], str]
    html: Callable[[Line], SafeString] | None = None
    css: str = "cg-wide"
    usual: bool = True
    only: str = ""

    def cell(self, line: Line) -> str:
        return self.html(line) if self.html is not None else self.text(line)


def _when(name: str) -> Callable[[Line], str]:
    return lambda line: office_moment(getattr(line.row, name))


def _moment(name: str) -> Callable[[Line], SafeString]:
    def cell(line: Line) -> SafeString:
        at: datetime | None = getattr(line.row, name)
        if at is None:
            return SafeString("")
        stamp = f'<time datetime="{at.isoformat()}" title="{esc(office_moment(at))}">{esc(short_moment(at))}</time>'
        return SafeString(stamp)  # nosec B308, B703 - escaped

    return cell


def _kind(line: Line) -> str:
    row = line.row
    kind = row.kind if isinstance(row, Queued) else row.doing
    return say(ITEM_KINDS.get(kind, (kind, kind))) if kind else ""


def _to_do(line: Line) -> SafeString:
    person = line.row.person if isinstance(line.row, Queued) else None
    kind = esc(_kind(line))
    if person is not None:
        mine = esc(_("By name"))
        kind += f' <i class="ti ti-user" role="img" aria-label="{mine}" title="{mine}"></i>'
    return SafeString(kind)  # nosec B308, B703 - escaped


def _problem(line: Line) -> SafeString:
    """The link to the case, what marks it, and the first words of the text."""
    case = line.row.case if isinstance(line.row, Queued) else line.row.id
    tags = [_("public safety")] if line.row.safety else []
    tags += [wording.choice(mark) for mark in line.row.marks]
    shown = f'<a class="cg-open" href="/cases/{case}/">{esc(line.title)}</a>'
    shown += "".join(f' <span class="cg-tag hot">{esc(tag)}</span>' for tag in tags)
    if line.row.text:
        shown += f'<div class="cg-quiet cg-small cg-two">{esc(line.row.text)}</div>'
    return SafeString(shown)  # nosec B308, B703 - escaped


def _district(line: Line) -> str:
    return line.areas.get(line.row.district or 0, "")


def _community(line: Line) -> str:
    return line.areas.get(line.row.community or 0, "")


def _light(line: Line) -> SafeString:
    return lamps.lamp(line.light)


def _left(line: Line) -> SafeString:
    return lamps.time_left(line.light)


NUMBER, NARROW = "cg-wide cg-num cg-nowrap", "cg-nowrap"
COLUMNS: Sequence[Column] = (
    Column("light", gettext_lazy("Light"), lambda line: line.light.name, _light, ""),
    Column("left", gettext_lazy("Time left"), lambda line: line.light.text, _left, ""),
    Column("todo", gettext_lazy("To do"), _kind, _to_do, NARROW),
    Column("state", gettext_lazy("State"), lambda line: say(STATE_NAMES[State(line.row.state)]), None, NARROW, False),
    Column("problem", gettext_lazy("Problem"), lambda line: line.title, _problem, ""),
    Column("text", gettext_lazy("Description"), lambda line: line.row.text or "", None, "cg-wide cg-two", False),
    Column("where", gettext_lazy("Place"), lambda line: line.where),
    Column("district", gettext_lazy("District"), _district, None, NUMBER, False),
    Column("community", gettext_lazy("Community"), _community, None, NUMBER, False),
    Column("unit", gettext_lazy("Unit"), lambda line: naming.body(line.row.unit), usual=False),
    Column("source", gettext_lazy("Source"), lambda line: wording.source(line.row.source), None, NUMBER, False),
    Column("class", gettext_lazy("Class code"), lambda line: line.row.class_id or "", None, NUMBER, False),
    Column("due", gettext_lazy("Due"), _when("due"), _moment("due"), NUMBER, False),
    Column("opened", gettext_lazy("Came to me"), _when("opened_at"), _moment("opened_at"), NUMBER, False, DESK),
    Column("filed", gettext_lazy("Filed"), _when("filed_at"), _moment("filed_at"), NUMBER, False, CASES),
    Column("closed", gettext_lazy("Closed"), _when("closed_at"), _moment("closed_at"), NUMBER, False, CASES),
    Column("number", gettext_lazy("Number"), lambda line: line.number, None, NUMBER),
    Column("received", gettext_lazy("Received"), _when("received_at"), _moment("received_at"), NUMBER),
)
_USUAL = {CASES: ("light", "left", "state", "problem", "where", "unit", "number", "received")}


def of_list(which: str) -> list[Column]:
    """All columns that a list can show."""
    return [one for one in COLUMNS if one.only in ("", which)]


def usual(which: str) -> tuple[str, ...]:
    """What a list shows to whoever has chosen nothing."""
    return _USUAL.get(which) or tuple(one.key for one in of_list(which) if one.usual)


ALWAYS = frozenset(("light", "problem"))
"""Without these a row could not be opened, or not be seen to be late."""


def chosen(which: str, wanted: Iterable[str]) -> list[Column]:
    """The columns with these keys, in the order of the list; the usual ones for none."""
    keys = {*wanted} or {*usual(which)}
    return [one for one in of_list(which) if one.key in keys | ALWAYS]


def lines(rows: Sequence[Queued] | Sequence[Listed], now: datetime) -> list[Line]:
    """Rows with their lights and names; names are asked for all rows at once."""
    names = naming.classes(row.class_id for row in rows)
    areas = naming.areas(one for row in rows for one in (row.community, row.district))
    found = []
    for row in rows:
        title = names.get(row.class_id or "") or _("Class not chosen yet")
        where = row.address or areas.get(row.community or 0, "")
        found.append(Line(row, light_of(row, now), title, where, areas))
    return found


def light_of(row: Queued | Listed, now: datetime) -> Light:
    """Of an item its own; of a case that of the open item on its main line, else how the handling went."""
    if isinstance(row, Queued):
        return light(row.due, row.warn_at, now, paused=row.paused_at is not None, provisional=row.provisional)
    if row.item_due is not None:
        return light(row.item_due, row.warn_at, now, paused=row.paused, provisional=row.provisional)
    return light(row.due, None, now, done_at=row.handled_at or row.closed_at)

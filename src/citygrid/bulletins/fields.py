"""Which fields a template may name: the same tree of texts for Word, for the PDF and for the page that lists them.

A field is a text, a list of texts, a record, or a list of records. A test holds that `sheet.sheet` gives just these."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Field:
    """`many`: a list, to be gone through with `for`; `parts`: of a record; `picture`: a chart, or empty."""

    name: str
    means: str
    many: bool = False
    parts: tuple["Field", ...] = ()
    picture: bool = False

    def part(self, name: str) -> "Field | None":
        return next((one for one in self.parts if one.name == name), None)


_NUMBERS = (
    Field("name", _("what is counted")),
    Field("now", _("in the period")),
    Field("before", _("in the period before")),
    Field("change", _("difference to the period before, with its sign")),
    Field("year", _("a year before")),
    Field("year_change", _("difference to a year before, with its sign")),
)
_ROW = (
    Field("rank", _("rank in the group, or a dash")),
    Field("name", _("name of the object")),
    Field("score", _("score, or a dash")),
    Field("grade", _("grade in words")),
    Field("before", _("score of the period before")),
    Field("change", _("difference to it, with its sign")),
    Field("before_rank", _("rank in the period before")),
    Field("values", _("value of each term, in the order of the columns"), many=True),
    Field("points", _("points of each term, in the order of the columns"), many=True),
    Field("months", _("score of each month that was closed, in the order of the group’s months"), many=True),
)
_SHARE = (
    Field("name", _("class or source")),
    Field("count", _("cases filed")),
    Field("share", _("share of all in per cent")),
    Field("before", _("cases filed in the period before")),
)
_PENDING = (
    Field("number", _("number of the case")),
    Field("kind", _("class")),
    Field("unit", _("responsible unit")),
    Field("area", _("where")),
    Field("filed", _("day of filing")),
    Field("days", _("days since filing")),
    Field("over", _("days past its limit, or a dash")),
)
_GROUP = (
    Field("scheme", _("name of the scheme")),
    Field("name", _("name of the group")),
    Field("title", _("scheme and group in one")),
    Field("columns", _("names of the terms"), many=True),
    Field("rows", _("objects, best first"), many=True, parts=_ROW),
    Field("standing", _("sentences: first, last, who moved most"), many=True),
    Field("causes", _("sentences: where the last lost their points"), many=True),
    Field("chart", _("bars of the scores"), picture=True),
    Field("months", _("names of the months; empty where none was closed"), many=True),
)
_MONTH = (
    Field("name", _("name of the month")),
    Field("filed", _("cases filed")),
    Field("closed", _("cases closed")),
    Field("on_time", _("rate of handling on time")),
    Field("closing", _("closing rate")),
)
FIELDS = Field("", "", parts=(
    Field("organ", _("issuing body, as on the red head")),
    Field("number", _("number of the paper")),
    Field("title", _("title")),
    Field("to", _("to whom")),
    Field("copies", _("copies to")),
    Field("day", _("day of the paper")),
    Field("period", _("name of the period")),
    Field("days", _("first and last day")),
    Field("before", _("name of the period before")),
    Field("year", _("name of the period a year before; empty where that is the period before")),
    Field("overview", _("paragraphs about the whole"), many=True),
    Field("totals", _("indicators of the whole"), many=True, parts=_NUMBERS),
    Field("months", _("months of a quarter or year; empty in a month’s bulletin"), many=True, parts=_MONTH),
    Field("months_text", _("paragraph about the months; may be empty")),
    Field("month_counts", _("lines of cases filed and closed by month"), picture=True),
    Field("month_rates", _("lines of the rates by month"), picture=True),
    Field("groups", _("groups of like objects, of all schemes"), many=True, parts=_GROUP),
    Field("pending", _("paragraph about cases long open")),
    Field("pending_rows", _("cases long open, the longest first"), many=True, parts=_PENDING),
    Field("pending_more", _("how many more there are than listed, in a sentence; empty where none")),
    Field("classes", _("paragraph about classes")),
    Field("class_rows", _("classes, the most cases first"), many=True, parts=_SHARE),
    Field("sources", _("paragraph about sources")),
    Field("source_rows", _("sources, the most cases first"), many=True, parts=_SHARE),
    Field("safety", _("paragraph about public safety")),
    Field("method", _("where the figures come from: schemes, state, hash"), many=True),
))  # fmt: skip


def faults(tree: Any, of: Field = FIELDS, path: str = "") -> Iterator[str]:
    """Where a tree of texts is not what the fields say; nothing for a good one."""
    if of.many:
        if not isinstance(tree, list):
            yield f"{path}: no list"
            return
        for number, one in enumerate(tree):
            yield from _one(one, of.parts, f"{path}[{number}]")
        return
    yield from _one(tree, of.parts, path)


def _one(tree: Any, parts: Iterable[Field], path: str) -> Iterator[str]:
    parts = tuple(parts)
    if not parts:
        if not isinstance(tree, str):
            yield f"{path}: no text"
        return
    if not isinstance(tree, dict):
        yield f"{path}: no record"
        return
    names = {one.name for one in parts}
    yield from (f"{path}.{name}: missing" for name in sorted(names - set(tree)))
    yield from (f"{path}.{name}: unknown" for name in sorted(set(tree) - names))
    for one in parts:
        if one.name in tree:
            yield from faults(tree[one.name], one, f"{path}.{one.name}")


def completed(tree: Mapping[str, Any], of: Field = FIELDS) -> dict[str, Any]:
    """A tree that was kept before some fields came to be: those are empty in it."""
    found = {one.name: [] if one.many else "" for one in of.parts} | dict(tree)
    for one in of.parts:
        if one.many and one.parts:
            found[one.name] = [completed(row, one) for row in found[one.name]]
    return found


def spelled(of: Field = FIELDS, path: str = "") -> Iterator[tuple[str, Field]]:
    """Every field with its path as a template names it; parts of a list after `[]`."""
    for one in of.parts:
        name = f"{path}{one.name}"
        yield name, one
        yield from spelled(one, f"{name}[]." if one.many else f"{name}.")

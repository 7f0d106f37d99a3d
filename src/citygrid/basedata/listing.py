"""The register of components as a list: search, filter, keyset pages, counts by class. Plain SQL: a million rows.

A page is found by the code after which it begins; nothing is counted but per class, and that up to a limit."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from citygrid.basedata.models import Component
from citygrid.basedata.seeing import Fragment

PAGE = 50
COUNT_LIMIT = 200_000
"""Counts by class stop here: the page then says "more than"."""
COLUMNS = (
    "code", "class_id", "name", "key", "lon", "lat", "grid", "community", "street", "district", "department",
    "department_name", "owner", "owner_name", "maintainer", "maintainer_name", "state", "accuracy", "surveyed_on",
    "version", "valid_from", "valid_to",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for; empty parts do not matter. `area`: (level, code). `after`: the last code of the page before.

    `owner`: the code of a body, as department, owner or maintainer. `ended`: also what is gone. `grids`: unit grids of
    a duty grid."""

    text: str = ""
    class_id: str = ""
    area: tuple[str, str] | None = None
    grids: tuple[str, ...] = ()
    state: str = ""
    owner: str = ""
    ended: bool = False
    after: str = ""

    @property
    def asks(self) -> bool:
        """Whether anything narrows the list."""
        return replace(self, after="", ended=False) != Query()


def page(query: Query, seen: Fragment, most: int = PAGE) -> list[Component]:
    """The components of one page, by code. `seen`: what the asker may see, with the alias t."""
    where, params = condition(query, seen)
    rows = _rows(
        f"select {', '.join('t.' + c for c in COLUMNS)} from basedata_component t"  # noqa: S608 - no input in the text
        f" where {where} and t.code > %s order by t.code limit %s",
        [*params, query.after, most],
    )
    return [Component(**dict(zip(COLUMNS, row, strict=True))) for row in rows]


def counts(query: Query, seen: Fragment) -> tuple[dict[str, int], bool]:
    """How many by class, biggest first, and whether the counting stopped at the limit."""
    where, params = condition(query, seen)
    rows = _rows(
        "select class_id, count(*) from (select t.class_id from basedata_component t"  # noqa: S608 - no input
        f" where {where} limit {COUNT_LIMIT}) as found group by 1 order by 2 desc, 1",
        params,
    )
    found = dict(rows)
    return found, sum(found.values()) >= COUNT_LIMIT


def one(code: str, seen: Fragment) -> Component | None:
    """A component that the asker may see, gone or not."""
    text, params = seen
    rows = _rows(
        f"select t.id from basedata_component t where t.code = %s and {text}",  # noqa: S608 - no input in the text
        [code, *params],
    )
    return Component.objects.get(pk=rows[0][0]) if rows else None


def one_by_key(key: str, seen: Fragment) -> list[str]:
    """Codes of the components that carry this number of their owner (a lamp-pole number)."""
    text, params = seen
    rows = _rows(
        f"select t.code from basedata_component t where t.key = %s and {text} order by t.code limit 10",  # noqa: S608
        [key, *params],
    )
    return [row[0] for row in rows]


def condition(query: Query, seen: Fragment) -> Fragment:
    """What was asked for and what the asker may see, over the alias t; the page is left aside."""
    text, params = seen
    terms, values = [text], list(params)
    if not query.ended:
        terms.append("t.valid_to is null")
    for column, value in (("class_id", query.class_id), ("state", query.state)):
        if value:
            terms.append(f"t.{column} = %s")
            values.append(value)
    if query.area:
        level, code = query.area
        assert level in {"district", "street", "community", "grid"}, level
        terms.append(f"t.{level} = %s")
        values.append(code)
    if query.grids:
        terms.append("t.grid = any(%s)")
        values.append(list(query.grids))
    if query.owner:
        terms.append("%s in (t.owner, t.maintainer, t.department)")
        values.append(query.owner)
    if query.text:
        more, found = _typed(query.text)
        terms.append(more)
        values += found
    return " and ".join(terms), values


def _typed(text: str) -> Fragment:
    """Digits are the beginning of a code, or the owner's number; words are part of a name."""
    if text.isascii() and text.isdigit():
        return "((t.code >= %s and t.code < %s) or t.key = %s)", [text, text + ":", text]
    like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return "(t.name ilike %s or t.key = %s or t.owner_name ilike %s)", [like, text, like]


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())

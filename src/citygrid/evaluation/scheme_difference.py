"""What two versions of a file of `schemes/` say differently: term by term, weight by weight, band by band. Pure."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from citygrid.evaluation.scheme import Pair

Rows = dict[tuple[str, str], dict[str, str]]
NAMED_BY = ("key", "code", "scheme")
OPEN_END = "…"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: of which table (`term`, `group`, `grade`, ...), of which row (its names, or its key), which field. A
    row that came or went whole has no field. `of`: the names of the term that a weight belongs to."""

    table: str
    row: str
    names: Pair
    field: str
    of: Pair | None
    old: str
    new: str


def differences(old: str, new: str) -> list[Difference]:
    """From one text to another, in the order of the new one; comments and layout do not count. Both are TOML."""
    before, after = _tables(old), _tables(new)
    was, now = _rows(before), _rows(after)
    names = _names(before) | _names(after)
    found: list[Difference] = []
    for place in dict.fromkeys((*now, *was)):
        found += _of_row(place, was.get(place), now.get(place), names)
    return found + _orders(was, now, names)


def _of_row(
    place: tuple[str, str], was: dict[str, str] | None, now: dict[str, str] | None,
    names: Mapping[tuple[str, str], Pair],
) -> list[Difference]:  # fmt: skip
    table, row = place
    title = names.get(place, (row, row))
    if was is None or now is None:
        return [Difference(table, row, title, "", None, _summary(was), _summary(now))]
    changed = [field for field in dict.fromkeys((*now, *was)) if was.get(field) != now.get(field)]
    return [
        Difference(table, row, title, name.partition(".")[0], _of(name, names), was.get(name, ""), now.get(name, ""))
        for name in changed
    ]


def _of(field: str, names: Mapping[tuple[str, str], Pair]) -> Pair | None:
    term = field.partition(".")[2]
    return names.get(("term", term), (term, term)) if term else None


def _summary(fields: Mapping[str, str] | None) -> str:
    return "; ".join(f"{name}: {text}" for name, text in (fields or {}).items() if name not in ("zh", "en"))


def _orders(was: Rows, now: Rows, names: Mapping[tuple[str, str], Pair]) -> list[Difference]:
    """Groups in another order: the first that takes an object has it."""
    both = [place for place in now if place in was and place[0] == "group"]
    old = [place for place in was if place in both]
    if old == both:
        return []
    words = [", ".join(place[1] for place in one) for one in (old, both)]
    return [Difference("group", "", ("", ""), "order", None, *words)]


def _tables(text: str) -> Mapping[str, Any]:
    return tomllib.loads(text, parse_float=Decimal) if text else {}


def _rows(tables: Mapping[str, Any]) -> Rows:
    """(table, key of the row) -> field -> text, in the order of the file."""
    found: Rows = {}
    for table, content in tables.items():
        for n, row in enumerate(content if isinstance(content, list) else [content]):
            if isinstance(row, dict):
                _add(found, table, _key(row, n) if isinstance(content, list) else "", row)
    return found


def _add(found: Rows, table: str, key: str, row: Mapping[str, Any]) -> None:
    fields = found.setdefault((table, key), {})
    for name, value in row.items():
        if name == "item" and isinstance(value, list):
            for n, item in enumerate(value):
                _add(found, f"{table}.item", f"{key}.{_key(item, n)}", item)
        elif isinstance(value, dict):
            fields.update({f"{name}.{inner}": _text(one) for inner, one in value.items()})
        elif name not in NAMED_BY[:2]:
            fields[name] = _text(value)


def _names(tables: Mapping[str, Any]) -> dict[tuple[str, str], Pair]:
    found: dict[tuple[str, str], Pair] = {}
    for table, content in tables.items():
        for n, row in enumerate(content if isinstance(content, list) else ()):
            if isinstance(row, dict):
                found[table, _key(row, n)] = _pair(row, _key(row, n))
                for m, item in enumerate(row.get("item", ())):
                    found[f"{table}.item", f"{_key(row, n)}.{_key(item, m)}"] = _pair(item, _key(item, m))
    return found


def _pair(row: Mapping[str, Any], key: str) -> Pair:
    return str(row.get("zh", key)), str(row.get("en", key))


def _key(row: Mapping[str, Any], n: int) -> str:
    return next((str(row[name]) for name in NAMED_BY if name in row), str(n + 1))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return _listed(value)
    return str(value)


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(_step(one) if isinstance(one, dict) else _text(one) for one in values)


def _step(row: Mapping[str, Any]) -> str:
    """A step of a table: `≤ 50: 100`."""
    sign = "<" if "below" in row else "≤"
    limit = row.get("below", row.get("up_to"))
    return f"{OPEN_END if limit is None else f'{sign} {_text(limit)}'}: {_text(row.get('points', ''))}"

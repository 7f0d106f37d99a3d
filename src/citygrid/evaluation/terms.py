"""Terms of an indicator: conditions on the columns of facts, as data; checked, then plain SQL. No formula language yet.

A term is `[column, "=" | "!=" | ">" | ">=" | "<" | "<=", value]`, `[column, "in", [values]]`, `[column, "known"]`,
`[column, "unknown"]`, or `["not", term, term ...]` (not all of these). Several terms hold together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SIGNS = {"=": "=", "!=": "<>", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
VALUES: dict[str, type] = {"text": str, "bool": bool, "number": int}


class TermError(ValueError):
    """A term that names no column, or compares what cannot be compared."""


def check_terms(columns: Mapping[str, str], terms: Iterable[Any]) -> None:
    """Raises TermError for the first term that is not right for these columns (name -> text, bool, number, moment)."""
    for term in terms:
        if not isinstance(term, Sequence) or isinstance(term, str) or not term:
            raise TermError(f"{term!r} is no term")
        if term[0] == "not":
            check_terms(columns, term[1:])
        else:
            _check(columns, term)


def _check(columns: Mapping[str, str], term: Sequence[Any]) -> None:
    name, sign, *rest = term
    kind = columns.get(name)
    if kind is None:
        raise TermError(f"there is no column {name!r}")
    if sign in ("known", "unknown"):
        if rest:
            raise TermError(f"{term!r} takes no value")
        return
    if sign not in SIGNS and sign != "in":
        raise TermError(f"{sign!r} is no comparison")
    values = rest[0] if sign == "in" else rest
    wanted = VALUES.get(kind)
    if wanted is None or not values or any(type(v) is not wanted for v in values):
        raise TermError(f"{term!r} compares {kind} with something else")


def sql(terms: Iterable[Any], params: dict[str, Any]) -> str:
    """The condition; values become named parameters. True where there is no term. Terms have been checked."""
    return " and ".join(_sql(term, params) for term in terms) or "true"


def columns_of(terms: Iterable[Any]) -> list[str]:
    """The columns that terms name, each once."""
    found: dict[str, None] = {}
    for term in terms:
        names = columns_of(term[1:]) if term[0] == "not" else [term[0]]
        found.update(dict.fromkeys(names))
    return list(found)


def _sql(term: Sequence[Any], params: dict[str, Any]) -> str:
    if term[0] == "not":
        return f"not coalesce({sql(term[1:], params)}, false)"
    name, sign, *rest = term
    if sign in ("known", "unknown"):
        return f"{name} is {'not ' if sign == 'known' else ''}null"
    if sign == "in":
        return f"{name} in ({', '.join(_param(v, params) for v in rest[0])})"
    return f"{name} {SIGNS[sign]} {_param(rest[0], params)}"


def _param(value: Any, params: dict[str, Any]) -> str:
    """Truth values are written out (PostgreSQL and DuckDB read them alike); others are bound, equal ones once."""
    if isinstance(value, bool):
        return "true" if value else "false"
    name = next((k for k, v in params.items() if k.startswith("v") and v == value), f"v{len(params)}")
    params[name] = value
    return f"%({name})s"

"""When a row counts: an indicator's terms and its period as plain SQL, for one row and for a group of equal rows."""

from collections.abc import Callable, Iterable
from typing import Any

from citygrid.evaluation.definitions import EXCLUSIONS, Count
from citygrid.evaluation.facts import COLUMNS, LIVES, PAUSED, SPANS
from citygrid.evaluation.terms import columns_of, sql


def of_row(one: Count, params: dict[str, Any]) -> str:
    """When a row of the facts table is counted. Parameters `start` and `cut` are the period's."""
    return _condition(one, params, within, lambda carry: f"{is_open(one.facts)} and {_carries(one.facts)[carry]}")


def of_group(one: Count, params: dict[str, Any]) -> str:
    """The same for a group of rows that are equal in what `asked_of` names."""
    ways = {"open": "is_open", "overdue": "is_open and is_over", "not_due": "is_open and not is_over"}
    return _condition(one, params, lambda moment: f"in_{moment}", ways.__getitem__)


def asked_of(counts: Iterable[Count]) -> dict[str, str]:
    """Name -> expression of all that these counts ask of a row (of one facts table)."""
    found: dict[str, str] = {}
    for one in counts:
        for column in columns_of((*terms(one), *one.done)):
            known = f"case when {column} is null then null else true end"
            found[column] = known if COLUMNS[one.facts][column] == "moment" else column
        if one.moment:
            found[f"in_{one.moment}"] = within(one.moment)
        if one.carry:
            found["is_open"], found["is_over"] = is_open(one.facts), _carries(one.facts)["overdue"]
    return found


def within(moment: str) -> str:
    """The moment lies in the period. Quoted: DuckDB reads `at` as a word of its own."""
    return f'("{moment}" >= %(start)s and "{moment}" < %(cut)s)'


def is_open(facts: str) -> str:
    """Whether the row is open at the cut."""
    since, until, _ = SPANS[facts]
    return f"({since} < %(cut)s and ({until} is null or {until} >= %(cut)s))"


def window(one: Count) -> str:
    """Which rows can count at all."""
    ways = [within(one.moment)] if one.moment else []
    return " or ".join([*ways, is_open(one.facts)] if one.carry else ways)


def life(counts: Iterable[Count]) -> str:
    """A wider window that names two columns only, so that a database can leave whole months out: what had begun by the
    cut and was not over before the start. True where a count's moment may lie outside of a row's life."""
    counts = list(counts)
    facts = counts[0].facts
    since, (opened, until, _) = LIVES[facts], SPANS[facts]
    if any(one.moment not in ("", since, opened, until) for one in counts):
        return "true"
    ended = f'"{until}" >= %(start)s' if facts == "act" else f"({until} is null or {until} >= %(start)s)"
    return f'"{since}" < %(cut)s and {ended}'


def terms(one: Count) -> list[Any]:
    """What holds for each of its rows."""
    return [*one.where, *(EXCLUSIONS[name] for name in one.exclude)]


def _carries(facts: str) -> dict[str, str]:
    due = SPANS[facts][2]
    over = f"{due} is not null and {due} < %(cut)s"
    if facts in PAUSED:
        over += f" and ({PAUSED[facts]} is null or {due} < {PAUSED[facts]})"
    return {"open": "true", "overdue": f"({over})", "not_due": f"not ({over})"}


def _condition(one: Count, params: dict[str, Any], within_: Callable[[str], str], carried: Callable[[str], str]) -> str:
    ways = []
    if one.moment:
        ways.append(f"({within_(one.moment)} and {sql(one.done, params)})")
    if one.carry:
        ways.append(f"({carried(one.carry)})")
    return f"{sql(terms(one), params)} and ({' or '.join(ways)})"

"""How many components of each class a unit maintains (养护单位) on a day, and which: upkeep money goes by it (S0-62).

A maintainer is written as a code or a name; `units_at` says which body is meant, the code first."""

from collections import Counter
from datetime import date

from django.db import connection

from citygrid.basedata.units import Units, units_at

_AS_OF = """(select distinct on (v.code) v.code, v.class_id, v.name, v.maintainer, v.maintainer_name, v.street, v.ended
    from basedata_componentversion v where v.valid_from <= %s order by v.code, v.version desc) t"""
Pair = tuple[str, str]


def _means(units: Units, pair: Pair, body: str) -> bool:
    return (units.find(pair[0]) or units.find(pair[1])) == body


def _grouped(day: date) -> list[tuple[str, str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select t.maintainer, t.maintainer_name, t.class_id, count(*)"  # noqa: S608 - our own words
            f" from {_AS_OF} where not t.ended group by 1, 2, 3 order by 1, 2, 3",
            [day],
        )
        return [(one[0], one[1], one[2], int(one[3])) for one in cursor.fetchall()]


def counts(body: str, day: date) -> dict[str, int]:
    """Class -> how many published components the body with this code maintains on a day."""
    units, found = units_at(day), Counter[str]()
    for code, name, class_id, number in _grouped(day):
        if _means(units, (code, name), body):
            found[class_id] += number
    return dict(found)


def bodies(day: date) -> set[str]:
    """The codes of all bodies that maintain anything on a day."""
    units = units_at(day)
    found = {units.find(code) or units.find(name) for code, name, _, _ in _grouped(day)}
    return {one for one in found if one}


def listed(body: str, class_id: str, day: date, after: str = "", most: int = 200) -> list[tuple[str, str, str]]:
    """(code, name, street) of the components behind a count, by code, those after one."""
    units = units_at(day)
    pairs = [(code, name) for code, name, found, _ in _grouped(day) if found == class_id]
    meant = [pair for pair in pairs if _means(units, pair, body)]
    if not meant:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"select t.code, t.name, t.street from {_AS_OF}"  # noqa: S608 - our own words
            " where not t.ended and t.class_id = %s and t.code > %s and (t.maintainer, t.maintainer_name) in"
            " (select * from unnest(%s::text[], %s::text[])) order by t.code limit %s",
            [day, class_id, after, [one[0] for one in meant], [one[1] for one in meant], most],
        )
        return [(code, name, street) for code, name, street in cursor.fetchall()]

"""Roll-ups by day, kept: how many equal rows of facts there were on each day of the city, by each attribution.

They follow the facts: `take_over` adds what came and takes off what left, `build` counts all anew; both give the same
numbers (a test compares). A flow (reported, filed, done ...) is a number of a day, and of its month. What is open is a
state: a row is not yet due from the day it was opened, overdue from the day its due passed, until the day it was
over; kept is the change of the day, and of the month, so that the end of any day is a sum (domain/scale.md 5)."""

from citygrid.cases.database import Connection

COLUMNS: dict[str, tuple[str, ...]] = {
    "case": (
        "standing", "outcome", "mode", "late", "exempt", "reworks", "recurrence", "marked_urgent", "marked_key",
        "filed_at",
    ),
    "assignment": ("duty", "outcome", "exempt"),
    "item": ("kind", "duty", "outcome", "ended", "late", "stands", "exempt"),
    "act": (
        "act", "role", "public", "filed_at", "request_kind", "request_state", "request_mode", "result", "finding_kind",
        "finding_state",
    ),
}  # fmt: skip
"""What a roll-up tells of its rows: what the shipped indicators ask. A moment is told as known or not."""
FLOWS: dict[str, tuple[str, ...]] = {
    "case": ("received_at", "filed_at", "closed_at"),
    "assignment": ("offered_at", "done_at"),
    "item": ("opened_at", "done_at"),
    "act": ("at",),
}
SUMS: dict[str, tuple[str, ...]] = {"item": ("held",)}
_STATES: dict[str, tuple[str, str, str]] = {
    "case": ("filed_at", "closed_at", "overdue_from"),
    "assignment": ("offered_at", "done_at", "due"),
    "item": ("opened_at", "done_at", "case when paused_at is null or due < paused_at then due end"),
}
"""From when to when a row is open, and from when on it is overdue (never: null)."""
WAYS: dict[str, tuple[str, str, str, str, str]] = {
    "unit": ("unit", "null", "null", "null", "district"),
    "district": ("district", "null", "null", "null", "district"),
    "street": ("street", "null", "null", "null", "district"),
    "community": ("community", "null", "null", "null", "district"),
    "post": ("null", "role", "person", "case when person is null then body end", "null"),
    "class": ("null", "class_id", "null", "null", "null"),
    "source": ("null", "source", "null", "null", "district"),
    "collector": ("contractor", "null", "collector", "null", "district"),
    "contractor": ("contractor", "null", "null", "null", "district"),
    "in_charge": ("unit", "null", "in_charge", "null", "district"),
    "centre": ("centre", "null", "null", "null", "district"),
}
"""By what a row is attributed: number, word, person, body; and the district it is in, by which whoever sees a part is
told. Of a person the number is whose rows they are for a scope of bodies (`counting.seen`). Most units and people work
in one district, so that the cells are few more for it. Cases have no post."""
EVERYWHERE = ("post", "class")
"""Classes, and the people of a centre, are in every district: with it their cells would be nearly as many as rows."""
OWNED = ("unit", "contractor", "centre", "collector", "in_charge")
"""By what the number says whose a row is for a scope of bodies; a class, a source and an area are of many."""
_TOLD = ("number", "word", "person", "body", "district")
_SUBJECTS = (
    "unit", "district", "street", "community", "class_id", "source", "collector", "contractor", "in_charge", "centre",
    "role", "person", "body",
)  # fmt: skip


def ways(name: str) -> list[str]:
    return [way for way in WAYS if name != "case" or way != "post"]


def columns(name: str) -> str:
    """The columns of a cell, in the order of its index."""
    return ", ".join(("by", "months", "moment", "day", *_TOLD, *COLUMNS[name], "derived"))


def take_over(connection: Connection, name: str, zone: str) -> None:
    """What `evaluation_come_*` has more than `evaluation_gone_*` (with the columns of facts) goes into the days."""
    come, gone = f"evaluation_come_{name}", f"evaluation_gone_{name}"
    changed = f"(select 1 as sign, * from {come} union all select -1, * from {gone}) f"  # noqa: S608 - names of ours
    subjects = [s for s in _SUBJECTS if name != "case" or s not in ("role", "person", "body")]
    kept = list(dict.fromkeys([*subjects, *_asked(name), "derived"]))
    sums = "".join(f", sum(m.step * f.sign * coalesce({s}, 0)) as {s}" for s in SUMS.get(name, ()))
    # Most rows of a changed case are as they were: they cancel out before they are spread over all attributions.
    net = f"""select {", ".join(kept)}, m.months, m.moment, m.day, sum(m.step * f.sign) as n{sums}
        from {changed} cross join lateral (select {_days(name)} offset 0) days {_steps(name)}
        where m.day is not null group by {_ordinals(len(kept) + 3)} having {_some(name, "m.step * f.sign")}"""  # noqa: S608
    sums = "".join(f", sum({s})" for s in SUMS.get(name, ()))
    spread = ", ".join(f"('{way}', {', '.join(_typed(way))})" for way in ways(name))
    some = " or ".join(f"sum({c}) <> 0" for c in ("n", *SUMS.get(name, ())))
    text = f"""insert into evaluation_day_{name} ({columns(name)}, n{_more(name)}, fresh)
        select s.by, months, moment, day, {", ".join(f"s.{c}" for c in _TOLD)},
            {", ".join(COLUMNS[name])}, derived, sum(n){sums}, true
        from ({net}) net cross join lateral (values {spread}) s(by, {", ".join(_TOLD)})
        group by {_ordinals(10 + len(COLUMNS[name]))} having {some}"""  # noqa: S608
    connection.execute(text.encode(), {"zone": zone})
    _places(connection, name, come)


def build(connection: Connection, name: str, zone: str, by: list[str] | None = None) -> None:
    """All days anew (of these attributions only, for measuring). Rows of the same days and words are counted together
    before they are spread over the days that they touch."""
    connection.execute(f"truncate evaluation_day_{name}".encode())
    connection.execute(f"drop index evaluation_day_{name}_cell".encode())  # sorted at the end it is made in a tenth
    inner = "".join(f", sum(coalesce({s}, 0)) as {s}" for s in SUMS.get(name, ()))
    sums = "".join(f", sum(m.step * {s})" for s in SUMS.get(name, ()))
    for way in by or ways(name):
        subject = ", ".join(f"{value} as {column}" for value, column in zip(_typed(way), _TOLD, strict=True))
        alike = f"""create temporary table evaluation_alike as
            select {subject}, {", ".join(_asked(name))}, derived, {_days(name)}, count(*) as rows{inner}
            from evaluation_{name} group by {_ordinals(6 + len(COLUMNS[name]) + _days_of(name))}"""  # noqa: S608
        connection.execute(alike.encode(), {"zone": zone})
        connection.execute(b"analyze evaluation_alike")  # unless it knows how few they are it sorts them all
        text = f"""insert into evaluation_day_{name} ({columns(name)}, n{_more(name)}, fresh)
            select '{way}', m.months, m.moment, m.day, {", ".join(_TOLD)}, {", ".join(COLUMNS[name])}, derived,
                sum(m.step * rows){sums}, false
            from evaluation_alike days {_steps(name)} where m.day is not null
            group by {_ordinals(10 + len(COLUMNS[name]))} having {_some(name, "m.step", "rows")}
            order by 2, 3, 4, 5"""  # noqa: S608 - what is asked together lies together
        connection.execute(text.encode())
        connection.execute(b"drop table evaluation_alike")
    connection.execute(
        f"create index evaluation_day_{name}_cell on evaluation_day_{name} (by, months, moment, day, district)".encode()
    )
    connection.execute(f"analyze evaluation_day_{name}".encode())  # or the first reader scans them all
    connection.execute(b"delete from evaluation_day_place where facts = %s", [name])
    _places(connection, name, f"evaluation_{name}")


def tidy(connection: Connection) -> None:
    """Equal rows become one, on the days that had a change; what came to nothing leaves."""
    for name in COLUMNS:
        sums = SUMS.get(name, ())
        some = " or ".join(f"sum({s}) <> 0" for s in ("n", *sums))
        text = f"""with gone as (
                delete from evaluation_day_{name} d
                using (select distinct by, months, moment, day from evaluation_day_{name} where fresh) f
                where d.by = f.by and d.months = f.months and d.moment = f.moment and d.day = f.day returning d.*)
            insert into evaluation_day_{name} ({columns(name)}, n{_more(name)}, fresh)
            select {columns(name)}, sum(n){"".join(f", sum({s})" for s in sums)}, false from gone
            group by {columns(name)} having {some}"""  # noqa: S608 - names of ours
        connection.execute(text.encode())


def _places(connection: Connection, name: str, source: str) -> None:
    """Where these rows are is noted; that they leave again is not."""
    where = ", ".join(f"coalesce({level}, 0)" for level in ("district", "street", "community"))
    text = f"""insert into evaluation_day_place select distinct '{name}', {where} from {source}
        on conflict do nothing"""  # noqa: S608 - names of ours
    connection.execute(text.encode())


def _asked(name: str) -> list[str]:
    return [f"{c} is not null or null as {c}" if c.endswith("_at") else c for c in COLUMNS[name]]


def _more(name: str) -> str:
    return "".join(f", {s}" for s in SUMS.get(name, ()))


def _some(name: str, step: str, rows: str = "1") -> str:
    sums = (f"sum({step} * coalesce({s}, 0)) <> 0" for s in SUMS.get(name, ()))
    return " or ".join((f"sum({step} * {rows}) <> 0", *sums))


def _typed(way: str) -> list[str]:
    kinds = ("bigint", "text", "bigint", "bigint", "bigint")
    return [f"({value})::{kind}" for value, kind in zip(WAYS[way], kinds, strict=True)]


def _ordinals(count: int) -> str:
    return ", ".join(str(n + 1) for n in range(count))


def _day(moment: str) -> str:
    return f"(({moment}) at time zone %(zone)s)::date"


def _days(name: str) -> str:
    """The days of a row of facts: `day_` and the moment of each flow, and `passed`, since when it was overdue."""
    days = [f"{_day(flow)} as day_{flow}" for flow in FLOWS[name]]
    if name in _STATES:
        days.append(f"{_day(_STATES[name][2])} as passed")
    return ", ".join(days)


def _days_of(name: str) -> int:
    return len(FLOWS[name]) + (name in _STATES)


def _steps(name: str) -> str:
    """For each row of such `days`: which day takes which step, as `m(months, moment, day, step)`."""
    found = _flows(name)
    if name not in _STATES:
        return f"cross join lateral (values {', '.join(found)}) m(months, moment, day, step)"
    since, until, _ = _STATES[name]
    # `offset 0`: each day is worked out once for a row, not once for each step that names it. A row is over on the day
    # it was opened at the earliest; whatever passed before it was opened begins with it.
    spans = f"""cross join lateral (select day_{since} as opened, day_{until} is null as still,
            case when day_{since} is not null then greatest(day_{until}, day_{since}) end as till,
            case when day_{since} is not null and passed is not null then greatest(passed, day_{since}) end as over
            offset 0) ends
        cross join lateral (select case when still then over else least(over, till) end as up offset 0) fresh
        cross join lateral (select {_month("opened")} as opened_m, {_month("till")} as till_m,
            {_month("over")} as over_m, {_month("up")} as up_m offset 0) months"""
    for word, m in (("false", ""), ("true", "_m")):
        of, up, over, till = (f"{c}{m}" for c in ("opened", "up", "over", "till"))
        found += [
            f"({word}, 'not_due', case when up is null or {up} > {of} then {of} end, 1)",
            f"({word}, 'not_due', case when {up} > {of} then {up} end, -1)",
            f"({word}, 'overdue', case when still or {over} < {till} then {over} end, 1)",
            f"({word}, 'overdue', case when not still and {over} < {till} then {till} end, -1)",
        ]
    return f"{spans} cross join lateral (values {', '.join(found)}) m(months, moment, day, step)"


def _flows(name: str) -> list[str]:
    """One for the day and one for the month of each flow."""
    return [f"({months}, '{flow}', {_month(f'day_{flow}') if months == 'true' else f'day_{flow}'}, 1)"
            for flow in FLOWS[name] for months in ("false", "true")]  # fmt: skip


def _month(day: str) -> str:
    return f"date_trunc('month', {day})::date"

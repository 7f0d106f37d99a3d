"""The rows behind each count of a scheme, by object, as they are when it is frozen: ids, so that a frozen number opens
to what it counted whatever becomes of the cases."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from citygrid.cases.database import Connection
from citygrid.evaluation import conditions, supervised
from citygrid.evaluation.counting import Key, Question, subject_columns
from citygrid.evaluation.definitions import Count

Row = tuple[str, int]
"""A case's id as text, and the number of its assignment, work item or act (0: the case itself)."""
Rows = dict[str, dict[str, list[Row]]]
"""Object -> count -> rows, in order."""


def behind(
    connection: Connection, counts: Iterable[Count], question: Question, keys: Mapping[str, Key]
) -> Rows:
    """The rows of these counts of these objects (text -> key), each list in the order of ids."""
    texts = {key: text for text, key in keys.items()}
    found: Rows = {text: {} for text in keys}
    for one in counts:
        if question.by not in one.by:
            continue
        for key, rows in _of(connection, one, question).items():
            for whose in _whose(key, question):
                if whose in texts:
                    found[texts[whose]].setdefault(one.key, []).extend(rows)
    for by_key in found.values():
        for rows in by_key.values():
            rows.sort()
    return found


def digest(rows: Rows) -> str:
    """SHA-256 of all rows."""
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def numbers_fit(rows: Rows, numbers: Mapping[str, Mapping[str, int]], counts: Iterable[Count]) -> bool:
    """Whether there are as many rows as each count says (sums of minutes are no number of rows)."""
    plain = [one.key for one in counts if not one.sum]
    return all(
        len(rows[subject].get(key, ())) == by_key.get(key, 0) for subject, by_key in numbers.items() for key in plain
    )


def _of(connection: Connection, one: Count, question: Question) -> dict[Key, list[Row]]:
    params: dict[str, Any] = {"start": question.period.start, "cut": question.period.cut}
    subject = subject_columns(question.by, question.level)
    no = "0::bigint" if one.facts == "case" else "no"
    terms = f"{conditions.life([one])} and {conditions.of_row(one, params)}"
    columns = ", ".join(f"({column}) as s{n}" for n, column in enumerate(subject))
    names = ", ".join(f"s{n}" for n in range(len(subject)))
    text = f"""select {names}, array_agg(case_id::text order by case_id, no), array_agg(no order by case_id, no)
        from (select {columns}, case_id, {no} as no from evaluation_{one.facts} where {terms}) r
        group by {names}"""  # noqa: S608 - names of ours
    used = {name: value for name, value in params.items() if f"%({name})s" in text}
    with connection.cursor() as run:
        rows = run.execute(text.encode(), used).fetchall()
    width = len(subject)
    return {tuple(row[:width]): list(zip(row[width], row[width + 1], strict=True)) for row in rows}


def _whose(key: Key, question: Question) -> list[Key]:
    """For whom rows of a key count: a unit's for each department that supervises it."""
    if question.by != "supervisor":
        return [key]
    units = supervised.units_of(question.period.last)
    return [(body,) for body, those in units.items() if key[0] in those] or [(None,)]


def cases_of(rows: Iterable[Row]) -> list[UUID]:
    """The cases of rows, each once, in their order."""
    return [UUID(case) for case in dict.fromkeys(case for case, _ in rows)]

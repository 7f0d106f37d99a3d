"""Component codes to be given: the next serial of a district and class, given once and never again (GB/T 30428.2)."""

from collections.abc import Iterable

from django.db import connection

from citygrid.process.refusal import Refusal, Refused
from citygrid.standards.codes import CodeProfile
from citygrid.standards.formats import CodeError


def prefix(profile: CodeProfile, district: str, class_code: str) -> str:
    """All of a code but its serial. Refused `code_full` when the class's code does not fit the city's code pattern."""
    parts: dict[str, str | int] = {}
    start = 0
    for part in profile.format("component_class").parts:
        parts[part.name] = class_code[start : start + part.digits]
        start += part.digits
    pattern = profile.format("component").parts
    area, serial = pattern[0], pattern[-1]
    given = {area.name: district[: area.digits], serial.name: max(serial.least, 1), **parts}
    try:
        if start != len(class_code):
            raise CodeError("code_length", "")
        code = profile.build("component", **given)
    except CodeError as error:
        message = "No code can be made for class %(class)s in %(district)s."
        raise Refused(Refusal("code_pattern", message, {"class": class_code, "district": district})) from error
    return code.text[: -serial.digits]


def take(start: str, many: int, digits: int) -> int:
    """The first of so many serials in a row, in the caller's transaction: others wait until it ends. Refused
    `code_full` when there are not so many left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into basedata_serial (prefix, last) values (%s, %s)"
            " on conflict (prefix) do update set last = basedata_serial.last + excluded.last returning last",
            [start, many],
        )
        (last,) = cursor.fetchone()
    if last >= 10**digits:
        message = "No number is left for a component whose code begins with %(prefix)s."
        raise Refused(Refusal("code_full", message, {"prefix": start}))
    return int(last) - many + 1


def used(codes: Iterable[str], digits: int) -> None:
    """Serials that came with codes given by others are not given out again."""
    last: dict[str, int] = {}
    for code in codes:
        start = code[:-digits]
        last[start] = max(last.get(start, 0), int(code[-digits:]))
    with connection.cursor() as cursor:
        for start in sorted(last):
            cursor.execute(
                "insert into basedata_serial (prefix, last) values (%s, %s)"
                " on conflict (prefix) do update set last = greatest(basedata_serial.last, excluded.last)",
                [start, last[start]],
            )

"""What a city says of personal data: why a caller's name and number may be looked at, how somebody who asks about their
own data shows who they are, how long what is kept (个人信息保护法 6, 19, 44 to 50).

    [personal]
    keep.caller = 180            # days after a case ended; then callers' names and numbers are forgotten
    keep.text = 3650             # likewise its free texts; without the key they are kept
    [personal.reasons.call_back] # shown beside the masked caller
    name = "回访"
    name_en = "Call back"
    [personal.proofs.id_card]    # how somebody was identified
    name = "身份证件"
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from citygrid.rulebook.reading import Table

KEPT = ("caller", "text")
"""What is kept for a time: callers' names and numbers; free texts."""
MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Named:
    """One word of a list: a code for the record, names for people."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Personal:
    """`keep`: days after the end of a case, by kind of data; what is not named is kept."""

    reasons: tuple[Named, ...] = ()
    proofs: tuple[Named, ...] = ()
    keep: Mapping[str, int] = field(default_factory=dict)


def parse_personal(table: Table) -> Personal:
    """Read [personal]; what is wrong stands in the report."""
    table.known("keep", "reasons", "proofs")
    keep = table.table("keep")
    keep.known(*KEPT)
    days = {kind: number for kind in KEPT if (number := keep.whole(kind)) is not None}
    for kind, number in days.items():
        if not 0 <= number <= MOST_DAYS:
            keep.problem(kind, "wrong_days", "%(key)s must be a number of days from 0 to %(most)s.", most=MOST_DAYS)
    return Personal(_named(table.table("reasons")), _named(table.table("proofs")), days)


def _named(table: Table) -> tuple[Named, ...]:
    found = []
    for code in table.data:
        one = table.table(code)
        one.known("name", "name_en")
        if not (code.isascii() and code.replace("_", "").isalnum() and len(code) <= 40):
            table.problem(code, "wrong_code", "%(key)s: a code has small letters, digits and underscores, 40 at most.")
        name = one.text("name", needed=True)
        found.append(Named(code, name, one.text("name_en") or name))
    return tuple(found)

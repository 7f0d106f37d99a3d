"""For whom each number is, counted by hand: every indicator by every sort of subject that has it (GB/T 30428.4).

The lives are those of `test_golden_acts` and `test_golden_families`; here stands whose each count is."""

from collections import Counter, defaultdict

import pytest

from citygrid.evaluation.definitions import SUBJECTS, Count, shipped
from tests.evaluation.lives import cells, table, write
from tests.evaluation.test_golden import MARCH
from tests.evaluation.test_golden_acts import GOLDEN, NO_POST, OF_CASES, told
from tests.evaluation.test_golden_families import FAMILIES, lives
from tests.evaluation.test_subjects import supervise
from tests.process.city import (
    CENTRE,
    CHEN,
    COLLECTING,
    HE,
    INNER,
    LI,
    POSTER,
    RUBBISH,
    SANITATION,
    STALL,
    SUN,
    WANG,
    WORKS,
    WU,
    ZHAO,
    ZHENG,
)

Key = tuple[object, ...]
Cells = dict[Key, Counter[str]]
BY = [by for by in SUBJECTS if by != "supervisor"]
NOBODY: Key = (None,)
ZHAOS, CHENS, WANGS, LIS, HES = (
    (one.role, one.person, None) for one in (ZHAO, CHEN, WANG, LI, HE)
)
SYSTEMS: Key = ("system", None, None)
"""What follows an act of itself: a case that is reported as not solved becomes a new one."""

# Lives that have no unit, whose unit nobody signed for, that the works have, that a caller told of.
NO_UNIT = {"refused", "not filed", "voided", "self-handled", "found", "remarked"}
NOT_SIGNED = {"returned", "redispatched", "rapid"}
OF_WORKS = {"shuffled", "redispatched"}
CALLED = {"very satisfied", "satisfied", "unsatisfied"}
UNITS: dict[str, int | None] = dict.fromkeys(NO_UNIT) | dict.fromkeys(OF_WORKS, WORKS) | {"rapid": CENTRE}
SIGNED: dict[str, int | None] = dict.fromkeys((*NO_UNIT, *NOT_SIGNED)) | {"shuffled": WU.person}
# A count of a life that is somebody else's than the life's other counts: unit, person in charge; times.
ELSEWHERE: dict[tuple[str, str], list[tuple[int | None, int | None]]] = {
    ("returned", "returns"): [(WORKS, WU.person)],
    ("returned", "dispatches_wrong"): [(WORKS, WU.person)],
    ("returned", "assignments"): [(WORKS, WU.person), (SANITATION, None)],
    ("redispatched", "dispatches_wrong"): [(SANITATION, SUN.person)],
    ("redispatched", "assignments"): [(SANITATION, SUN.person), (WORKS, None)],
}
# Two cases in one life: how many of a count are the second case's, which has no unit.
SECOND: dict[str, Counter[str]] = {
    "reopened": Counter(("reports", "recurrences")),
    "merged": Counter((
        "reports", "collector_reports", "valid_reports", "valid_collector_reports", "filed_cases", "filings_accurate",
        "merged_cases", "acceptances_at_desk", "acceptances_accurate",
    )),
}  # fmt: skip
DID = {
    **dict.fromkeys(("acceptances_at_desk", "acceptances_accurate", "refusals", "follow_ups"), CHENS),
    **dict.fromkeys((f"follow_ups_{how}" for how in ("very_satisfied", "satisfied", "unsatisfied")), CHENS),
    **dict.fromkeys(("filing_refusals", "redispatched_cases"), WANGS),
    **dict.fromkeys(("assignments", "dispatches_accurate", "dispatches_wrong", "rapid_handlings"), LIS),
    **dict.fromkeys(("missed_reports", "false_reports", "verified_reports", "checks_invalid"), ZHAOS),
    **dict.fromkeys(("inspections", "inspections_not_in_order"), HES),
}
"""Who did it; what is not named here was reported by whoever reported the case."""


def whose(life: str, count: str, n: int) -> dict[str, Key]:
    """The n-th of a count in a life: each sort of subject -> whose it is."""
    second = n < SECOND.get(life, Counter())[count]
    unit, signed = (None, None) if second else (UNITS.get(life, SANITATION), SIGNED.get(life, SUN.person))
    if (life, count) in ELSEWHERE:
        unit, signed = ELSEWHERE[life, count][n]
    called = (life in CALLED and count != "verified_reports") or (life == "reopened" and second)
    return {
        "unit": (unit,),
        "in_charge": (signed,),
        "area": (INNER,),
        "class": (STALL if life in CALLED else POSTER if life == "self-handled" else RUBBISH,),
        "source": ("hotline" if life in CALLED else "patrol",),
        "collector": NOBODY if called else (ZHAO.person,),
        "contractor": NOBODY if called else (COLLECTING,),
        "centre": (CENTRE,),
        "post": SYSTEMS if life == "reopened" and second else DID.get(count, CHENS if called else ZHAOS),
    }


def of_lives() -> dict[str, Cells]:
    found: dict[str, Cells] = {by: defaultdict(Counter) for by in BY}
    for life, (_tell, words) in GOLDEN.items():
        for count, times in Counter(words.split()).items():
            for n in range(times):
                for by, key in whose(life, count, n).items():
                    if by != "post" or not (count in OF_CASES or count in NO_POST):
                        found[by][key][count] += 1
    return found


def numbers(by: str, keys: list[str]) -> dict[Key, dict[str, int]]:
    rows = cells(table(by, keys, of=MARCH))
    return {key: told for key, row in rows.items() if (told := {k: int(str(v)) for k, v in row.items() if v})}


@pytest.mark.parametrize("by", BY)
def test_each_life_counts_for_those_whose_it_is(city: None, by: str) -> None:
    write([entries for name in GOLDEN for entries in told(name).entries.values()])
    keys = sorted({key for _, words in GOLDEN.values() for key in words.split()})
    shown = [key for key in keys if by in shipped().subjects_of(key)]
    assert numbers(by, shown) == {key: dict(counts) for key, counts in of_lives()[by].items()}


def test_who_supervises_has_the_numbers_of_its_units(city: None) -> None:
    write([entries for name in GOLDEN for entries in told(name).entries.values()])
    bureau = supervise("bureau", SANITATION, WORKS)
    hand: Cells = defaultdict(Counter)
    for (unit,), counts in of_lives()["unit"].items():
        hand[(bureau if unit in (SANITATION, WORKS) else None,)].update(counts)
    keys = sorted({key for counts in hand.values() for key in counts})
    assert numbers("supervisor", keys) == {key: dict(counts) for key, counts in hand.items()}


# Of the eight lives of a task: three are answered (one in April: in March it was overdue), five nobody answered.
ANSWERED = {"_opened": 2, "": 2, "_on_time": 1, "_late": 1, "_overdue": 1, "_to_do": 1, "_due": 3}
WAITING = {"_opened": 4, "_overdue": 1, "_not_due": 2, "_to_do": 3, "_ended": 1, "_due": 1}
CENTRES = ("acceptances", "verify_sends", "filings", "dispatches", "check_sends", "closing_decisions")


def of_tasks(by: str, stem: str, answered: bool) -> Key:
    """Whose a hand-made task is: the works hold it; who dispatched (or handed down) last answers it."""
    _kind, _answer, subject = FAMILIES[stem]
    last = ZHENG if subject == "l2" else LI
    fields = stem in ("verifications", "checks")
    unit = WORKS if subject != "case" else SANITATION
    return {
        "unit": (unit,),
        "in_charge": NOBODY,
        "area": (INNER,),
        "class": (RUBBISH,),
        "source": ("patrol",),
        "collector": ((last.person if answered else None) if fields else ZHAO.person,),
        "contractor": (WORKS if fields else COLLECTING,),
        "centre": (WORKS if stem in CENTRES else CENTRE,),
        "post": ("unit_desk", last.person, None) if answered else ("unit_desk", None, WORKS),
    }[by]


@pytest.mark.parametrize("by", BY)
def test_each_task_counts_for_those_whose_it_is(city: None, by: str) -> None:
    write([entries for n, stem in enumerate(FAMILIES) for entries in lives(stem, n)])
    hand: Cells = defaultdict(Counter)
    for stem in FAMILIES:
        for answered, counts in ((True, ANSWERED), (False, WAITING)):
            whom = of_tasks(by, stem, answered)
            hand[whom].update({f"{stem}{end}": n for end, n in counts.items()})
            if stem in ("dispatches", "handlings"):
                hand[whom][f"{stem}_owed"] += counts.get("", 0) + counts["_to_do"]
    keys = [f"{stem}{end}" for stem in FAMILIES for end in {**ANSWERED, **WAITING}]
    assert numbers(by, [*keys, "dispatches_owed", "handlings_owed"]) == {k: dict(c) for k, c in hand.items()}


def test_no_indicator_and_no_subject_lacks_its_golden_number() -> None:
    """Counts of tasks have theirs by every subject; recurrences in test_recurring, minutes in test_golden_acts."""
    hand, known = of_lives(), shipped()
    of_tasks_ = {f"{stem}{end}" for stem in FAMILIES for end in {**ANSWERED, **WAITING}}
    elsewhere = {"recurrences_handled", "recurrences_checked", "handling_minutes", "dispatches_owed", "handlings_owed"}
    for key, one in known.all.items():
        if isinstance(one, Count) and key not in of_tasks_ | elsewhere:
            for by in set(known.subjects_of(key)) - {"supervisor"}:
                assert sum(counts[key] for counts in hand[by].values()) > 0, (key, by)

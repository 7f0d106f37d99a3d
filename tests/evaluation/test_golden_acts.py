"""Hand-made lives for every count that is not of a kind of task: what each life adds to the month, counted by hand."""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest

from citygrid.evaluation.definitions import Count, parts_of, shipped
from tests.evaluation.lives import table, write
from tests.evaluation.oracle import Oracle
from tests.evaluation.test_golden import MARCH
from tests.evaluation.test_golden_families import ANSWER, FAMILIES
from tests.process.city import (
    CHEN,
    FENG,
    HE,
    HERE,
    LI,
    LUO,
    MA,
    POSTER,
    STALL,
    SUN,
    WANG,
    WHY,
    WORKS,
    WU,
    ZHAO,
    Story,
    photo,
    text,
)

OF_TASKS = {f"{stem}{member}" for stem in FAMILIES for member in ANSWER} | {"dispatches_owed", "handlings_owed"}
OF_LINKS = {"recurrences_handled", "recurrences_checked"}
"""Two cases make one: test_recurring.py."""
NO_POST = {"returns", "shuffles", "extensions", "suspensions", "deferrals", "exemptions", "urges", "supervisions"}
OF_CASES = {key for key, one in shipped().all.items() if isinstance(one, Count) and one.facts == "case"}
REPORTED = "reports collector_reports"
ACCEPTED = f"{REPORTED} acceptances_at_desk"
FILED = f"{ACCEPTED} acceptances_accurate valid_reports valid_collector_reports filed_cases filings_accurate"
GIVEN = f"{FILED} assignments dispatches_accurate"
OVERDUE = "closings_to_do closings_overdue closings_due"  # four working hours of the second of March are over
CLOSED = f"{GIVEN} closings closings_due filed_closings"
ON_TIME = f"{CLOSED} closings_on_time"


def refused(one: Story) -> None:
    one.reported().do(CHEN, "refuse", reason=WHY)


def not_filed(one: Story) -> None:
    one.accepted().do(WANG, "refuse_filing", reason=WHY)


def late(one: Story) -> None:
    one.handling().later(days=2).do(SUN, "feed_back", media=[photo("late")])
    one.do(CHEN, "send_check")
    one.do(ZHAO, "check", result="fixed", media=[photo("fine")])
    one.do(WANG, "close", outcome="qualified")


def hotline(rating: str) -> Callable[[Story], None]:
    def life(one: Story) -> None:
        one.do(CHEN, "log_call", source="hotline", class_id=STALL, lon=HERE.lon, lat=HERE.lat)
        one.do(CHEN, "send_verify")
        one.do(ZHAO, "verify", true=True, media=[photo("so")])
        one.do(WANG, "file_case", condition="1")
        one.do(LI, "dispatch", body=10)
        one.do(SUN, "sign")
        one.do(SUN, "feed_back", culprit="none")
        one.do(CHEN, "send_check")
        one.do(ZHAO, "check", result="fixed")
        one.do(WANG, "close", outcome="qualified")
        one.later(days=1).do(CHEN, "follow_up", rating=rating)

    return life


def returned(one: Story) -> None:
    one.handling(body=WORKS).asked("return", WU).do(LI, "approve", granted=True)
    one.do(LI, "dispatch", body=10)


def shuffled(one: Story) -> None:
    one.handling(body=WORKS).asked("return", WU).do(LI, "approve", granted=False)


def extended(one: Story) -> None:
    one.handling().asked("extend", limit="1 work_day").do(LI, "approve", granted=True)


def suspended(mode: str) -> Callable[[Story], None]:
    def life(one: Story) -> None:
        one.handling().asked("suspend", mode=mode, limit="60 natural_day").do(LI, "approve", granted=True)
        one.do(FENG, "approve", granted=True)

    return life


def exempt(one: Story) -> None:
    one.closed().do(SUN, "appeal", reason=WHY)
    one.do(LI, "review_appeal", granted=True)
    one.do(CHEN, "review_appeal", granted=True)


def voided(one: Story) -> None:
    one.filed().asked("void", CHEN).do(WANG, "approve", granted=True)


def forced(one: Story) -> None:
    one.handling().asked("force", LI).do(FENG, "approve", granted=True)


def substandard(one: Story) -> None:
    one.checked(result="not_fixed").do(WANG, "close", outcome="substandard")


def self_handled(one: Story) -> None:
    pair = {"media": [photo("a")], "after_media": [photo("b")]}
    one.do(ZHAO, "self_report", source="patrol", class_id=POSTER, lon=HERE.lon, lat=HERE.lat, **pair)
    one.do(WANG, "review_self", valid=True)


def rapid(one: Story) -> None:
    one.filed().do(LI, "rapid", reason=WHY, cost=50_000)


def reworked(one: Story) -> None:
    one.checked(result="not_fixed").do(WANG, "rework", reason=WHY)
    one.do(SUN, "feed_back", media=[photo("better")])
    one.do(CHEN, "send_check")
    one.do(ZHAO, "check", result="fixed", media=[photo("fine")])
    one.do(WANG, "close", outcome="qualified")


def redispatched(one: Story) -> None:
    one.checked(result="not_fixed").do(WANG, "redispatch", reason=WHY)
    one.do(LI, "dispatch", body=WORKS)


def untold(one: Story) -> None:
    one.checked(result="cannot_tell")


def found(one: Story) -> None:
    one.reported()
    for n, kind in enumerate(("missed", "false"), 1):
        one.do(HE, "finding", finding=kind, person=ZHAO.person)
        one.do(MA, "finding", confirms=n)


def remarked(one: Story) -> None:
    one.filed().do(CHEN, "urge")
    one.do(LUO, "supervise")
    one.do(HE, "inspect", result="in_order")
    one.do(HE, "inspect", result="not_in_order")
    one.do(CHEN, "mark", mark="urgent")
    one.do(CHEN, "mark", mark="key")


def reopened(one: Story) -> None:
    one.closed().later(days=1).do(CHEN, "reopen", reason=text("still there"), media=[photo("again")])


def merged(one: Story) -> None:
    one.handling()
    main, one.id = one.id, UUID(int=one.id.int + 1_000)
    one.filed().do(CHEN, "merge", into=str(main), reason=WHY)


CALLED = (
    "reports public_reports valid_reports valid_public_reports verified_reports filed_cases filings_accurate"
    " assignments dispatches_accurate closings closings_due filed_closings closings_on_time follow_ups"
)
GOLDEN: dict[str, tuple[Callable[[Story], object], str]] = {
    "refused": (refused, f"{REPORTED} refusals"),
    "not filed": (not_filed, f"{ACCEPTED} filing_refusals"),
    "closed": (Story.closed, ON_TIME),
    "closed late": (late, f"{CLOSED} closings_late"),
    "open past its limit": (Story.handling, f"{GIVEN} {OVERDUE}"),
    "very satisfied": (hotline("very_satisfied"), f"{CALLED} follow_ups_very_satisfied"),
    "satisfied": (hotline("satisfied"), f"{CALLED} follow_ups_satisfied"),
    "unsatisfied": (hotline("unsatisfied"), f"{CALLED} follow_ups_unsatisfied"),
    "returned": (returned, f"{GIVEN} assignments dispatches_wrong returns {OVERDUE}"),
    "shuffled": (shuffled, f"{GIVEN} shuffles {OVERDUE}"),
    "extended": (extended, f"{GIVEN} extensions {OVERDUE}"),
    "on the problem list": (suspended("hang"), f"{GIVEN} suspensions closings_to_do"),
    "deferred": (suspended("defer"), f"{GIVEN} deferrals closings_to_do"),
    "exempt": (exempt, f"{GIVEN} filed_closings exemptions"),
    "voided": (voided, f"{ACCEPTED} acceptances_accurate valid_reports valid_collector_reports filed_cases voidings"),
    "forced": (forced, f"{ON_TIME} forced_closings"),
    "substandard": (substandard, f"{ON_TIME} substandard_closings"),
    "self-handled": (self_handled, f"{REPORTED} self_handlings closings closings_due closings_on_time"),
    "rapid": (rapid, f"{GIVEN} rapid_handlings {OVERDUE}"),
    "reworked": (reworked, f"{ON_TIME} reworks"),
    "redispatched": (redispatched, f"{GIVEN} assignments dispatches_wrong redispatched_cases {OVERDUE}"),
    "cannot tell": (untold, f"{GIVEN} checks_invalid closings_to_do"),
    "found": (found, f"{REPORTED} missed_reports false_reports"),
    "remarked": (remarked, f"{FILED} urges supervisions inspections inspections inspections_not_in_order"
                           " urgent_cases key_cases closings_to_do"),
    "reopened": (reopened, f"{ON_TIME} reports recurrences"),
    "merged": (merged, f"{GIVEN} {FILED} merged_cases {OVERDUE}"),
}  # fmt: skip
"""Life -> the counts that it adds one to (a word twice: two)."""


def told(name: str) -> Story:
    story = Story()
    story.id = UUID(int=list(GOLDEN).index(name) + 1)
    GOLDEN[name][0](story)
    return story


@pytest.mark.parametrize("name", GOLDEN)
def test_a_life_adds_what_was_counted_by_hand(name: str) -> None:
    counted = Counter(key for key, _, _ in Oracle([told(name)]).counted(MARCH))
    assert {k: n for k, n in counted.items() if k not in OF_TASKS and k != "micros"} == Counter(GOLDEN[name][1].split())


def test_all_lives_together_add_up(city: None) -> None:
    stories = [told(name) for name in GOLDEN]
    write([entries for story in stories for entries in story.entries.values()])
    values = table("unit", of=MARCH).total.values
    hand: Counter[str] = Counter()
    for _, keys in GOLDEN.values():
        hand.update(keys.split())
    counts = {key for key, one in shipped().all.items() if isinstance(one, Count) and not one.sum} - OF_TASKS - OF_LINKS
    assert {key: values[key] for key in counts} == {key: hand[key] for key in counts}


def test_no_indicator_lacks_a_golden_case() -> None:
    """Counts of tasks, of everything else; rates are of these; minutes stand in their own test below."""
    hand = {key for _, keys in GOLDEN.values() for key in keys.split()} | OF_TASKS | {"handling_minutes"} | OF_LINKS
    for key, one in shipped().all.items():
        assert {key} <= hand if isinstance(one, Count) else parts_of(one), key


def test_minutes_from_dispatch_to_feedback(city: None) -> None:
    """The unit has the case from its dispatch on: ten minutes until it signs, an hour until it feeds back."""
    story = told("closed")
    write(story.entries.values())
    values = table("unit", ["handling_minutes", "handlings", "handling_average"], of=MARCH).total.values
    assert [str(values[k]) for k in ("handling_minutes", "handlings", "handling_average")] == ["70.00", "1", "70.00"]

"""One hand-made month of a city: the golden lives, each so many times that the numbers differ, a few more, and the
eight hand-made tasks of each kind. `golden_month.csv` and `golden_subjects.csv` have its answer, counted by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from citygrid.process import Entry
from citygrid.process.moments import stamp
from tests.evaluation.test_golden_acts import GOLDEN
from tests.evaluation.test_golden_families import FAMILIES, FEBRUARY, LIVES, NOW, hand_made
from tests.process.city import (
    CHEN,
    HU,
    LI,
    SANITATION,
    SECOND_LEVEL,
    STREET_TEAM,
    SUN,
    THERE,
    WANG,
    WORKS,
    ZHAO,
    ZHENG,
    Story,
    photo,
)

LAST_MINUTES = datetime(2026, 3, 31, 15, 55, tzinfo=UTC)  # five minutes before the city's midnight
METRES, DAYS = 20, 10
"""What is a recurrence (回潮) here; the cases lie APART metres from each other, so that only what comes back is one."""
APART = 100
TIMES = {
    "refused": 3, "not filed": 2, "closed": 12, "closed late": 3, "open past its limit": 4, "very satisfied": 4,
    "satisfied": 3, "unsatisfied": 1, "returned": 2, "shuffled": 3, "extended": 7, "on the problem list": 2,
    "deferred": 3, "exempt": 2, "voided": 4, "forced": 2, "substandard": 3, "self-handled": 6, "rapid": 2,
    "reworked": 4, "redispatched": 3, "cannot tell": 2, "found": 2, "remarked": 3, "reopened": 2, "merged": 2,
    "came back": 2, "there, closed": 2, "there, late": 3, "slow": 2, "just reported": 3, "just accepted": 2,
    "never filed": 2,
}  # fmt: skip
OF_LIVES = ("acceptances", "filings")
"""Such a task counts as done only while the case's own acceptance or filing is its: the lives have these, in time and
late, overdue and not yet due."""


def there_closed(one: Story) -> None:
    one.checked(place=THERE).do(HU, "close", outcome="qualified")


def there_late(one: Story) -> None:
    one.handling(place=THERE).later(days=2).do(SUN, "feed_back", media=[photo("late")])


def slow(one: Story) -> None:
    """Each step past its limit."""
    one.reported().later(minutes=15).do(CHEN, "accept")
    one.later(minutes=15).do(WANG, "file_case", condition="1")
    one.later(minutes=20).do(LI, "dispatch", body=SANITATION)
    one.later(minutes=40).do(SUN, "sign")
    one.later(days=2).do(SUN, "feed_back", media=[photo("late")])
    one.later(minutes=20).do(CHEN, "send_check")
    one.later(hours=3).do(ZHAO, "check", result="fixed", media=[photo("fine")])
    one.later(minutes=40).do(WANG, "close", outcome="qualified")


def just(tell: Callable[[Story], object]) -> Callable[[Story], object]:
    def life(one: Story) -> None:
        one.now = LAST_MINUTES
        tell(one)

    return life


def came_back(one: Story) -> None:
    """The same class three days later at the place of one that was closed late."""
    one.later(days=3).filed()


MORE: dict[str, Callable[[Story], object]] = {
    "came back": came_back, "there, closed": there_closed, "there, late": there_late, "slow": slow,
    "just reported": just(Story.reported), "just accepted": just(Story.accepted), "never filed": Story.accepted,
}  # fmt: skip
TOLD: dict[str, Callable[[Story], object]] = {name: tell for name, (tell, _) in GOLDEN.items()} | MORE


def stories() -> Iterator[tuple[str, int, Story]]:
    """Name of the life, the how many-eth of it, and the story."""
    for n, name in enumerate(TOLD, 1):
        for time in range(TIMES[name]):
            story = Story()
            story.id = UUID(int=time * 10_000 + n)
            TOLD[name](story)
            yield name, time, story


def tasks() -> Iterator[list[Entry]]:
    """The eight tasks of each kind, each kind's on a case of February that was voided in February: so nothing but the
    tasks is March's. Who said the last of the case, Wang, answers them after five minutes, or in April."""
    for number, (stem, (kind, answer, subject)) in enumerate(FAMILIES.items()):
        if stem in OF_LIVES:
            continue
        story = Story(now=FEBRUARY - timedelta(days=1))
        story.id = UUID(int=1_000_000 + number)
        if subject == "l2":
            story.handling(body=SECOND_LEVEL).do(ZHENG, "forward", body=STREET_TEAM)
        else:
            story.dispatched(assisting=(WORKS,))
        story.asked("void", CHEN).do(WANG, "approve", granted=True)
        entries = list(story.entries[story.id])
        for n, (begins, due, done, how, stops) in enumerate(LIVES):
            task = {
                "no": 90 + n, "kind": kind, "holder": [WORKS, "unit_desk", None], "subject": subject.replace("l", "a"),
                "opened_at": stamp(begins), "due": stamp(begins + due), "main": (kind, subject) == ("handle", "a1"),
            }  # fmt: skip
            if stops is not None:
                task["paused_at"] = stamp(begins + stops)
            entries.append(hand_made(entries[-1], begins, {"said": {}, "set": {}, "open": [task]}))
            if done is None:
                continue
            at = begins + timedelta(minutes=5) if done is NOW else done
            closed = {"no": 90 + n, "outcome": answer if how == "answered" else how, "late": at > begins + due}
            entries.append(hand_made(entries[-1], at, {"said": {}, "set": {}, "close": [closed]}))
        yield entries

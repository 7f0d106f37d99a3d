"""Ordinary lives of cases, decided by the real process; no database, so that another process can make them."""

from datetime import timedelta
from random import Random
from uuid import UUID

from tests.process.city import (
    CHEN,
    COVER,
    FENG,
    LI,
    MONDAY,
    RUBBISH,
    STALL,
    SUN,
    WANG,
    WHY,
    WORKS,
    WU,
    Story,
    photo,
)


def simulated(cases: int, seed: int = 1) -> list[Story]:
    """Ordinary offices: most cases are closed; some are late, returned, reworked, refused, or wait at each stage."""
    chance, found = Random(seed), []
    for number in range(cases):
        story = Story(now=MONDAY - timedelta(days=9) + timedelta(minutes=chance.randrange(40 * 1440)))
        story.id = UUID(int=(seed + 1 << 64) + number)
        _live(story, chance)
        found.append(story)
    return found


def _live(story: Story, chance: Random) -> None:
    kind, wait = chance.random(), chance.expovariate(1 / 300)
    if kind < 0.3:
        story.closed()
    elif kind < 0.4:
        story.handling(chance.choice((RUBBISH, STALL, COVER)), "1")
    elif kind < 0.48:
        story.handling().later(minutes=wait * 10).do(SUN, "feed_back", media=[photo("late")])
    elif kind < 0.56:
        again = story.checked(result="not_fixed").later(minutes=wait)
        again.do(WANG, *chance.choice((("rework",), ("redispatch",))), reason=WHY)
    elif kind < 0.64:
        story.handling(body=WORKS).later(minutes=wait / 9).asked("return", WU)
        story.later(minutes=wait).do(LI, "approve", granted=chance.random() < 0.7)
    elif kind < 0.7:
        story.handling().asked("suspend", mode=chance.choice(("hang", "defer")), limit="9 natural_day")
        story.do(LI, "approve", granted=True)
        story.later(minutes=wait).do(FENG, "approve", granted=chance.random() < 0.8)
    elif kind < 0.76:
        story.closed().later(minutes=wait).do(SUN, "appeal", reason=WHY)
        story.later(minutes=wait).do(LI, "review_appeal", granted=True)
        story.do(CHEN, "review_appeal", granted=chance.random() < 0.8)
    else:
        _wait(story, chance.randrange(7), wait)


def _wait(story: Story, stage: int, wait: float) -> None:
    """The first stages, a bit late; the case stays there, or is refused."""
    if stage == 0:
        story.reported().later(minutes=wait).do(CHEN, "refuse", reason=WHY)
    elif stage == 1:
        story.accepted().later(minutes=wait).do(WANG, "refuse_filing", reason=WHY)
    elif stage == 2:
        story.filed().later(minutes=wait).do(LI, "unfile", reason=WHY)
    elif stage == 3:
        story.reported().later(minutes=wait).do(CHEN, "send_verify")
    elif stage == 4:
        story.handling().asked("extend", limit="1 work_day")
        story.later(minutes=min(wait, 90)).do(LI, "approve", granted=True)
    elif stage == 5:
        story.checked().later(minutes=wait).do(WANG, "close", outcome="substandard")
    else:
        story.dispatched(assisting=(WORKS,)).later(minutes=wait).do(SUN, "sign")

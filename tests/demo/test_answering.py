"""Reports that came from elsewhere are answered by the city's own people, to the end (issue 2, item 8)."""

from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from citygrid.cases import loading, verifying
from citygrid.cases.acting import submit
from citygrid.cases.database import plain
from citygrid.cases.submission import Submission
from citygrid.demo.answering import answer
from citygrid.process import SYSTEM, Refusal
from citygrid.process.states import TERMINAL
from tests.demo.conftest import UNTIL

SPACE = UUID("b1c2d3e4-0000-4000-8000-000000000001")


def demand(scene, lives, count, days=14):
    """Calls logged, as an import leaves them."""
    spots = [life.memory["spot", life.root] for life in lives if ("spot", life.root) in life.memory]
    found = []
    for number, spot in enumerate(spots[:count]):
        case = uuid5(SPACE, str(number))
        said = {"source": "hotline", "lon": f"{spot.lon:.7f}", "lat": f"{spot.lat:.7f}", "text": "路边有垃圾",
                "class_id": scene.choose("public", lives[number].chance).id}  # fmt: skip
        at = UNTIL - timedelta(days=days, minutes=number)
        done = submit(Submission(case, uuid5(case, "1"), "log_call", said), SYSTEM, None, at)
        assert not isinstance(done, Refusal), str(done)
        found.append(case)
    return found


def now(case):
    with plain() as connection:
        return loading.peek(connection, case)


def test_reports_are_carried_to_their_end(demo, scene, lives):
    cases = demand(scene, lives, 12)
    went = answer(cases, UNTIL)
    assert went.cases == 12 and went.over >= 9 and went.acts > 12 * 4
    assert sum(now(case).state in TERMINAL for case in cases) == went.over
    assert list(verifying.verify()) == []


def test_what_is_over_or_unknown_is_left_alone(demo, scene, lives):
    cases = demand(scene, lives, 2)
    answer(cases, UNTIL)
    over = [case for case in cases if now(case).state in TERMINAL]
    assert over and answer([*over, uuid5(SPACE, "none")], UNTIL).acts == 0


@pytest.mark.long
def test_much_demand(demo, scene, lives):
    cases = demand(scene, lives, 300, days=21)
    went = answer(cases, UNTIL)
    assert went.over > 250
    assert list(verifying.verify()) == []

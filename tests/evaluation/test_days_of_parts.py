"""Who sees districts: roll-ups by day give the numbers of the facts, each row once, wherever it is and was."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

import pytest
from django.db import transaction

from citygrid.cases.database import Connection, plain
from citygrid.evaluation import counting, days, facts, rolled
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import SUBJECTS, shipped
from citygrid.evaluation.tables import evaluate
from citygrid.organization.visibility import Scope
from tests.evaluation.lives import ALWAYS
from tests.evaluation.test_days import ASKED, COUNTS, RUNNING, WHOLE, same
from tests.process.walker import Walk

ELSEWHERE = "get_byte(decode(md5(id::text), 'hex'), 0)"
SPREAD = (
    f"update cases_case set district = 1 + {ELSEWHERE} % 3, community = null",
    f"update cases_case set street = district * 10 + {ELSEWHERE} / 3 % 2",
    f"update cases_case set community = street * 10 + {ELSEWHERE} / 7 % 2 where {ELSEWHERE} % 11 > 0",
    f"update cases_case set district = null, street = null, community = null where {ELSEWHERE} % 13 = 0",
    "update cases_head set version = version",
)
"""Three districts with two streets each and two communities in each street; some cases lie nowhere."""


def below(*districts: int) -> frozenset[int]:
    """These districts and all that lies in them."""
    streets = [d * 10 + n for d in districts for n in (0, 1)]
    return frozenset([*districts, *streets, *(s * 10 + n for s in streets for n in (0, 1))])


def seeing(bodies: Iterable[int], areas: Iterable[int]) -> Scope:
    return Scope(everything=False, bodies=frozenset(bodies), areas=frozenset(areas), person=1, post=1)


@pytest.fixture(scope="module")
def by_day(walked: list[Walk], django_db_blocker: Any) -> Iterator[None]:
    """The walks, spread over districts, with their roll-ups, for all tests of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        with plain() as connection:
            for text in SPREAD:
                connection.execute(text.encode())
            facts.refresh(connection)
            facts.keep_days(connection, "Asia/Shanghai")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def raw(by_day: None, db: None) -> Iterator[Connection]:
    with plain() as connection:
        yield connection


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The tables of facts that a count was asked of, each time that the facts were asked."""
    found: list[set[str]] = []
    count = counting.count

    def watched(connection: Connection, counts: Any, question: Question) -> Any:
        counts = list(counts)
        if counts:
            found.append({one.facts for one in counts})
        return count(connection, counts, question)

    monkeypatch.setattr(rolled.counting, "count", watched)
    return found


def units(connection: Connection) -> list[int]:
    return sorted(key[0] for key in counting.count(connection, COUNTS, Question(ALWAYS, "unit")).numbers if key[0])


def scopes(connection: Connection) -> dict[str, Scope]:
    one, *_others, other = units(connection)
    return {
        "a leader": seeing([-1], below(1)),
        "a leader, whose body has cases everywhere": seeing([one], below(2)),
        "a leader of two, several bodies": seeing([one, other], below(1, 3)),
        "a district without what lies below": seeing([], [2]),
        "a district and a street of another": seeing([-1], below(1) | {20}),
        "a district and a street within it": seeing([-1], {1, 10, 101}),
        "a street": seeing([one], {10, 100, 101}),
        "a community": seeing([], {100}),
        "an area that has nothing": seeing([one], {-5}),
        "nothing": seeing([], []),
    }


@pytest.mark.parametrize(("by", "level"), ASKED)
def test_a_part_of_the_city_is_told_as_the_facts_tell_it(raw: Connection, by: str, level: str) -> None:
    """Nested areas, bodies elsewhere, cases that lie nowhere: whoever it is for, each row once."""
    for name, scope in scopes(raw).items():
        for one in (WHOLE[0], WHOLE[-1], RUNNING[0]):
            said = same(raw, Question(one, by, level, scope))
            assert said > 0 or name == "nothing" or not any(below(1, 2, 3) & scope.areas), name


@pytest.mark.parametrize("seed", range(12))
def test_any_part_is_told_as_the_facts_tell_it(raw: Connection, seed: int) -> None:
    """Bodies and areas by chance, in no order; also streets and communities that went to other districts."""
    chance = Random(seed)
    areas, bodies = sorted(below(1, 2, 3)), [*units(raw), -1]
    moved = chance.randint(1, 3), chance.choice((10, 31))
    raw.execute("update cases_case set district = %s where street = %s", moved)
    raw.execute("update cases_case set street = null where community = %s", [chance.choice((201, 110))])
    raw.execute("update cases_head set version = version where version > %s", [chance.randint(1, 5)])
    facts.refresh(raw)
    for by, level in ASKED:
        scope = seeing(
            chance.sample(bodies, chance.randint(0, len(bodies))), chance.sample(areas, chance.randint(0, len(areas)))
        )
        same(raw, Question(chance.choice([*WHOLE, *RUNNING]), by, level, scope))


@pytest.mark.parametrize(("by", "level"), [one for one in ASKED if one[0] not in days.EVERYWHERE])
def test_a_district_is_not_counted_from_facts(
    raw: Connection, asked: list[set[str]], by: str, level: str
) -> None:
    """Where its own body has nothing elsewhere; of a period that runs the facts are asked for today only."""
    part = seeing([-1], below(1))
    assert rolled.count(raw, COUNTS, Question(WHOLE[0], by, level, part)).numbers
    assert asked == []
    rolled.count(raw, COUNTS, Question(RUNNING[0], by, level, part))
    assert len(asked) == 1


@pytest.mark.parametrize(("by", "told"), [(by, by not in ("area", "class", "source", "post")) for by, _ in ASKED])
def test_rows_of_the_own_body_elsewhere(raw: Connection, asked: list[set[str]], by: str, told: bool) -> None:
    """Where a cell says whose its rows are they are told; what is of many bodies is added from facts."""
    own = {"collector": "contractor", "post": "body"}.get(by, by if by in ("contractor", "centre") else "unit")
    text = f"select min({own}) from evaluation_item where district <> 1 and done_at is not null"
    (one,) = raw.execute(text.encode()).fetchone() or (None,)
    with_it, without = (
        rolled.count(raw, COUNTS, Question(WHOLE[0], by, scope=seeing([body], below(1)))).numbers for body in (one, -1)
    )
    assert bool(asked) is not told
    assert sum(sum(row.values()) for row in with_it.values()) > sum(sum(row.values()) for row in without.values()) > 0


@pytest.mark.parametrize("by", ["collector", "in_charge"])
def test_bodies_alone_are_told_where_a_cell_says_whose_it_is(raw: Connection, asked: list[set[str]], by: str) -> None:
    own = {"collector": "contractor", "in_charge": "unit"}[by]
    text = f"select distinct {own} from evaluation_item where {own} is not null"
    everybody, seen = sorted(row[0] for row in raw.execute(text.encode()).fetchall()), 0
    for bodies in (*([one] for one in everybody), everybody, [-1]):
        seen += len(rolled.count(raw, COUNTS, Question(WHOLE[0], by, scope=seeing(bodies, []))).numbers)
        assert asked == []
        same(raw, Question(WHOLE[0], by, scope=seeing(bodies, [])))
        asked.clear()
    assert seen > 0


@pytest.mark.parametrize("where", ["2, 20, 200", "null, null, null", "2, 10, null", "2, null, 100", "null, 11, null"])
def test_a_case_that_moves_is_told_where_it_is(raw: Connection, asked: list[set[str]], where: str) -> None:
    """To another district, nowhere, to a street or a community that another district has; and back."""
    leader, other = (Question(WHOLE[0], "unit", scope=seeing([-1], below(n))) for n in (1, 2))
    before = same(raw, leader), same(raw, other)
    text = f"update cases_case set (district, street, community) = ({where}) where district = 1"
    assert raw.execute(text.encode()).rowcount > 20
    raw.execute("update cases_head set version = version")
    facts.refresh(raw)
    assert (same(raw, leader) == before[0]) is ("1" in where), "in a street or a community of the district still"
    same(raw, other)
    for by, level in ASKED:
        same(raw, Question(WHOLE[0], by, level, leader.scope))
    for text in SPREAD:
        raw.execute(text.encode())
    facts.refresh(raw)
    asked.clear()
    rolled.count(raw, COUNTS, leader)
    assert asked == [], "what left is looked for, and not found"
    assert (same(raw, leader), same(raw, other)) == before


def test_what_strays_is_looked_for_in_its_own_facts(raw: Connection, asked: list[set[str]]) -> None:
    """A patrol over two districts has its findings in one, and perhaps in a street of the other: acts alone."""
    raw.execute("update evaluation_act set street = 11, community = null where district = 2 and no % 3 = 1")
    days.build(raw, "act", "Asia/Shanghai")
    question = Question(WHOLE[0], "unit", scope=seeing([-1], below(1)))
    rolled.count(raw, COUNTS, question)
    assert asked == [{"act"}]
    same(raw, question)


@pytest.mark.parametrize("by", SUBJECTS)
def test_every_indicator_of_a_district_is_the_same(raw: Connection, by: str) -> None:
    """All that is shipped, with the total, also by who supervises."""
    known, one = shipped(), units(raw)[0]
    for scope in (seeing([-1], below(1)), seeing([one], below(1))):
        question = Question(WHOLE[-1], by, scope=scope)
        quick, slow = (evaluate(raw, known, question, list(known.all), how) for how in (rolled.count, counting.count))
        assert quick.total == slow.total
        assert {row.key: row.values for row in quick.rows} == {row.key: row.values for row in slow.rows}

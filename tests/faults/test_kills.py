"""Killed in the middle of anything: what was acknowledged is there once, the rest whole or not at all (S3-15)."""

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.house import House, serving
from tests.faults.storm import STEPS, Storm


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with serving() as one:
        yield one


def storm_over(house: House) -> Storm:
    ((unit,),) = house.ask("select id from organization_body where code = %s", "wj_sanitation")
    return Storm(house, int(str(unit)))


def there(house: House) -> dict[str, int]:
    """The number in its timeline of each act on the record, by the act's id; each is there once."""
    rows = house.ask("select act_id::text, seq from cases_entry")
    assert [act for act, times in Counter(act for act, _ in rows).items() if times > 1] == []
    return {str(act): int(str(seq)) for act, seq in rows}


def whole(house: House, storm: Storm) -> dict[str, int]:
    """Everything on the record agrees with everything else; the acts on the record."""
    assert house.verify() == "0 faults"
    on_record = there(house)
    assert {act: seq for act, (_, seq) in storm.acknowledged.items()}.items() <= on_record.items()
    told = house.ask("select key, (payload->>'seq')::int from notices_outbox where topic like 'case.%%'")
    written = house.ask("select case_id::text, seq from cases_entry")
    assert sorted(told) == sorted(written), "one outbox row for each entry"
    wanted = Counter(ref for (data,) in house.ask("select data from cases_entry") for ref in refs(data))
    kinds = ["free_text", "caller_name", "caller_phone"]
    permits = {str(id) for row in house.ask("select holder::text, what::text from reception_permit") for id in row}
    stored = Counter(
        str(row) for (row,) in house.ask("select id::text from trust_redactable where kind = any(%s)", kinds)
        if str(row) not in permits
    )
    assert wanted == stored, "each text is there once, and none without its entry"
    numbers = house.ask("select number, case_id::text from cases_number")
    given = house.ask(
        "select n, id::text from cases_case cross join unnest(array[report_no, case_no]) n where n is not null"
    )
    assert sorted(numbers) == sorted(given), "each number is there once, and none without its case"
    return on_record


def refs(data: object) -> Iterator[str]:
    """Ids of the texts that an entry refers to."""
    if isinstance(data, dict):
        if data.keys() == {"id", "digest"}:
            yield str(data["id"])
        for value in data.values():
            yield from refs(value)
    elif isinstance(data, list):
        for value in data:
            yield from refs(value)


def sent_again(house: House, storm: Storm, on_record: dict[str, int]) -> None:
    """Every act without an answer is sent again, and some that had one; then each is there exactly once."""
    for one in storm.unanswered:
        answer = storm.insist(one)
        assert answer["repeated"] is (one.id in on_record), one
        storm.acknowledged[one.id] = (one, answer["seq"])
    for one, seq in random.Random(7).sample(list(storm.acknowledged.values()), 20):
        answer = storm.insist(one)
        assert (answer["repeated"], answer["seq"]) == (True, seq), one
    for one in storm.unanswered:  # and their cases go on
        for name in STEPS[STEPS.index(one.name) + 1 :]:
            next_act = storm.act(one.case, name)
            storm.acknowledged[next_act.id] = (next_act, storm.insist(next_act)["seq"])
    assert there(house).keys() >= storm.acknowledged.keys()
    cases = {one.case for one in storm.unanswered}
    ended = house.ask("select id::text, state, version from cases_case where id = any(%s::uuid[])", list(cases))
    assert sorted(ended) == sorted((case, "handling", len(STEPS)) for case in cases)


def test_killed_web_workers(house: House) -> None:
    with storm_over(house) as storm:
        for with_their_parent in (False, True):
            storm.until(60)
            house.kill_web_workers(with_their_parent=with_their_parent)
        storm.until(60)
    assert storm.unanswered, "something was under way when the workers were killed"
    on_record = whole(house, storm)
    sent_again(house, storm, on_record)
    whole(house, storm)


def test_a_killed_database(house: House) -> None:
    """S3-15: first the process of a connection, which ends all, then the server, which `serve` starts again."""
    with storm_over(house) as storm:
        storm.until(60)
        house.kill_a_database_backend()
        storm.until(60)
        pid = house.server.pid
        house.kill_the_database()
        storm.until(60)
        assert house.server.pid != pid
    assert storm.unanswered, "something was under way when the database was killed"
    on_record = whole(house, storm)
    sent_again(house, storm, on_record)
    whole(house, storm)


def test_connections_that_the_database_ended_cost_no_answer(house: House) -> None:
    """Those that wait in the pools of all workers, as after a restart of the database or of a firewall between."""

    def looks(times: int) -> list[int]:
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda _: house.looks_at("/health/"), range(times)))

    assert set(looks(40)) == {200}
    (ended,) = house.ask(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where backend_type = 'client backend' and pid <> pg_backend_pid() and state = 'idle'"
    )
    assert int(str(ended[0])) >= 2, "each worker's pool had at least one"
    assert set(looks(40)) == {200}

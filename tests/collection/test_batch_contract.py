"""Whatever is sent as a batch is answered entry by entry, and nothing is done that was not asked (issue 6)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citygrid.cases.models import Head
from citygrid.collection.models import SentEntry
from citygrid.collection.syncing import kinds, reading
from tests.collection.phones import new_id

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
JSON = st.recursive(
    PLAIN, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=9), one, max_size=3)
)
KINDS = st.sampled_from(["report", "self_report", "answer", "act", "tea", ""]) | JSON
IDS = st.uuids().map(str) | JSON
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "id": IDS,
        "kind": KINDS,
        "made_at": st.datetimes().map(lambda at: at.isoformat() + "Z") | JSON,
        "after": st.lists(IDS, max_size=3) | JSON,
        "files": st.dictionaries(st.uuids().map(str), st.none(), max_size=2) | JSON,
        "data": st.fixed_dictionaries({}, optional={"case": IDS, "act": KINDS, "item": JSON, "data": JSON}) | JSON,
    },
)


@pytest.fixture
def collector(phone):
    return phone("collector3")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(ENTRIES | JSON, max_size=6))
def test_each_entry_has_its_answer_and_nothing_is_done(collector, batch):
    cases, kept = Head.objects.count(), SentEntry.objects.filter(state="done").count()
    status, said = collector.post("sync", device=collector.device, entries=batch)
    if status == 400:  # what is no text or no number is refused whole, by the API's reader
        assert said["code"] in ("odd_signs", "unreadable")
        return
    told = said["answers"]
    assert [one["state"] for one in told].count("done") == 0
    assert len(told) == len(batch) and all(one["code"] and one["message"] for one in told)
    assert (Head.objects.count(), SentEntry.objects.filter(state="done").count()) == (cases, kept)


@given(entry=ENTRIES)
def test_the_order_of_keys_is_no_other_body(entry):
    whole = entry | {"id": new_id(), "kind": "report", "data": {"a": 1, "b": {"c": 2, "d": [3]}}, "after": []}
    whole |= {"made_at": None, "files": {new_id(): None, new_id(): None}}
    turned = whole | {"data": {"b": {"d": [3], "c": 2}, "a": 1}, "files": dict(reversed(whole["files"].items()))}
    device = reading.UUID(new_id())
    assert reading.body(*reading.entry(whole, device)) == reading.body(*reading.entry(turned, device))


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=3), st.dictionaries(st.text(max_size=5), JSON, max_size=3))
def test_other_data_is_another_body(one, other):
    sent = [kinds.Sent(reading.UUID(int=1), "report", reading.UUID(int=2), data) for data in (one, other)]
    same = reading.json.dumps(one, sort_keys=True) == reading.json.dumps(other, sort_keys=True)
    assert (reading.body(sent[0], ()) == reading.body(sent[1], ())) == same

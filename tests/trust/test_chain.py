"""The chain: canonical bytes and links (DESIGN section 2). What differs must hash differently, always the same way."""

import json
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.trust import chain

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)
HEADS = st.dictionaries(st.uuids(), st.tuples(st.integers(0, 2**40), st.binary(min_size=32, max_size=32)), max_size=8)


@given(VALUES)
def test_canonical_bytes_read_back_as_the_same_value(value: object) -> None:
    again = json.loads(chain.canonical(value))
    assert again == value
    assert chain.canonical(again) == chain.canonical(value)


@given(st.dictionaries(TEXT, VALUES, min_size=2))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    turned = dict(reversed(list(value.items())))
    assert chain.canonical(turned) == chain.canonical(value)


@given(VALUES, VALUES)
def test_different_values_have_different_bytes(one: object, other: object) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)  # True is not 1 here
    assert (chain.canonical(one) == chain.canonical(other)) is same


def test_known_bytes_stay_as_they_are() -> None:
    assert chain.canonical({"b": ["井盖", None, True], "a": -1}) == '{"a":-1,"b":["井盖",null,true]}'.encode()
    first = chain.link(chain.GENESIS, b"{}")
    assert first.hex() == "fb1634c4e6cd4b1f1afe3ce2d6ef080f7ac5d1f357d723ad4dfca782733b62db"


@pytest.mark.parametrize(
    "value", [1.0, [1.5], {"a": {"b": float("nan")}}, {1: 2}, b"x", uuid4(), datetime.now(UTC), {1, 2}, [(1, 2.0)]]
)
def test_what_json_cannot_hold_exactly_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError):
        chain.canonical(value)


@pytest.mark.parametrize("value", ["a\0b", {"a\0": 1}, ["\ud800"], {"k": [{"x": "\0"}]}])
def test_text_that_the_database_would_not_give_back_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="cannot be chained"):
        chain.canonical(value)


def test_a_written_backslash_u0000_is_no_nul() -> None:
    assert json.loads(chain.canonical("\\u0000")) == "\\u0000"


@given(st.binary(min_size=32, max_size=32), st.binary(), st.binary())
def test_a_link_depends_on_the_body_and_on_what_was_before(previous: bytes, one: bytes, other: bytes) -> None:
    assert (chain.link(previous, one) == chain.link(previous, other)) is (one == other)
    assert chain.link(chain.link(previous, one), other) != chain.link(previous, one + other)


def test_national_algorithm() -> None:
    sm3 = chain.link(chain.GENESIS, b"{}", "sm3")
    assert len(sm3) == 32
    assert sm3 != chain.link(chain.GENESIS, b"{}")
    with pytest.raises(ValueError, match="unknown chain algorithm"):
        chain.link(chain.GENESIS, b"{}", "md5")


def test_a_head_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        chain.link(b"", b"{}")


@given(HEADS)
def test_a_root_changes_with_each_head(heads: dict[UUID, tuple[int, bytes]]) -> None:
    rows = sorted(((case, seq, head) for case, (seq, head) in heads.items()), key=lambda row: row[0].bytes)
    day = date(2026, 5, 1)
    root, count = chain.root(chain.GENESIS, day, rows)
    assert count == len(rows)
    for place, (case, seq, head) in enumerate(rows):
        without = [row for row in rows if row[0] != case]
        longer = [*rows[:place], (case, seq + 1, head), *rows[place + 1 :]]
        assert root not in (chain.root(chain.GENESIS, day, without)[0], chain.root(chain.GENESIS, day, longer)[0])
    assert root != chain.root(b"\1" * 32, day, rows)[0]
    assert root != chain.root(chain.GENESIS, date(2026, 5, 2), rows)[0]


def test_heads_out_of_order_are_refused() -> None:
    low, high = UUID(int=1), UUID(int=2)
    with pytest.raises(ValueError, match="out of order"):
        chain.root(chain.GENESIS, date(2026, 5, 1), [(high, 1, bytes(32)), (low, 1, bytes(32))])

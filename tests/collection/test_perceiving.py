"""A picture's hash stays near when the picture is saved again, made smaller, brighter, or cut; another picture's is
far. With drawn pictures always, with real photos where they are (asks 17)."""

import io
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from citygrid.collection.evidence import perceiving
from citygrid.collection.evidence.rules import MOST_BITS, made, shipped
from tests.collection.drawn import CHANGES, jpeg, photo

BITS = made(shipped()).bits
REAL = Path(__file__).parents[3] / "shared/data/images"
numbers = st.integers(min_value=-(2**63), max_value=2**63 - 1)


def apart(one: bytes, other: bytes) -> int:
    """By their nearest views, as the index finds them."""
    a, b = perceiving.views(one), perceiving.views(other)
    assert a is not None and b is not None
    return min(perceiving.distance(x, y) for x in a for y in b)


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_near(change):
    worst = max(apart(jpeg(photo(seed)), CHANGES[change](photo(seed))) for seed in range(12))
    assert worst <= BITS, worst


def test_other_pictures_are_far():
    views = [perceiving.views(jpeg(photo(seed))) for seed in range(40)]
    near = min(perceiving.distance(a.whole, b.whole) for a, b in combinations(views, 2))
    assert near > BITS, near


@pytest.mark.data
@pytest.mark.skipif(not REAL.is_dir(), reason="the real photos are not on this machine")
def test_real_photos_are_told_apart_and_known_again():
    files = [path.read_bytes() for path in sorted(REAL.glob("*.jp*g"))]
    assert len(files) >= 5
    assert all(apart(a, b) > BITS for a, b in combinations(files, 2))
    for content in files:
        image = Image.open(io.BytesIO(content)).convert("RGB")
        for name, change in CHANGES.items():
            assert apart(content, change(image)) <= BITS, name


def test_a_picture_of_nothing_has_no_hash():
    assert perceiving.views(jpeg(Image.new("RGB", (640, 480), (90, 90, 90)))) is None


def test_a_photo_lying_on_its_side_is_the_same_photo():
    """The camera says by a note how it was held."""
    turned = Image.Exif()
    turned[0x0112] = 6
    upright = photo(3)
    lying = jpeg(upright.rotate(90, expand=True), exif=turned)
    assert apart(jpeg(upright), lying) <= 4


@given(numbers, st.sets(st.integers(0, 63), max_size=MOST_BITS))
def test_the_bands_find_whatever_is_near_enough(number, flips):
    """The promise of the index: nothing that differs in at most so many bits escapes it."""
    plain = number & (1 << 64) - 1
    for flip in flips:
        plain ^= 1 << flip
    other = plain - (1 << 64) if plain >> 63 else plain
    assert perceiving.distance(number, other) == len(flips)
    assert set(perceiving.bands(other)) & set(perceiving.probes(number, MOST_BITS))


@given(numbers, st.sets(st.integers(0, 63), max_size=BITS))
def test_and_with_the_shipped_bound_too(number, flips):
    plain = number & (1 << 64) - 1
    for flip in flips:
        plain ^= 1 << flip
    assert set(perceiving.bands(plain)) & set(perceiving.probes(number, BITS))

"""The accuracy of the bench, smaller: real names of Shanghai in other words than the index holds (issue 3)."""

import random

import pytest
from bench import geocoding as bench
from bench import geocoding_questions as questions

from citygrid.geocoding import search
from tests.geocoding.conftest import NOW

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not bench.POI.is_file(), reason=f"LOUD: {bench.POI} is absent; accuracy on names is not tested"),
]
PLACES, ASKED = 8000, 80


@pytest.mark.usefixtures("city")
def test_the_right_place_is_found_by_other_words() -> None:
    """A part of the places and of the questions, all four kinds; the goals are those of the whole."""
    known = random.Random(3).sample(bench.shanghai(), PLACES)
    bench.fill([*bench.area_drafts(), *(bench.draft(one, f"{n}") for n, one in enumerate(known))], NOW)
    names = questions.Names([one for one, _address in known])
    for make in questions.OF_NAMES:
        chosen = questions.take(make(names, random.Random(3)), ASKED)
        ranks = [
            [one.right(match.words, match.lon, match.lat) for match in search.find(one.text, 5, at=NOW)]
            for one in chosen
        ]
        first, five = bench.GOALS.get(chosen[0].kind, bench.USUAL)
        assert sum(rank[:1] == [True] for rank in ranks) >= first / 100 * ASKED, chosen[0].kind
        assert sum(any(rank) for rank in ranks) >= five / 100 * ASKED, chosen[0].kind

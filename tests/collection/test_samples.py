"""主管抽样: drawn by stratum with a seed, judged by somebody who did not do it, a share with its bounds."""

import uuid

import pytest

from citygrid.collection.models import Sample
from citygrid.collection.teams import samples, spans
from citygrid.process.refusal import Refusal
from tests.cases.world import COVER

SPOTS = [(f"111.01{n}5000", "30.0005000") for n in range(2, 8)]


def wanted(world, **given):
    month = spans.month_of(None, world.now)
    said = {"id": uuid.uuid4(), "body": world.body("collect"), "measure": "reports", "first": month.first,
            "last": month.last, "size": 4, "by_stratum": "class", **given}  # fmt: skip
    return samples.Wanted(**said)


def drawn(world, login="teamlead1", **given):
    return samples.draw(wanted(world, **given), world.who(login), world.now)


def six(world):
    for n, where in enumerate(SPOTS):
        world.report(where=where, class_id=COVER if n == 5 else "cjt214-2007:event:0102")


def test_every_stratum_is_drawn_from_and_the_draw_can_be_repeated(world):
    six(world)
    made = drawn(world)
    assert made.strata == {COVER: [1, 1], "cjt214-2007:event:0102": [5, 3]}
    assert made.items.count() == 4
    assert samples.proved(made, world.who("teamlead1"), world.now) is True
    item = made.items.first()
    item.no += 100
    item.save()
    assert samples.proved(made, world.who("teamlead1"), world.now) is False


def test_the_same_draw_twice_is_one(world):
    six(world)
    one = wanted(world)
    who = world.who("teamlead1")
    assert samples.draw(one, who, world.now) == samples.draw(one, who, world.now)
    assert Sample.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [({"size": 0}, "bad_size"), ({"measure": "called"}, "unknown_work"), ({"by_stratum": "x"}, "unknown_work"),
     ({"measure": "checks"}, "empty")],
)  # fmt: skip
def test_bad_draws_are_refused(world, given, code):
    six(world)
    refused = drawn(world, **given)
    assert isinstance(refused, Refusal) and refused.code == code


def test_of_other_peoples_work_nobody_draws(world):
    """A unit's desk has no people; a shift leader of the other district does not draw from this one's."""
    six(world)
    assert drawn(world, "west_sanitation_desk").code == "not_of_yours"
    assert drawn(world, "east_shiftleader").code == "empty"


def test_who_did_it_does_not_judge_it_and_a_second_verdict_is_refused(world):
    six(world)
    made = drawn(world)
    item = made.items.first()
    own = samples.judge(item.pk, True, "", world.who("collector3"), world.now)
    assert own.code == "own_work"
    assert samples.judge(item.pk, False, " ", world.who("teamlead1"), world.now).code == "no_words"
    assert samples.judge(item.pk, False, "照片不对", world.who("teamlead1"), world.now).agrees is False
    assert samples.judge(item.pk, True, "", world.who("inspector1"), world.now).code == "judged"
    assert samples.judge(item.pk, True, "", world.who("teamlead1"), world.now).agrees is True, "a correction"


def test_the_page_judges_and_says_what_the_sample_says(world, sign):
    six(world)
    made = drawn(world)
    client = sign("teamlead1")
    address = f"/collection/samples/{made.pk}/"
    items = list(made.items.all())
    for item in items[:3]:
        assert client.post(f"{address}items/{item.pk}/", {"agrees": "yes"}).status_code == 302
    wrong = client.post(f"{address}items/{items[3].pk}/", {"agrees": "no", "note": ""})
    assert wrong.status_code == 422
    client.post(f"{address}items/{items[3].pk}/", {"agrees": "no", "note": "没有这个问题"})
    page = client.get(address).text
    found = samples.result(made)
    assert (found.judged, found.agrees, found.share) == (4, 3, 75)
    assert "75.0 %" in page and f"{found.low:.1f}" in page and "没有这个问题" in page
    assert sign("contractor1").get(address).status_code == 403
    assert sign("collector4").get(address).status_code == 403

"""“The same: add to it”: words and photos go to a case that the collector may see, as a comment (workflow 3.8)."""

import pytest

from citygrid.cases.models import EntryRow
from tests.cases.world import WEST, picture
from tests.collection.phones import API, CLASS, entry, report


@pytest.fixture
def reported(phone):
    owner = phone("collector3")
    (told,) = owner.sync(report(WEST, owner.upload(picture(1)), owner.upload(picture(2))))
    return told["facts"]


def addition(case, *files):
    return entry("act", files, case=case, act="comment", data={"text": "又看到了", "media": list(files)})


def test_a_collector_is_told_that_their_post_may_add(phone):
    assert phone("collector3").pack(only="acting")["sections"]["acting"]["data"]["comment"] is True
    assert phone("auditor1").pack(only="acting")["sections"]["acting"]["data"]["comment"] is False


def test_the_owner_adds_words_and_a_photo_once(phone, reported):
    owner = phone("collector3")
    one = addition(reported["case"], owner.upload(picture(5)))
    assert [told["state"] for told in owner.sync(one) + owner.sync(one)] == ["done", "done"]
    (row,) = EntryRow.objects.filter(case_id=reported["case"], type="comment")
    assert row.person == owner_id(phone) and len(row.data["said"]["media"]) == 1


def owner_id(phone):
    return phone("collector3").client.get(f"{API}session").json()["person"]["id"]


def test_a_colleague_who_may_not_see_the_case_adds_nothing(phone, reported):
    colleague = phone("collector4")
    (told,) = colleague.sync(addition(reported["case"], colleague.upload(picture(6))))
    assert told["state"] == "refused"
    assert not EntryRow.objects.filter(case_id=reported["case"], type="comment").exists()


def test_the_question_shows_the_photo_of_the_earlier_report_to_who_may_see_it(phone, reported, on_duty):
    asked = {"class_id": CLASS, "lon": WEST[0], "lat": WEST[1]}
    (mine,) = phone("collector3").client.get(API + "near", asked).json()
    assert phone("collector3").client.get(f"/media/{mine['photo']}/small/160").status_code == 200
    (theirs,) = phone("collector4").client.get(API + "near", asked).json()
    assert theirs["photo"] is None
    assert phone("collector4").client.get(f"/media/{mine['photo']}/small/160").status_code in (403, 404)


def test_the_pack_names_it_for_work_without_a_network(phone, reported, on_duty):
    rows = phone("collector4").pack(only="near")["sections"]["near"]["data"]
    assert len(rows) == 1 and "photo" not in rows[0], "a colleague's report: that there is one, not which"


@pytest.fixture
def on_duty(world):
    """collector4 works the western duty grid, where collector3 has reported."""
    from datetime import date, time

    from citygrid.organization.models import Duty, Post

    for login in ("collector_3", "collector_4"):
        Duty.objects.create(
            duty_grid="D990102", post=Post.objects.get(code=login), weekdays=127, starts=time(0), ends=time(0),
            first_day=date(2026, 1, 1), last_day=date(2100, 1, 1),
        )  # fmt: skip


def test_the_pack_of_the_owner_holds_the_photo(phone, reported, on_duty):
    (row,) = phone("collector3").pack(only="near")["sections"]["near"]["data"]
    assert phone("collector3").client.get(f"/media/{row['photo']}/small/160").status_code == 200

"""Films and sounds that a class asks of a collector's report: told by the pack, refused by the server when they lack
(S1-36), kept in the city's classes.csv where one asks for any."""

import pytest

from citygrid.rulebook.models import ManagedClass
from citygrid.rulebook.sheets import CLASSES
from citygrid.rulebook.slices import rules_at, touch
from citygrid.standards.reports import Report
from tests.cases.world import WEST, picture
from tests.collection.phones import CLASS, report
from tests.media.pictures import MP4, OGG

HEADER = (
    "edition,kind,code,name,name_en,major,major_name,geometry,local,before_photos,after_photos,check_photos,"
    "enforcement,self_handle,auto_dispatch,note"
)
ROW = "zheshi,event,2101,夜间施工噪声,night noise,21,噪声,point,yes,1,1,1,,,,"


def asks(**more):
    ManagedClass.objects.filter(class_id=CLASS, valid_to=None).update(**more)
    touch()


def sent(owner, *more):
    files = [owner.upload(picture(1)), owner.upload(picture(2)), *more]
    (told,) = owner.sync(report(WEST, *files))
    return told


def test_a_class_that_asks_for_a_sound_refuses_a_report_without_one(phone):
    asks(before_sounds=1)
    owner = phone("collector3")
    told = sent(owner)
    assert (told["state"], told["code"]) == ("refused", "sounds_missing") and "1" in told["message"]
    assert sent(owner, owner.upload(OGG, mime="audio/ogg"))["state"] == "done"


def test_a_sound_is_no_film(phone):
    asks(before_films=1)
    owner = phone("collector3")
    assert sent(owner, owner.upload(OGG, mime="audio/ogg"))["code"] == "films_missing"
    assert sent(owner, owner.upload(MP4, mime="video/mp4"))["state"] == "done"


def test_ones_own_handling_is_held_to_it_too(phone):
    asks(before_sounds=1, self_handle=True)
    owner = phone("collector3")
    before, after = [owner.upload(picture(n)) for n in (1, 2)], [owner.upload(picture(n)) for n in (3, 4)]
    one = report(WEST, *before, *after, after_media=after) | {"kind": "self_report"}
    one["data"]["media"] = before
    (told,) = owner.sync(one)
    assert told["code"] == "sounds_missing"


def test_the_phone_is_told_before(phone):
    asks(before_films=2, before_sounds=1)
    rows = phone("collector3").pack(only="classes")["sections"]["classes"]["data"]
    found = next(one for one in rows if one["id"] == CLASS)
    assert (found["before_films"], found["before_sounds"]) == (2, 1)
    assert all(not one["before_films"] for one in rows if one["id"] != CLASS)


def test_the_rules_of_a_city_that_asks_for_none_keep_their_version(world):
    before = rules_at(world.now)
    asks(before_photos=before.classes[CLASS].before_photos)
    assert rules_at(world.now).version == before.version
    asks(before_sounds=1)
    after = rules_at(world.now)
    assert after.version != before.version and after.classes[CLASS].before_sounds == 1


@pytest.mark.parametrize(
    ("header", "row", "films", "sounds"),
    [
        (HEADER, ROW, 0, 0),
        (f"{HEADER},before_sounds", f"{ROW},1", 0, 1),
        (f"{HEADER},before_films,before_sounds", f"{ROW},2,", 2, 0),
    ],
)
def test_a_file_names_the_columns_only_where_it_needs_them(header, row, films, sounds):
    problems = Report()
    (found,) = CLASSES.read(f"{header}\n{row}\n", "classes.csv", problems).values()
    assert not problems.problems
    assert (found.values["before_films"], found.values["before_sounds"]) == (films, sounds)
    written = CLASSES.write([found.values])
    assert ("before_films" in written, "before_sounds" in written) == (bool(films), bool(sounds))
    (again,) = CLASSES.read(written, "classes.csv", problems).values()
    assert again.values == found.values


def test_a_number_that_is_none_is_refused_with_its_place():
    problems = Report()
    CLASSES.read(f"{HEADER},before_sounds\n{ROW},one\n", "classes.csv", problems)
    (problem,) = problems.problems
    assert (problem.line, problem.field) == (2, "before_sounds")

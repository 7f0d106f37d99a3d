"""Places are gathered by the city's rules; a second time changes nothing; what people keep is left alone."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from citygrid.console.city import export_city, import_city
from citygrid.geocoding import folder, gathering, indexing, keeping, rules, search
from citygrid.geocoding.drafts import Draft
from citygrid.geocoding.keeping import Who
from citygrid.geocoding.models import Gram, Kind, Place, PlaceVersion, Term
from citygrid.maps.models import Feature
from citygrid.standards.reports import Report
from tests.geocoding.conftest import DEMO, NOW, Someone


def grams() -> dict[int, int]:
    return {gram: count for gram, count in Gram.objects.values_list("gram", "terms") if count}


def test_all_five_kinds_are_there(city: Path) -> None:
    assert set(Place.objects.values_list("kind", flat=True)) == set(Kind.values)
    assert not Place.objects.exclude(kind=Kind.AREA).filter(grid="", source="layer:roads").exists()


def test_a_second_time_changes_nothing(city: Path) -> None:
    terms = set(Term.objects.values_list("pk", flat=True))
    done = gathering.gather(NOW)
    assert (done.new, done.changed, done.retired) == (0, 0, 0)
    assert set(Term.objects.values_list("pk", flat=True)) == terms


def test_the_counts_of_grams_follow_every_change(owner: Someone) -> None:
    """How often a gram occurs decides what is looked up; added up and counted anew must be the same."""
    draft = Draft(Kind.LANDMARK, "稀罕琥珀楼", 121.4855, 31.2462)
    keeping.save("px", draft, None, Who(owner.signed), NOW)
    keeping.name_otherwise("px", "琥珀坊", Who(owner.signed), NOW)
    added = grams()
    with connection.cursor() as cursor:
        indexing.recount(cursor)
    assert grams() == added


def test_a_feature_that_is_gone_retires_its_place_and_one_that_returns_brings_it_back(city: Path) -> None:
    lost = Feature.objects.filter(layer__code="places", properties__name="上海大厦")
    rows = list(lost)
    code = Place.objects.get(name="上海大厦", source="layer:places").code
    lost.delete()
    assert gathering.gather(NOW).retired == len(rows)
    assert Place.objects.get(code=code).valid_to is not None
    Feature.objects.bulk_create(rows)
    gathering.gather(NOW + timedelta(days=1))
    assert Place.objects.get(code=code).valid_to is None


def test_what_a_person_changed_is_not_gathered_over(owner: Someone) -> None:
    place = Place.objects.get(name="上海大厦", source="layer:places")
    draft = Draft(Kind.LANDMARK, "上海大厦(北楼)", place.lon, place.lat)
    keeping.save(place.code, draft, place.version, Who(owner.signed), NOW)
    done = gathering.gather(NOW)
    assert (done.kept, Place.objects.get(code=place.code).name) == (1, "上海大厦(北楼)")


def test_an_alias_outlives_gathering(owner: Someone) -> None:
    place = Place.objects.get(name="上海大厦", source="layer:places")
    keeping.name_otherwise(place.code, "百老汇大厦", Who(owner.signed), NOW)
    Feature.objects.filter(layer__code="places", properties__name="上海大厦").update(lon=place.lon)
    gathering.gather(NOW)
    assert search.find("百老汇大厦", at=NOW)[0].words == "上海大厦"


def test_a_changed_feature_leaves_a_version(city: Path) -> None:
    feature = Feature.objects.get(layer__code="places", properties__name="上海大厦")
    feature.properties = {**feature.properties, "kind": "hotel"}
    feature.save()
    assert gathering.gather(NOW).changed == 1
    place = Place.objects.get(name="上海大厦", source="layer:places")
    assert (place.category, PlaceVersion.objects.get(place=place).facts["category"]) == ("hotel", "attraction")


def test_folder_out_and_in_without_a_difference(owner: Someone, tmp_path: Path) -> None:
    place = Place.objects.get(name="上海大厦", source="layer:places")
    keeping.name_otherwise(place.code, "百老汇大厦", Who(owner.signed), NOW)
    keeping.save("pz", Draft(Kind.LANDMARK, "试新亭", 121.4855, 31.2462, aliases=["亭"]), None, Who(owner.signed), NOW)
    first, second = tmp_path / "first", tmp_path / "second"
    export_city(first, NOW.date())
    assert (first / "geocoding/gathering.toml").read_bytes() == (DEMO / "geocoding/gathering.toml").read_bytes()
    report = import_city(first, NOW.date())
    assert report.ok, [str(problem) for problem in report.problems]
    export_city(second, NOW.date())
    for path in sorted((first / "geocoding").iterdir()):
        assert (second / "geocoding" / path.name).read_bytes() == path.read_bytes(), path.name
    assert search.find("百老汇大厦", at=NOW)[0].how == "alias"


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("gathering.toml", "[[layers]\n", "not_toml"),
        ("gathering.toml", "[[layers]]\nlayer = 'x'\nkind = 'moon'\nname = '{n}'\n", "unknown_place_kind"),
        ("gathering.toml", "[[layers]]\nkind = 'street'\nname = '{n}'\n", "missing_key"),
        ("gathering.toml", "[areas]\nkinds = ['moon']\n", "unknown_kind"),
        ("words.csv", "role,word,meaning\nmoon,月,\n", "unknown_role"),
        ("words.csv", "role,word,meaning\nunit,里,many\n", "bad_meaning"),
        ("words.csv", "role\nunit\n", "columns_missing"),
        ("aliases.csv", b"\xff\xfe\x00", "not_utf8"),
        ("places.csv", ",".join(folder.PLACES) + "\nx,landmark,n,,,,,,,200,31,,,,,,,\n", "not_degrees"),
        ("places.csv", ",".join(folder.PLACES) + "\n,landmark,,,,,,,,121,31,POINT,,,,,,\n", "not_wkt"),
        ("places.csv", ",".join(folder.PLACES) + "\nx,moon,n,,,,,,,121,31,,,,,2020-13-01,,\n", "not_a_day"),
    ],
)
def test_a_wrong_file_is_named_and_changes_nothing(city: Path, tmp_path: Path, file: str, text: str, code: str) -> None:
    (tmp_path / "geocoding").mkdir()
    (tmp_path / "geocoding" / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    before = Place.objects.filter(valid_to=None).count()
    report = folder.load(tmp_path, NOW.date())
    assert code in {problem.code for problem in report.problems}
    assert Place.objects.filter(valid_to=None).count() == before


def test_a_word_of_the_template_is_not_said_twice() -> None:
    assert rules.filled("{street}{number}号", {"street": "江海路", "number": "100号"}) == "江海路100号"
    assert rules.filled("{street}{number}号", {"street": "江海路", "number": "100"}) == "江海路100号"
    assert rules.filled("{street}{number}号", {"street": "江海路"}) == ""


def test_rules_without_anything_give_nothing() -> None:
    report = Report()
    assert rules.parse({}, report) == rules.Rules()
    assert report.ok

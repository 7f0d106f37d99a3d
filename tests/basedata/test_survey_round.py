"""A survey from the file into the register: S1-08, S1-10; who brings never publishes; twice is once."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from citygrid.basedata import components, corrections, publishing, staging, surveys
from citygrid.basedata.mappings import FileMapping
from citygrid.basedata.models import Component, ComponentVersion, Survey, SurveyProgress, SurveyRow
from citygrid.organization.seats import seats_of
from citygrid.organization.visibility import scope_of
from citygrid.process.refusal import Refused
from tests.basedata.town import AT, COVER, DAY, LAMP, colleague, lamps, owner, write

LAMPS = FileMapping(
    "lamps",
    "路灯台账",
    place={"x": "lon", "y": "lat"},
    columns={"key": ("no",), "owner": ("owner",), "state": ("state",)},
    constants={"class": LAMP, "source": "survey"},
)


def staged(path: Path, mapping: FileMapping = LAMPS, **more: Any) -> Survey:
    survey = surveys.create(path, mapping, by=owner(), at=AT, on=DAY, **more)
    return surveys.run(survey.id, AT)


def published(path: Path, mapping: FileMapping = LAMPS, **more: Any) -> Survey:
    survey = staged(path, mapping, **more)
    publishing.submit(survey, owner(), AT)
    return publishing.publish(survey.id, colleague(), AT)


@pytest.mark.django_db
def test_published_components_have_codes_areas_and_a_first_version(second: None, tmp_path: Path) -> None:
    survey = published(write(tmp_path / "lamps.csv", lamps(6)))
    assert survey.counts["published"] == {"new": 6, "changed": 0, "removed": 0}
    row = Component.objects.get(key="P1")
    assert (row.code[:10], len(row.code), row.class_id) == (row.district + "0118", 16, LAMP)
    assert row.grid.startswith(row.community) and row.community.startswith(row.street)
    assert (row.owner, row.owner_name, row.version, row.valid_from) == ("power", "赭石供电公司", 1, DAY)
    version = ComponentVersion.objects.get(code=row.code)
    assert (version.version, version.by, version.why, version.survey) == (1, colleague().pk, "survey", survey.id)
    assert components.owner_bodies(row.code)[0] is not None
    assert not SurveyProgress.objects.exists()


@pytest.mark.django_db
def test_serials_follow_the_order_of_the_file_within_district_and_class(second: None, tmp_path: Path) -> None:
    published(write(tmp_path / "lamps.csv", lamps(6)))
    codes = list(Component.objects.order_by("id").values_list("code", "district", "key"))
    for district in {one[1] for one in codes}:
        numbers = [int(code[-6:]) for code, where, _ in codes if where == district]
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(second: None, tmp_path: Path) -> None:
    path = write(tmp_path / "lamps.csv", lamps(6))
    published(path)
    before = list(Component.objects.order_by("code").values())
    again = staged(path)
    assert (again.counts["same"], again.counts["ready"], again.counts["problems"]) == (6, 0, {})
    with pytest.raises(Refused) as refused:
        publishing.submit(again, owner(), AT)
    assert refused.value.refusal.code == "nothing_ready"
    assert list(Component.objects.order_by("code").values()) == before


@pytest.mark.django_db
def test_a_changed_row_is_the_next_version_of_the_same_code(second: None, tmp_path: Path) -> None:
    rows = lamps(3)
    published(write(tmp_path / "a.csv", rows))
    code = Component.objects.get(key="P2").code
    rows[1]["state"] = "damaged"
    survey = published(write(tmp_path / "b.csv", rows))
    assert survey.counts["published"] == {"new": 0, "changed": 1, "removed": 0}
    now = Component.objects.get(code=code)
    assert (now.state, now.version) == ("damaged", 2)
    assert [one.state for one in ComponentVersion.objects.filter(code=code).order_by("version")] == [
        "intact",
        "damaged",
    ]


@pytest.mark.django_db
def test_what_a_file_does_not_say_stays(second: None, tmp_path: Path) -> None:
    """A list of owners without places and states leaves both as they are."""
    published(write(tmp_path / "a.csv", lamps(2)))
    owners = FileMapping("lamps", columns={"key": ("no",), "owner": ("owner",)}, constants={"class": LAMP})
    rows: list[dict[str, object]] = [{"no": "P1", "owner": "water"}, {"no": "P2", "owner": "power"}]
    survey = published(write(tmp_path / "owners.csv", rows, ("no", "owner")), owners)
    assert survey.counts["published"] == {"new": 0, "changed": 1, "removed": 0}
    row = Component.objects.get(key="P1")
    assert (row.owner, row.owner_name, row.state, row.lon) == ("water", "赭石自来水公司", "intact", lamps(1)[0]["lon"])


@pytest.mark.django_db
def test_rows_without_code_and_number_are_known_by_their_place(second: None, tmp_path: Path) -> None:
    bare = FileMapping("benches", place=LAMPS.place, constants={"class": COVER, "state": "intact", "source": "map"})
    path = write(tmp_path / "a.csv", lamps(3), ("lon", "lat", "no", "owner", "state"))
    published(path, bare)
    assert staged(path, bare).counts["same"] == 3


@pytest.mark.django_db
def test_who_brought_or_submitted_it_may_not_publish(second: None, tmp_path: Path) -> None:
    survey = staged(write(tmp_path / "a.csv", lamps(2)))
    publishing.submit(survey, colleague(), AT)
    for person in (owner(), colleague()):
        with pytest.raises(Refused) as refused:
            publishing.publish(survey.id, person, AT)
        assert refused.value.refusal.code == "party"
    assert not Component.objects.exists()


@pytest.mark.django_db
def test_a_steward_of_other_areas_may_not_publish_it(second: None, tmp_path: Path) -> None:
    from citygrid.organization.models import Person

    stranger = Person.objects.get(login="west_dispatcher")
    survey = staged(write(tmp_path / "a.csv", lamps(40)))
    publishing.submit(survey, owner(), AT)
    from django.utils import timezone

    seat = seats_of(stranger, timezone.now())[0]
    with pytest.raises(Refused) as refused:
        publishing.publish(survey.id, stranger, AT, scope_of(seat, timezone.now()))
    assert refused.value.refusal.code == "outside_scope"


@pytest.mark.django_db
def test_faulty_rows_stay_out_and_the_right_ones_go_on(second: None, tmp_path: Path) -> None:
    rows = lamps(4)
    rows[1] |= {"lon": 121.5, "lat": 31.2}
    rows[2] |= {"state": "shiny"}
    survey = published(write(tmp_path / "a.csv", rows))
    assert survey.counts["published"]["new"] == 2
    assert survey.counts["problems"] == {"not_choice": 1, "outside_area": 1}
    assert set(Component.objects.values_list("key", flat=True)) == {"P1", "P4"}


@pytest.mark.django_db
def test_missing_ones_are_proposed_and_removed_only_when_confirmed(second: None, tmp_path: Path) -> None:
    rows = lamps(5)
    published(write(tmp_path / "a.csv", rows))
    whole = {"classes": [LAMP], "areas": sorted(set(Component.objects.values_list("district", flat=True)))}
    survey = staged(write(tmp_path / "b.csv", rows[:3]), complete=whole)
    assert (survey.counts["removed"], survey.counts["ready"]) == (2, 0)
    gone = SurveyRow.objects.filter(survey=survey, verdict="removed").order_by("-number").first()
    assert gone is not None
    corrections.confirm_removed(survey, [gone.code], owner(), AT)
    publishing.submit(survey, owner(), AT)
    done = publishing.publish(survey.id, colleague(), AT)
    assert done.counts["published"] == {"new": 0, "changed": 0, "removed": 1}
    assert list(Component.objects.exclude(valid_to=None).values_list("code", "version")) == [(gone.code, 2)]
    assert ComponentVersion.objects.get(code=gone.code, version=2).ended


@pytest.mark.django_db
def test_a_removed_code_is_never_used_again(second: None, tmp_path: Path) -> None:
    rows = lamps(2)
    published(write(tmp_path / "a.csv", rows))
    row = Component.objects.get(key="P1")
    Component.objects.filter(code=row.code).update(valid_to=DAY, version=2)
    given = FileMapping(
        "other", place=LAMPS.place, columns={"code": ("no",)}, constants={**LAMPS.constants, "state": "intact"}
    )
    survey = staged(write(tmp_path / "b.csv", [{**rows[0], "no": row.code}]), given)
    assert survey.counts["problems"] == {"code_retired": 1}
    Component.objects.all().delete()
    published(write(tmp_path / "c.csv", [{**rows[0], "no": "P9"}]))
    assert Component.objects.get(key="P9").code not in (row.code,)


@pytest.mark.django_db
def test_a_register_that_moved_on_refuses_until_checked_again(second: None, tmp_path: Path) -> None:
    rows = lamps(3)
    published(write(tmp_path / "a.csv", rows))
    late = staged(write(tmp_path / "b.csv", [{**row, "state": "damaged"} for row in rows]))
    publishing.submit(late, owner(), AT)
    published(write(tmp_path / "c.csv", [{**row, "state": "lost"} for row in rows]))
    with pytest.raises(Refused) as refused:
        publishing.publish(late.id, colleague(), AT)
    assert refused.value.refusal.code == "stale" and refused.value.refusal.params["rows"] == 3
    assert set(Component.objects.values_list("state", "version")) == {("lost", 2)}
    staging.again(late.id, AT)
    publishing.publish(late.id, colleague(), AT)
    assert set(Component.objects.values_list("state", "version")) == {("damaged", 3)}


@pytest.mark.django_db
def test_a_file_that_lacks_a_column_stays_a_draft_with_the_reason(second: None, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("no,lon,lat\nP1,1,2\n")
    survey = staged(path)
    assert (survey.status, survey.failed["code"]) == ("draft", "columns_missing")
    assert not SurveyRow.objects.exists()


@pytest.mark.django_db
def test_the_same_client_id_makes_one_survey(second: None, tmp_path: Path) -> None:
    first = staged(write(tmp_path / "a.csv", lamps(2)))
    again = surveys.create(tmp_path / "a.csv", LAMPS, by=owner(), at=AT, on=DAY, id=first.id)
    assert (again.id, again.status, Survey.objects.count()) == (first.id, "checked", 1)
    with pytest.raises(Refused) as refused:
        surveys.create(write(tmp_path / "b.csv", lamps(3)), LAMPS, by=owner(), at=AT, on=DAY, id=first.id)
    assert refused.value.refusal.code == "id_used"


@pytest.mark.django_db
def test_the_command_brings_reviews_and_publishes(second: None, tmp_path: Path, capsys: Any) -> None:
    path = write(tmp_path / "a.csv", lamps(3))
    mapping = tmp_path / "lamps.toml"
    mapping.write_text(LAMPS.text(), encoding="utf-8")
    words = ["components", "import", str(path), "--mapping", str(mapping), "--publish", "--by", "surveyor1"]
    with pytest.raises(CommandError, match="reviewer"):
        call_command(*words)
    with pytest.raises(CommandError, match="somebody else"):
        call_command(*words, "--reviewer", "surveyor1")
    call_command(*words, "--reviewer", "steward1")
    call_command(*words, "--reviewer", "steward1")
    assert "published: 3 new" in (said := capsys.readouterr().out) and said.endswith("nothing to publish\n")
    call_command("components", "report", str(Survey.objects.latest("made_at").id))
    call_command("components", "export", str(tmp_path / "out.geojson"), "--class", LAMP)
    assert "3 components" in capsys.readouterr().out

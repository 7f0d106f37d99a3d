"""The organization of a city folder: in, out with the same bytes, and every fault named with its line."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from citygrid.areas.models import Area
from citygrid.organization import folder, tree
from citygrid.organization.models import Body, Duty, Person, Post, Role, Seat
from citygrid.organization.separation import side_of

from .conftest import DAY, SECOND, area, seat_of

pytestmark = pytest.mark.django_db
FILES = ("bodies.csv", "posts.csv", "roles.toml", "people.csv")
DEMO = Path(folder.__file__).parent.parent / "demo" / "city"
ROLES = {
    *("collector", "call_taker", "shift_leader", "dispatcher", "unit_desk", "worker", "person_in_charge"),
    *("supervisor_dept", "office", "inspector", "commission", "leader", "evaluator", "contractor", "team_lead"),
    "data_steward",
    *("administrator", "security_administrator", "auditor", "public", "system"),
    "surveyor",
}


@pytest.fixture
def copy(tmp_path: Path, areas: dict[str, Area]) -> Path:
    for path in SECOND.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_export_after_import_gives_the_same_bytes(second: Path, tmp_path: Path) -> None:
    folder.dump(tmp_path, DAY)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (second / name).read_bytes(), name
    assert not (tmp_path / "demo.toml").exists()


def test_a_second_import_changes_nothing(second: Path, tmp_path: Path) -> None:
    before = [model.objects.count() for model in (Body, Post, Role, Person, Seat, Duty)]
    assert folder.load(second, DAY + timedelta(days=9)).ok
    assert [model.objects.count() for model in (Body, Post, Role, Person, Seat, Duty)] == before
    folder.dump(tmp_path, DAY + timedelta(days=9))
    assert (tmp_path / "people.csv").read_bytes() == (second / "people.csv").read_bytes()


@pytest.mark.parametrize("city", [SECOND, DEMO], ids=["second", "demo"])
def test_the_cities_have_a_holder_for_every_role(areas: dict[str, Area], city: Path) -> None:
    """S0-10, S0-56, S1-16, S4-19: centre, office, collectors of the city or of a contractor."""
    for line in (city / "bodies.csv").read_text(encoding="utf-8").splitlines()[1:]:
        for code in line.split(",")[8].split():
            Area.objects.filter(code=code).exists() or area(code, "street")
    for name in ("posts.csv", "duties.csv"):
        if (city / name).exists():
            lines = (city / name).read_text(encoding="utf-8").splitlines()[1:]
            cells = [line.split(",")[0] if name == "duties.csv" else line.rsplit(",", 1)[1] for line in lines]
            for code in sorted({code for cell in cells for code in cell.split()}):
                Area.objects.filter(code=code).exists() or area(code, "duty_grid")
    report = folder.load(city, DAY)
    assert report.ok, [str(problem) for problem in report.problems]
    held = set(Seat.objects.filter(person__demo=True).values_list("post__role__code", flat=True))
    assert set(Role.objects.values_list("code", flat=True)) == ROLES
    assert ROLES - {"public", "system"} <= held
    for seat in Seat.objects.select_related("post__role", "post__body"):
        role, body = seat.post.role, seat.post.body
        assert not role.judging or side_of(role.side, body.side) == "supervising", seat.post.code


def test_the_demo_city_has_a_collector_in_every_duty_grid() -> None:
    lines = (DEMO / "duties.csv").read_text(encoding="utf-8").splitlines()[1:]
    on_shift = {line.split(",")[0] for line in lines}
    import json

    features = json.loads((DEMO / "areas" / "duty_grid.geojson").read_text(encoding="utf-8"))["features"]
    assert on_shift == {feature["properties"]["code"] for feature in features}


def test_accounts_work_with_the_folders_password_only_when_it_is_a_demo(copy: Path) -> None:
    (copy / "demo.toml").unlink()
    assert folder.load(copy, DAY).ok
    person = Person.objects.get(login="office1")
    assert not person.has_usable_password()
    assert not person.demo
    shutil.copy(SECOND / "demo.toml", copy)
    assert folder.load(copy, DAY).ok
    person.refresh_from_db()
    assert person.check_password("second-demo")
    assert person.demo


def test_what_is_no_longer_in_the_folder_ends_and_is_kept(second: Path, copy: Path) -> None:
    for name, start in (("posts.csv", "power_"), ("people.csv", "power_"), ("bodies.csv", "power,")):
        lines = (copy / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (copy / name).write_text("".join(line for line in lines if not line.startswith(start)), encoding="utf-8")
    later = DAY + timedelta(days=30)
    before = tree.version()
    assert folder.load(copy, later).ok
    assert tree.version() != before
    assert Body.objects.get(code="power").active_until == later
    assert not Post.objects.filter(code__startswith="power_", active=True).exists()
    folder.dump(copy, later)
    assert "power" not in (copy / "bodies.csv").read_text(encoding="utf-8")


def test_a_person_who_changes_posts_keeps_the_old_seat_as_history(second: Path, copy: Path) -> None:
    change(copy / "people.csv", ",evaluator\n", ",calltaker\n")
    assert folder.load(copy, DAY + timedelta(days=30)).ok
    held = Seat.objects.filter(person__login="evaluator1").order_by("id")
    assert [(seat.post.code, seat.until is None) for seat in held] == [("evaluator", False), ("calltaker", True)]
    assert held[0].until == held[1].since


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "field"),
    [
        ("bodies.csv", "district,centre,990101", "district,nowhere,990101", "unknown_parent", "parent"),
        ("bodies.csv", "city,gov,990100", "city,centre_east,990100", "circle", "parent"),
        ("bodies.csv", "handling,", "helping,", "not_allowed", "side"),
        ("bodies.csv", "990102", "990199", "unknown_area", "areas"),
        ("bodies.csv", "centre_west,", "centre_east,", "twice", "code"),
        ("bodies.csv", ",990101,,", ",990101,moonshine,", "unknown_calendar", "calendar"),
        ("posts.csv", ",west_roads,worker", ",west_roads,collector", "handling_post_judges", "role"),
        ("posts.csv", ",west_roads,worker", ",centre,worker", "side_mismatch", "role"),
        ("posts.csv", ",inspection,inspector", ",centre_east,inspector", "inspector_under_inspected", "role"),
        ("posts.csv", ",water,worker", ",waters,worker", "unknown_body", "body"),
        ("posts.csv", ",water,worker", ",water,wizard", "unknown_role", "role"),
        ("posts.csv", "督察员,Inspector", ",Inspector", "missing", "name"),
        ("people.csv", ",auditor", ",auditor administrator", "different_people", "posts"),
        ("people.csv", ",water_worker", ",shift water_worker", "handles_and_judges", "posts"),
        ("people.csv", ",water_worker", ",fire_worker", "unknown_post", "posts"),
        ("people.csv", "login,name", "login,nickname", "unknown_column", "nickname"),
        ("roles.toml", 'scope = "own"', 'scope = "galaxy"', "not_allowed", "administrator.scope"),
        ("roles.toml", "judging = true", 'judging = "yes"', "not_a_flag", "call_taker.judging"),
        ("roles.toml", "[auditor]", "[auditor", "unreadable", ""),
    ],
)
def test_each_fault_is_named_and_nothing_is_kept(
    copy: Path, name: str, old: str, new: str, code: str, field: str
) -> None:
    if code == "circle":
        change(
            copy / name,
            "centre,赭石市数字城管中心,市中心,Zheshi Centre,centre,supervising,city,gov",
            "centre,赭石市数字城管中心,市中心,Zheshi Centre,centre,supervising,city,centre_east",
        )
    else:
        change(copy / name, old, new)
    report = folder.load(copy, DAY)
    assert (name, field, code) in {(one.file, one.field, one.code) for one in report.problems}
    assert all("%(" not in str(problem) for problem in report.problems)
    assert not Body.objects.exists()
    assert not Role.objects.exists()


def test_a_problem_says_its_line(copy: Path) -> None:
    lines = (copy / "posts.csv").read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, 1) if ",water,worker" in line)
    change(copy / "posts.csv", ",water,worker", ",waters,worker")
    assert [problem.line for problem in folder.load(copy, DAY).problems if problem.code == "unknown_body"] == [number]


def test_shifts_are_read_and_checked(copy: Path, areas: dict[str, Area], tmp_path: Path) -> None:
    area("D1", "duty_grid", areas["9901010101"])
    header = "duty_grid,post,person,weekdays,starts,ends,first_day,last_day\n"
    good = "D1,collector_1,,12345,07:00,19:00,2026-02-01,\n"
    (copy / "duties.csv").write_text(header + good)
    assert folder.load(copy, DAY).ok
    folder.dump(tmp_path / "out", DAY)
    assert (tmp_path / "out" / "duties.csv").read_text() == header + good
    (copy / "duties.csv").write_text(header + "D2,nobody,,128,25:00,19:00,soon,\nD1,,,1,07:00,08:00,,\n")
    codes = {(problem.line, problem.code) for problem in folder.load(copy, DAY).problems}
    assert codes == {
        (2, "unknown_area"),
        (2, "unknown_post"),
        (2, "not_weekdays"),
        (2, "not_a_time"),
        (2, "not_a_date"),
        (3, "nobody"),
    }
    assert Duty.objects.count() == 1


def test_names_are_sorted_by_sound(second: Path) -> None:
    person = seat_of("leader1").person
    assert (person.name, person.pinyin) == ("苏墨", "su mo")

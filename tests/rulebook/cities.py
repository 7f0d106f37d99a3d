"""Cities for the tests of the rulebook: the two shipped folders, with areas that have codes, all of one small shape."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import shapely

import citygrid.demo
from citygrid.areas.models import Area
from citygrid.areas.versions import bump
from citygrid.organization import folder as organization
from citygrid.rulebook import folder as rulebook
from citygrid.standards.reports import Report

SECOND = Path(__file__).parent.parent / "cities" / "second"
DEMO = Path(citygrid.demo.__file__).parent / "city"
DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SHAPE = shapely.box(0, 0, 0.001, 0.001).wkb
AREAS = {
    SECOND: {"990100": "city", "990101": "district", "990102": "district", "99010101": "street"},
    DEMO: {
        "390100": "city",
        **dict.fromkeys(["390102", "390103", "390104"], "district"),
        **dict.fromkeys(["390102001", "390102002", "390102003"], "street"),
        **dict.fromkeys(["390103001", "390103002", "390103003"], "street"),
        **dict.fromkeys(["390104001", "390104002", "390104003", "390104004"], "street"),
    },
}


def make_areas(city: Path) -> dict[str, int]:
    """Area ids by code; each below the one whose code it begins with."""
    ids: dict[str, int] = {}
    for code, kind in AREAS[city].items():
        above = ids.get(code[:6]) if kind == "street" else next(iter(ids.values()), None)
        row = Area.objects.create(
            kind=kind, code=code, parent_id=above, geometry=SHAPE, centre_lon=0, centre_lat=0, area_m2=0,
            valid_from=date(2000, 1, 1),
        )  # fmt: skip
        ids[code] = row.pk
    bump()
    return ids


def organize(city: Path, at: date = DAY) -> None:
    """The bodies, their kinds and the roles of a city, without posts and people."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        for name in ("bodies.csv", "body_kinds.csv", "roles.toml"):
            if (city / name).exists():
                shutil.copy(city / name, folder / name)
        shutil.copytree(city / "calendars", folder / "calendars")
        (folder / "posts.csv").write_text((city / "posts.csv").read_text(encoding="utf-8").splitlines()[0] + "\n")
        report = organization.load(folder, at)
    assert report.ok, [str(problem) for problem in report.problems]


def load(folder: Path, at: date = DAY) -> Report:
    """Profile and rulebook."""
    report = rulebook.load_profile(folder, at)
    return report.merge([rulebook.load(folder, at)]) if report.ok else report


def copy_of(city: Path, to: Path) -> Path:
    """A copy to edit."""
    shutil.copytree(city, to, ignore=shutil.ignore_patterns("areas", "basemap"))
    return to


def edit(path: Path, old: str, new: str) -> None:
    """Replace exactly one place of a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")

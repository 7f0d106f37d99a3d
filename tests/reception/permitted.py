"""Kinds and permits of the second city for tests: digging and night work, as its folder has them."""

from citygrid.organization.models import Person
from citygrid.reception.models import Permit
from citygrid.reception.permits import folder_part, keeping
from tests.cases.world import FOLDER, START, WEST, World

NIGHT = "zheshi:event:2101"
CELLS = {
    "kind": "night", "number": "夜施2026-17", "holder": "赭石建工一公司", "what": "桥面浇筑", "lon": WEST[0],
    "lat": WEST[1], "first_day": "2026-02-20", "last_day": "2026-03-10", "hours": "22:00-06:00",
}  # fmt: skip


def kinds() -> None:
    report = folder_part.load(FOLDER, START)
    assert report.ok, [str(one) for one in report.problems]


def permit(world: World, by: Person | None = None, **cells: str) -> Permit:
    kinds()
    draft = keeping.read({**CELLS, **cells}, keeping.kinds_by_words())
    assert not draft.wrong, draft.wrong
    return keeping.keep(draft, world.now, by.pk if by else None)

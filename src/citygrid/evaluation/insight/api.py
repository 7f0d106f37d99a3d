"""Decision support for machines: each sheet as its page has it, within the scope of the post that asks."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from citygrid.evaluation.insight import asking
from citygrid.evaluation.insight.catalogue import SHEETS
from citygrid.evaluation.insight.sheet import as_tree
from citygrid.web.api import RefusalOut
from citygrid.web.api import signed as who

router = Router(tags=["evaluation"])


class SheetIn(Schema):
    """The days both included; what is left out is as the page has it. `by`, `level`: of the true closing rate; `way`:
    of the heat (`week`, `hour`, `area`); `hours`: ahead, of what will breach; `metres`, `least`: of places."""

    first: date | None = None
    last: date | None = None
    class_id: str = ""
    district: str = ""
    by: str = ""
    level: str = ""
    way: str = ""
    hours: str = ""
    metres: str = ""
    least: str = ""


class ColumnOut(Schema):
    key: str
    name: str


class SheetOut(Schema):
    """`rows`: by the keys of `columns`; `full`: there is more than is told here. `first`, `last`: the days counted."""

    name: str
    title: str
    first: date
    last: date
    columns: list[ColumnOut]
    rows: list[dict[str, Any]]
    notes: list[str]
    full: bool


@router.get("/evaluation/insight/{name}", response={200: SheetOut, 403: RefusalOut, 404: RefusalOut})
def sheet(request: HttpRequest, name: str, given: Query[SheetIn]) -> Status[Any]:
    """`breaching`, `load`, `closing` (the true closing rate with its band), `recurrences`, `places`, `heat`."""
    signed = who(request)
    if not asking.may_see(signed):
        message = _("Your post does not read decision support.")
        return Status(403, {"code": "not_yours", "message": message, "params": {}})
    if name not in SHEETS:
        return Status(404, {"code": "no_sheet", "message": _("There is no such sheet."), "params": {}})
    words = {key: value for key, value in given.dict().items() if isinstance(value, str) and key != "class_id"}
    words |= {"class": given.class_id, "from": str(given.first or ""), "to": str(given.last or "")}
    asked = asking.read(words, signed, timezone.now(), SHEETS[name].days)
    told = as_tree(SHEETS[name].make(asked))
    return Status(200, told | {"name": name, "first": asked.period.first, "last": asked.period.last})

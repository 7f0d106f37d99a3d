"""Decision support for machines: each sheet as its page has it, within the scope of the post that asks."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from citygrid.evaluation.asking import COUNTING, is_counted
from citygrid.evaluation.insight import asking
from citygrid.evaluation.insight.asking import NoAnswerError
from citygrid.evaluation.insight.catalogue import SHEETS
from citygrid.evaluation.insight.sheet import as_tree
from citygrid.web.api import RefusalOut
from citygrid.web.api import signed as who

router = Router(tags=["evaluation"])


class SheetIn(Schema):
    """`first`, `last`: the days, both included (`2026-03-21`). What is left out is as the page has it. `by`, `level`:
    of the true closing rate; `way`: of the heat (`week`, `hour`, `area`); `hours`: ahead, of what will breach;
    `metres`, `least`: of places. `open`: the cases behind a number, `place`, `square`: those of a place or a square, as
    the addresses of the page have them. `after`: as the page before said; `limit`: so many rows (1 to 1000, else
    100)."""

    first: str = ""
    last: str = ""
    class_id: str = ""
    district: str = ""
    by: str = ""
    level: str = ""
    way: str = ""
    hours: str = ""
    metres: str = ""
    least: str = ""
    open: str = ""
    place: str = ""
    square: str = ""
    after: str = ""
    limit: str = ""


class ColumnOut(Schema):
    key: str
    name: str


class SheetOut(Schema):
    """`rows`: by the keys of `columns`, a page of `total`; `after`: where the next begins, null on the last. `first`,
    `last`: the days counted."""

    name: str
    title: str
    first: date
    last: date
    columns: list[ColumnOut]
    rows: list[dict[str, Any]]
    notes: list[str]
    total: int
    after: str | None


REFUSALS = {403: RefusalOut, 404: RefusalOut, 422: RefusalOut, 503: RefusalOut}
RENAMED = {"first": "from", "last": "to", "class_id": "class"}


@router.get("/evaluation/insight/{name}", response={200: SheetOut, **REFUSALS})
def sheet(request: HttpRequest, name: str, given: Query[SheetIn]) -> Status[Any]:
    """`breaching`, `load`, `closing` (the true closing rate with its band), `recurrences`, `places`, `heat`."""
    signed = who(request)
    if not asking.may_see(signed):
        return _refused(403, "not_yours", _("Your post does not read decision support."))
    if name not in SHEETS:
        return _refused(404, "no_sheet", _("There is no such sheet."))
    words = {RENAMED.get(key, key): value for key, value in given.dict().items()}
    try:
        asking.known(request.GET.keys(), SheetIn.model_fields.keys())
        asked = asking.read(words, signed, timezone.now(), SHEETS[name].days)
        if not is_counted():
            return _refused(503, "counting", str(COUNTING))
        told = as_tree(SHEETS[name].make(asked))
    except NoAnswerError as error:
        return _refused(422, error.code, error.sentence, error.params)
    return Status(200, told | {"name": name, "first": asked.period.first, "last": asked.period.last})


def _refused(status: int, code: str, message: str, params: dict[str, Any] | None = None) -> Status[Any]:
    return Status(status, {"code": code, "message": message, "params": params or {}})

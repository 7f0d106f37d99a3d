"""The JSON API of base data for apps in the field: components near a point, one component, change requests.

A request carries an id that the client chose; sending it again is safe. What is out of sight does not exist (404)."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Query, Router, Schema, Status

from citygrid.basedata import asking, component_words, listing, seeing, survey_asking
from citygrid.basedata.asking import Asked
from citygrid.basedata.models import ChangeRequest, Component
from citygrid.basedata.survey_words import geometry_of
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import metric
from citygrid.web.api import RefusalOut
from citygrid.web.api import signed as who

MOST = 100
FARTHEST = 2000
"""Metres."""

router = Router()


class NearIn(Schema):
    """Degrees (CGCS2000) and metres; `class_id` narrows."""

    lon: float
    lat: float
    metres: float = 50
    class_id: str = ""


class RequestIn(Schema):
    """A change request (docs/basedata.md). `id`: chosen by the client. `cells`: facts by name, as text."""

    id: UUID
    kind: str
    code: str = ""
    class_id: str = ""
    lon: float | None = None
    lat: float | None = None
    cells: dict[str, str] = {}
    reason: str = ""
    photos: list[UUID] = []


class RequestOut(Schema):
    id: UUID
    kind: str
    code: str
    status: str
    answer: str
    version: int | None
    repeated: bool = False


@router.get("/components/near", response={200: list[dict[str, Any]], 422: RefusalOut})
def near(request: HttpRequest, asked: Query[NearIn]) -> Status[Any]:
    """Components in the register within some metres of a point, nearest first, as far as the caller may see them."""
    if not (-180 <= asked.lon <= 180 and -90 <= asked.lat <= 90 and 0 < asked.metres <= FARTHEST):
        message = gettext("Longitude, latitude or distance is out of range (at most %(most)s m).") % {"most": FARTHEST}
        return Status(422, {"code": "out_of_range", "message": message, "params": {"most": FARTHEST}})
    return Status(200, _near(asked, who(request)))


@router.get("/components/requests", response=list[RequestOut])
def requests(request: HttpRequest, status: str = "") -> list[dict[str, Any]]:
    """The caller's own requests (and, for whoever decides, those of their areas), newest first."""
    known = status if status in asking.Status.values else ""
    return [_request(row) for row in asking.page(who(request), known)]


@router.post("/components/requests", response={200: RequestOut, 201: RequestOut, 403: RefusalOut, 409: RefusalOut})
def ask(request: HttpRequest, asked: RequestIn) -> Status[Any]:
    """Ask for a change: 201, or 200 for one sent before. A refusal is an answer (409; 403 without the right)."""
    said = asked.dict() | {"photos": tuple(asked.photos)}
    try:
        row, repeated = asking.ask(Asked(**said), who(request), timezone.now())
    except Refused as refused:
        told = survey_asking.tell(refused.refusal)
        params = {name: str(value) for name, value in refused.refusal.params.items()}
        code = 403 if told.code == "request_right" else 409
        return Status(code, {"code": told.code, "message": told.sentence, "params": params})
    return Status(200 if repeated else 201, _request(row) | {"repeated": repeated})


@router.get("/components/requests/{uuid:pk}", response={200: RequestOut, 404: RefusalOut})
def one_request(request: HttpRequest, pk: UUID) -> Status[Any]:
    """What became of a request."""
    row = ChangeRequest.objects.filter(pk=pk).first()
    if row is None or not asking.visible(row, who(request)):
        return _missing("no_such_request", asking.MESSAGES["no_such_request"])
    return Status(200, _request(row))


@router.get("/components/{code}", response={200: dict[str, Any], 404: RefusalOut})
def one(request: HttpRequest, code: str) -> Status[Any]:
    """One component with its facts, and the facts that a request on it may state."""
    row = listing.one(code, seeing.components(who(request)))
    if row is None:
        return _missing("no_component", asking.MESSAGES["no_component"], value=code[:32])
    fields = [
        {"name": one.name, "title": component_words.title_of(one), "type": one.type, "required": one.required,
         "choices": [choice.code for choice in one.choices]}
        for one in asking.fields_for(row.class_id, timezone.now())
    ]  # fmt: skip
    return Status(200, _component(row) | {"attributes": row.attributes, "shape": geometry_of(row), "fields": fields})


def _near(asked: NearIn, signed: Signed) -> list[dict[str, Any]]:
    x, y = metric(str(profile_at(timezone.now()).data["metric_crs"]))(asked.lon, asked.lat)
    here = f"({x:.3f},{y:.3f})"
    text, params = seeing.components(signed)
    with connection.cursor() as cursor:
        cursor.execute(
            "select t.id, t.point <-> %s::point from basedata_component t"  # noqa: S608 - no input
            " where t.point <@ circle(%s::point, %s) and t.valid_to is null"
            f" and (%s = '' or t.class_id = %s) and {text}"
            " order by 2, t.code limit %s",
            [here, here, asked.metres, asked.class_id, asked.class_id, *params, MOST],
        )
        found = dict(cursor.fetchall())
    rows = Component.objects.in_bulk(list(found))
    return [_component(rows[pk]) | {"metres": round(distance, 1)} for pk, distance in found.items()]


def _component(row: Component) -> dict[str, Any]:
    day = timezone.localdate()
    return {
        "code": row.code, "class_id": row.class_id, "class": component_words.class_name(row.class_id, day),
        "name": row.name, "key": row.key, "lon": row.lon, "lat": row.lat, "grid": row.grid, "state": row.state,
        "owner": row.owner or row.owner_name, "maintainer": row.maintainer or row.maintainer_name,
        "version": row.version, "valid_from": row.valid_from, "valid_to": row.valid_to,
    }  # fmt: skip


def _request(row: ChangeRequest) -> dict[str, Any]:
    return {"id": row.pk, "kind": row.kind, "code": row.code, "status": row.status, "answer": row.answer,
            "version": row.version}  # fmt: skip


def _missing(code: str, message: str, **params: str) -> Status[Any]:
    return Status(404, {"code": code, "message": gettext(message) % params, "params": params})

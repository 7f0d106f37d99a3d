"""What a device sends and gets, over HTTP: batches of entries, files in pieces, the pack.

Everything can be sent again: an answer that was lost is given again, nothing is done twice (docs/collection.md)."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from ninja import Query, Router, Schema, Status
from ninja.decorators import decorate_view
from pydantic import Field

from citygrid.collection.syncing import batches, devices, pack, uploads
from citygrid.process.refusal import Refusal
from citygrid.web.api import RefusalOut
from citygrid.web.api import signed as who
from citygrid.web.api_reading import Moment
from citygrid.web.refusals import tell

router = Router()
Told = Status[Any]
STATUS = {"device_blocked": 403, "no_such_file": 404, "kind_not_allowed": 422, "too_large": 422, "malformed_file": 422}
BYTES = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class FromIn(Schema):
    """From which byte on."""

    start: int = Field(alias="from", ge=0, le=2**62)


class BatchIn(Schema):
    """`sent_at`: the device's clock now, by which the times of the entries are set right. `post`: the one on which they
    were made; another one now is refused as a whole. Entries: {id, kind, made_at, after, data, files}."""

    device: UUID
    app: str = Field(default="", max_length=40)
    sent_at: Moment | None = None
    post: int | None = None
    entries: list[Any]


class AnswerOut(Schema):
    """`waiting`: an entry before it or a file is not whole yet, or the server could not: send it again later."""

    id: str | None
    state: Literal["done", "refused", "waiting"]
    code: str
    message: str
    facts: dict[str, Any]
    repeated: bool


class BatchOut(Schema):
    now: datetime
    answers: list[AnswerOut]


Degree = Annotated[float, Field(ge=-180, le=180)]


class FileFacts(Schema):
    """What the device says of a file: where it was made and how well it knew the place (metres, degrees from north),
    whether the place was made up by a tool, from where the file is (camera, gallery), for which entry."""

    made_at: Moment | None = None
    lon: Degree | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    accuracy: Annotated[float, Field(ge=0, le=1e7)] | None = None
    altitude: Annotated[float, Field(ge=-1e5, le=1e5)] | None = None
    heading: Annotated[float, Field(ge=0, le=360)] | None = None
    fixed_at: Moment | None = None
    mock: bool | None = None
    origin: Literal["camera", "gallery"] | None = None
    entry: UUID | None = None


class FileIn(Schema):
    """`sha256` in lower-case hexadecimal, `size` in bytes."""

    id: UUID
    device: UUID
    sha256: str = Field(max_length=64)
    size: int = Field(ge=0, le=2**62)
    mime: str = Field(default="", max_length=100)
    facts: FileFacts = Field(default_factory=FileFacts)


class FileOut(Schema):
    """`media`: the file's id once it is whole."""

    received: int
    media: UUID | None


@router.post("/collection/sync", response={200: BatchOut, 403: RefusalOut, 409: RefusalOut})
def sync(request: HttpRequest, batch: BatchIn) -> Told:
    """Entries made on a device, in their order; each is done once, however often it is sent."""
    signed, now = who(request), timezone.now()
    refused = devices.admit(signed, batch.device, now, app=batch.app, agent=request.headers.get("User-Agent", ""))
    if refused is None and batch.post is not None and batch.post != signed.post.pk:
        refused = devices.OTHER_POST
    if refused is not None:
        return _refused(refused)
    told = batches.take(signed, batch.device, batch.entries, now, batch.sent_at)
    out = [one.out() for one in told]
    for one in out:
        one["id"] = None if one["id"] is None else str(one["id"])
    return Status(200, {"now": timezone.now(), "answers": out})


@router.post("/collection/files", response={200: FileOut, 403: RefusalOut, 409: RefusalOut, 422: RefusalOut})
def begin(request: HttpRequest, file: FileIn) -> Told:
    """Say which file will come, or ask how far it is."""
    signed, now = who(request), timezone.now()
    refused = devices.admit(signed, file.device, now)
    if refused is not None:
        return _refused(refused)
    facts = file.facts.model_dump(mode="json", exclude_none=True)
    mime = file.mime.partition(";")[0].strip().lower()
    mime = "" if mime == "application/octet-stream" else mime
    wanted = uploads.Wanted(file.id, file.device, file.sha256.lower(), file.size, mime, facts)
    return _standing(uploads.begin(signed, wanted, now))


@router.put(
    "/collection/files/{uuid:id}",
    response={200: FileOut, 403: RefusalOut, 404: RefusalOut, 409: RefusalOut, 422: RefusalOut},
    openapi_extra=BYTES,
)
def put(request: HttpRequest, id: UUID, where: Query[FromIn]) -> Told:
    """Bytes of a file from a place on, at most some hundred thousand at a time; the answer says from where to go on."""
    signed, now = who(request), timezone.now()
    device = uploads.device_of(signed, id)
    refused = devices.admit(signed, device, now) if device is not None else None
    if refused is not None:
        return _refused(refused)
    return _standing(uploads.put(signed, id, where.start, request.body, now))


@router.get("/collection/pack", response={200: dict[str, Any], 403: RefusalOut})
@decorate_view(gzip_page)  # a quarter of a megabyte otherwise, on a line of two bars
def get_pack(request: HttpRequest, have: str = "", only: str = "", device: UUID | None = None) -> Told:
    """What the device keeps for work without a network. `have`: `section:etag,...` that it holds already; those are
    named in `same` and not sent. `only`: sections that are wanted, all when none is named."""
    signed, now = who(request), timezone.now()
    refused = devices.admit(signed, device, now) if device is not None else None
    if refused is not None:
        return _refused(refused)
    held = dict(one.split(":", 1) for one in have.split(",") if ":" in one)
    wanted = frozenset(name for name in only.split(",") if name)
    return Status(200, pack.packed(signed, held, now, wanted))


def _standing(found: uploads.Standing | Refusal) -> Told:
    if isinstance(found, Refusal):
        return _refused(found)
    return Status(200, {"received": found.received, "media": found.media})


def _refused(refusal: Refusal) -> Told:
    told = tell(refusal)
    params = {name: str(value) for name, value in refusal.params.items()}
    return Status(STATUS.get(refusal.code, 409), {"code": told.code, "message": told.sentence, "params": params})

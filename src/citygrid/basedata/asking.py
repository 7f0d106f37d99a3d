"""Change requests: somebody in the field says that a component is new, other, elsewhere, broken or gone; a second
person decides (S1-08, S0-64; CJ/T 214 change of components). A request changes nothing until it is approved."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from citygrid.areas.locating import locate
from citygrid.basedata import classes, listing, problems, seeing, versions
from citygrid.basedata.models import ChangeRequest, ComponentVersion
from citygrid.basedata.seeing import Fragment
from citygrid.basedata.sheets import Field, Wrong
from citygrid.media.models import File
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal, Refused
from citygrid.trust import audit

Kind, Status = ChangeRequest.Kind, ChangeRequest.Status
PAGE = 50
MOST_PHOTOS = 9
# Whoever is in the field has a camera; a correction of facts may come from a desk.
WITH_PHOTO = frozenset((Kind.NEW, Kind.MOVE, Kind.STATE, Kind.MISSING))
WITH_PLACE = frozenset((Kind.NEW, Kind.MOVE))
# Facts that a request does not state: they follow from the place, the class or the request itself.
NOT_ASKED = frozenset(("code", "class", "grid", "surveyed_on", "lon", "lat"))

MESSAGES: dict[str, str] = {
    "request_right": gettext_noop("Your post may not ask for changes of components."),
    "request_decides": gettext_noop("Your post may not decide on change requests."),
    "request_party": gettext_noop("You asked for this; somebody else must decide."),
    "no_such_request": gettext_noop("There is no such change request."),
    "request_closed": gettext_noop("This request is decided already."),
    "request_other_body": gettext_noop("This id belongs to another request already."),
    "request_kind": gettext_noop("%(value)s is no kind of change."),
    "no_component": gettext_noop("There is no component %(value)s."),
    "component_gone": gettext_noop("The component %(value)s is gone since %(day)s."),
    "request_class": gettext_noop("Choose the class of the new component."),
    "request_place": gettext_noop("Say where it is: longitude and latitude."),
    "request_outside": gettext_noop("The place is not in the area of this system."),
    "request_reason": gettext_noop("Say in a few words why."),
    "request_photo": gettext_noop("At least one photo is needed."),
    "request_photo_unknown": gettext_noop("A photo that you named is not here, or is not yours."),
    "request_nothing": gettext_noop("Nothing differs from what is known of the component."),
    "request_field": gettext_noop("%(field)s does not belong to this class."),
    "request_facts": gettext_noop("This cannot be taken: %(reason)s"),
    "request_answer": gettext_noop("Say why you refuse."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. `id`: the client's. `cells`: facts by field name, as text (names of the field sheet)."""

    id: UUID
    kind: str
    code: str = ""
    class_id: str = ""
    lon: float | None = None
    lat: float | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    photos: tuple[UUID, ...] = ()


def ask(asked: Asked, signed: Signed, at: datetime) -> tuple[ChangeRequest, bool]:
    """Keep a request; (it, whether it was there already). Raises Refused, and then nothing is kept."""
    if not may(signed, "basedata.request") and not may(signed, "basedata.publish"):
        raise _refused("request_right")
    digest = _digest(asked)
    known = ChangeRequest.objects.filter(pk=asked.id).first()
    if known is None:
        row = _checked(asked, signed, at)
        row.digest = digest
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                _note("component_request", row, signed, at)
            return row, False
        except IntegrityError:
            known = ChangeRequest.objects.get(pk=asked.id)
    if known.digest != digest or known.asked_by_id != signed.person.pk:
        raise _refused("request_other_body")
    return known, True


def decide(pk: UUID, approve: bool, answer: str, signed: Signed, at: datetime) -> ChangeRequest:
    """Approve (a new version of the component, or a new component) or refuse with a reason. Not by who asked.

    Raises Refused: nothing is changed then."""
    if not may(signed, "basedata.publish"):
        raise _refused("request_decides")
    with transaction.atomic():
        row = ChangeRequest.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None or not visible(row, signed):
            raise _refused("no_such_request")
        if row.status != Status.OPEN:
            raise _refused("request_closed")
        if row.asked_by_id == signed.person.pk:
            raise _refused("request_party")
        if not approve and not answer.strip():
            raise _refused("request_answer", field="answer")
        row.decided_by, row.decided_at, row.answer = signed.person, at, answer.strip()[:400]
        row.status = Status.APPROVED if approve else Status.REFUSED
        if approve:
            made = _carry_out(row, signed, at)
            row.code, row.version = made.code, made.version
        row.save()
        _note("component_request_" + row.status, row, signed, at)
    return row


def take_back(pk: UUID, signed: Signed, at: datetime) -> ChangeRequest:
    """The asker withdraws an open request. Raises Refused."""
    with transaction.atomic():
        row = ChangeRequest.objects.select_for_update(of=("self",)).filter(pk=pk, asked_by=signed.person).first()
        if row is None:
            raise _refused("no_such_request")
        if row.status != Status.OPEN:
            raise _refused("request_closed")
        row.status, row.decided_by, row.decided_at = Status.WITHDRAWN, signed.person, at
        row.save()
        _note("component_request_withdrawn", row, signed, at)
    return row


def seen(signed: Signed, alias: str = "t") -> Fragment:
    """Which requests exist for the post: one's own; for whoever decides, those within the areas of its scope."""
    own = f"{alias}.asked_by_id = %s"
    if not may(signed, "basedata.publish"):
        return own, [signed.person.pk]
    if signed.scope.everything:
        return "true", []
    return f"({own} or {alias}.area_ids && %s::bigint[])", [signed.person.pk, sorted(signed.scope.roots)]


def visible(row: ChangeRequest, signed: Signed) -> bool:
    """Whether this request exists for the post."""
    if row.asked_by_id == signed.person.pk:
        return True
    if not may(signed, "basedata.publish"):
        return False
    return signed.scope.everything or not signed.scope.roots.isdisjoint(row.area_ids)


def page(signed: Signed, status: str = "", code: str = "", after: str = "", most: int = PAGE) -> list[ChangeRequest]:
    """Requests, newest first. `after`: "moment~id" of the last one of the page before."""
    text, params = seen(signed)
    terms, values = [text], list(params)
    for column, value in (("status", status), ("code", code)):
        if value:
            terms.append(f"t.{column} = %s")
            values.append(value)
    if after:
        moment, _, pk = after.partition("~")
        terms.append("(t.asked_at, t.id) < (%s::timestamptz, %s::uuid)")
        values += [moment, pk]
    with connection.cursor() as cursor:
        cursor.execute(
            f"select t.id from basedata_changerequest t where {' and '.join(terms)}"  # noqa: S608 - no input in the text
            " order by t.asked_at desc, t.id desc limit %s",
            [*values, most],
        )
        ids = [row[0] for row in cursor.fetchall()]
    rows = ChangeRequest.objects.select_related("asked_by", "asked_body", "decided_by").in_bulk(ids)
    return [rows[pk] for pk in ids]


def open_count(signed: Signed) -> int:
    """How many open requests wait for this post to decide."""
    text, params = seen(signed)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from (select 1 from basedata_changerequest t"  # noqa: S608 - no input in the text
            f" where t.status = 'open' and {text} limit 1000) as found",
            params,
        )
        return int(cursor.fetchone()[0])


def fields_for(class_id: str, at: datetime) -> tuple[Field, ...]:
    """The facts that a request on a component of this class may state: the basic ones and those of its sheet."""
    known = classes.classes_at(timezone.localdate(at))
    sheet = known.sheets.get(class_id)
    return tuple(one for one in (*known.basics, *(sheet.fields if sheet else ())) if one.name not in NOT_ASKED)


def _checked(asked: Asked, signed: Signed, at: datetime) -> ChangeRequest:
    """The request as a row; Refused when anything is wrong with it."""
    if asked.kind not in Kind.values:
        raise _refused("request_kind", value=asked.kind[:20])
    kind = Kind(asked.kind)
    row = ChangeRequest(
        pk=asked.id, kind=kind, reason=asked.reason.strip()[:400], asked_by=signed.person, asked_body=signed.body,
        asked_at=at, photos=list(asked.photos[:MOST_PHOTOS]),
    )  # fmt: skip
    if kind == Kind.NEW:
        if classes.sheet(asked.class_id, timezone.localdate(at)) is None:
            raise _refused("request_class", field="class_id")
        row.class_id = asked.class_id
        place = (asked.lon, asked.lat)
    else:
        place = _of_component(row, asked, signed)
    _put_place(row, asked, kind, place, at)
    row.cells = _cells(asked, row, at)
    if not row.reason:
        raise _refused("request_reason", field="reason")
    _photos(row, kind, signed)
    errors = [one for one in looked_at(row, at) if one["severity"] == problems.ERROR]
    if errors:
        reason = " ".join(problems.sentence(one) for one in errors)
        raise _refused("request_facts", reason=reason, field=errors[0]["field"])
    return row


def looked_at(row: ChangeRequest, at: datetime) -> list[problems.Problem]:
    """What the checks of surveys say of the component as it would be: errors, and warnings for who decides."""
    if row.kind == Kind.MISSING:
        return []
    found = versions.preview(row.code, dict(row.cells), _shape(row), at, class_id=row.class_id).problems
    return [one for one in found if one["code"] != "code_retired"]


def _of_component(row: ChangeRequest, asked: Asked, signed: Signed) -> tuple[float | None, float | None]:
    """The component that it is about, as the asker may see it; where it is (or shall be)."""
    found = listing.one(asked.code, seeing.components(signed))
    if found is None:
        raise _refused("no_component", value=asked.code[:32], field="code")
    if found.valid_to is not None:
        raise _refused("component_gone", value=found.code, day=found.valid_to.isoformat())
    row.code, row.class_id, row.based_on = found.code, found.class_id, found.version
    if row.kind == Kind.MOVE:
        if (asked.lon, asked.lat) == (found.lon, found.lat):
            raise _refused("request_nothing")
        return asked.lon, asked.lat
    return found.lon, found.lat


def _put_place(
    row: ChangeRequest, asked: Asked, kind: ChangeRequest.Kind, place: tuple[float | None, float | None], at: datetime
) -> None:
    lon, lat = place
    if lon is None or lat is None:
        if kind in WITH_PLACE:
            raise _refused("request_place", field="lon")
        return
    where = locate(lon, lat, at)
    if kind in WITH_PLACE:
        if where is None:
            raise _refused("request_outside", field="lon")
        row.lon, row.lat = lon, lat
    row.area_ids = list(where.ids) if where is not None else []


def _cells(asked: Asked, row: ChangeRequest, at: datetime) -> dict[str, str]:
    """The facts stated, checked against the class's sheet."""
    allowed = {one.name: one for one in fields_for(row.class_id, at)}
    found = {name: str(value).strip() for name, value in asked.cells.items()}
    for name, value in found.items():
        if name not in allowed:
            raise _refused("request_field", field=name)
        read = allowed[name].read(value) if value else None
        if isinstance(read, Wrong):
            raise Refused(Refusal(read.code, problems.MESSAGES[read.code], {**read.params, "field": name}))
    if row.kind in (Kind.ATTRIBUTES, Kind.STATE) and not found:
        raise _refused("request_nothing")
    if row.kind == Kind.STATE and not found.get("state"):
        raise _refused("request_nothing", field="state")
    return found


def _photos(row: ChangeRequest, kind: ChangeRequest.Kind, signed: Signed) -> None:
    if kind in WITH_PHOTO and not row.photos:
        raise _refused("request_photo", field="photos")
    theirs = File.objects.filter(pk__in=row.photos, kind="image")
    mine = {one.pk for one in theirs if one.uploader == signed.person.pk} | set(
        theirs.filter(uploads__person=signed.person.pk).values_list("pk", flat=True)
    )
    if not set(row.photos) <= mine:
        raise _refused("request_photo_unknown", field="photos")


def _carry_out(row: ChangeRequest, signed: Signed, at: datetime) -> ComponentVersion:
    """The new version that an approved request makes. Raises Refused when the component's checks do."""
    return versions.change(
        row.code, dict(row.cells), _shape(row), class_id=row.class_id, by=signed.person, at=at,
        why=ComponentVersion.Why.REQUEST, request=row.pk, reason=row.reason[:200], ended=row.kind == Kind.MISSING,
    )  # fmt: skip


def _shape(row: ChangeRequest) -> shapely.Point | None:
    return shapely.Point(row.lon, row.lat) if row.lon is not None and row.lat is not None else None


def _note(act: str, row: ChangeRequest, signed: Signed, at: datetime) -> None:
    audit.record(
        at, act, subject=("change_request", str(row.pk)), person=signed.person.pk, seat=signed.seat.pk,
        post=signed.post.pk, params={"kind": row.kind, "code": row.code},
    )  # fmt: skip


def _digest(asked: Asked) -> str:
    said = [asked.kind, asked.code, asked.class_id, asked.lon, asked.lat, dict(asked.cells), asked.reason,
            [str(one) for one in asked.photos]]  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _refused(code: str, **params: Any) -> Refused:
    return Refused(Refusal(code, MESSAGES[code], params))

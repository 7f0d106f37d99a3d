"""Answers at a border, kept as precedents: taken with their report, found near a place, withdrawn (asks 9, 10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from citygrid.areas.locating import locate
from citygrid.cases import directory, reading
from citygrid.collection.models import BorderAnswer
from citygrid.collection.surveys import border_rules
from citygrid.collection.surveys.refusals import refused
from citygrid.collection.syncing.kinds import Answer, Sent
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import localday, profile_at
from citygrid.standards.coordinates import CoordinateError, metric
from citygrid.trust import audit
from citygrid.web.sent import uuid_of

RIGHT = "borders.withdraw"
MOST_SIDES, MOST_NEAR = 10, 5
LARGEST = 10_000.0


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer near a place, and how far it lies from there in metres."""

    row: BorderAnswer
    metres: float


def take(signed: Signed, sent: Sent, now: datetime) -> Answer:
    """Entry `border`: {class, lon, lat, accuracy, sides: [{body, name, metres, code}], chosen: body or null, follows,
    case}. It goes after its report: the case must be one that the sender may see. Raises Refused."""
    said = sent.data
    class_id, case = said.get("class"), uuid_of(said.get("case"))
    lon, lat = _number(said, "lon", 180), _number(said, "lat", 90)
    if not isinstance(class_id, str) or not 0 < len(class_id) <= 80:
        raise refused("border_malformed", field="class")
    if case is None or reading.case_for(signed.scope, case) is None:
        raise refused("border_case")
    sides = _sides(said.get("sides"))
    chosen = said.get("chosen")
    if chosen is not None and chosen not in [one["body"] for one in sides]:
        raise refused("border_malformed", field="chosen")
    accuracy = None if said.get("accuracy") is None else _number(said, "accuracy", LARGEST)
    place = locate(lon, lat, now)
    BorderAnswer.objects.create(
        id=sent.id, class_id=class_id, lon=lon, lat=lat, point=_metres(lon, lat, now), accuracy=accuracy,
        area_ids=list(place.ids) if place is not None else [], sides=sides, chosen=chosen,
        follows=_followed(said.get("follows")), case_id=case, person=signed.person, body=signed.body,
        made_at=sent.made_at or now, at=now,
    )  # fmt: skip
    return Answer("done", facts={"case": str(case)})


def _number(said: Any, name: str, most: float) -> float:
    value = said.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= most:
        raise refused("border_malformed", field=name)
    return float(value)


def _sides(said: Any) -> list[dict[str, Any]]:
    """The sides as they were shown; names are those that the city has, not those that were sent."""
    book = directory.current()
    if not isinstance(said, list) or not 2 <= len(said) <= MOST_SIDES:
        raise refused("border_malformed", field="sides")
    found = []
    for one in said:
        body = one.get("body") if isinstance(one, dict) else None
        if type(body) is not int or body not in book.bodies:
            raise refused("border_malformed", field="sides")
        found.append({"body": body, "metres": _number(one, "metres", LARGEST), "code": str(one.get("code") or "")[:32]})
    return found


def _followed(said: Any) -> UUID | None:
    pk = uuid_of(said)
    return pk if pk is not None and BorderAnswer.objects.filter(pk=pk).exists() else None


def _metres(lon: float, lat: float, at: datetime) -> tuple[float, float]:
    try:
        x, y = metric(profile_at(at).data["metric_crs"])(lon, lat)
    except CoordinateError:
        raise refused("border_malformed", field="lon") from None
    return float(x), float(y)


def in_force(at: datetime) -> QuerySet[BorderAnswer]:
    """Answers that were given and not withdrawn at that moment."""
    return BorderAnswer.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at), at__lte=at)


def near(class_id: str, lon: float, lat: float, at: datetime, but: UUID | None = None) -> list[Earlier]:
    """Answers in force on the class within the city's distance of a place, the nearest first; without those of the
    case `but`."""
    x, y = _metres(lon, lat, at)
    metres = border_rules.at_day(localday(at)).precedent
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, point <-> point(%s, %s) as far from collection_borderanswer"
            " where point <@ circle(point(%s, %s), %s) and class_id = %s and case_id is distinct from %s"
            " and withdrawn_at is null and chosen is not null and at <= %s order by far, at desc limit %s",
            [x, y, x, y, metres, class_id, but, at, MOST_NEAR],
        )
        found = cursor.fetchall()
    rows = BorderAnswer.objects.select_related("person").in_bulk([pk for pk, _far in found])
    return [Earlier(rows[pk], far) for pk, far in found]


def of_case(case: UUID) -> BorderAnswer | None:
    """What the reporter of a case answered."""
    return BorderAnswer.objects.select_related("person").filter(case_id=case).order_by("at").first()


def seen(signed: Signed) -> QuerySet[BorderAnswer]:
    """Answers that exist for a post: one's own, and those on its ground."""
    rows = BorderAnswer.objects.select_related("person", "withdrawn_by").order_by("-at", "-id")
    if signed.scope.everything:
        return rows
    return rows.filter(Q(person=signed.person) | Q(area_ids__overlap=sorted(signed.scope.roots)))


def withdraw(pk: UUID, reason: str, signed: Signed, at: datetime, address: str | None) -> BorderAnswer:
    """It is shown no more from now on; it stays on record. Raises Refused: border_right, border_reason, and
    survey_unknown for one that does not exist for the post. Withdrawn before: nothing changes."""
    if not may(signed, RIGHT):
        raise refused("border_right")
    if not reason.strip():
        raise refused("border_reason", field="reason")
    with transaction.atomic():
        row = seen(signed).select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise refused("survey_unknown")
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = at, signed.person, reason.strip()[:1000]
            row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
            audit.record(
                at, "withdraw_border_answer", subject=("border_answer", str(row.pk)), person=signed.person.pk,
                seat=signed.seat.pk, post=signed.post.pk, address=address,
            )  # fmt: skip
    return row


def state() -> str:
    """Another word whenever an answer came or was withdrawn."""
    found = BorderAnswer.objects.aggregate(came=Max("at"), gone=Max("withdrawn_at"))
    return f"{found['came']} {found['gone']}"


def bodies(rows: Sequence[BorderAnswer]) -> set[int]:
    """Every body that these answers name."""
    return {side["body"] for row in rows for side in row.sides}

"""The sections of the pack that every collector needs: who one is, classes, duty grids, components, near cases."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import shapely

from citygrid.areas.geojson import geometry_of
from citygrid.areas.models import Area
from citygrid.areas.versions import current as areas_version
from citygrid.basedata import seeing
from citygrid.cases import naming, options, wording
from citygrid.cases.asking import actor_of
from citygrid.cases.database import cursor, plain
from citygrid.cases.nearby import HOURS, METRES
from citygrid.collection.syncing import ground, pack
from citygrid.media.limits import limits
from citygrid.media.models import File
from citygrid.organization.seats import Signed
from citygrid.process.offers import creations
from citygrid.rulebook import slices
from citygrid.rulebook.dating import in_force
from citygrid.rulebook.models import Condition, ManagedClass, RulebookState
from citygrid.web.words import chinese

PIECE = 256 * 1024
"""Bytes of one piece of a file, as a device is told to cut them."""
DECIMALS = 6
"""Of a degree: a tenth of a metre is enough on a phone."""
MOST_COMPONENTS = 6_000
MOST_NEAR = 500
FREQUENT = 12
SINCE = timedelta(days=90)
"""So far back is counted what is frequent."""


def register() -> None:
    """Offer the sections; called when the app starts."""
    pack.section("me", me)
    pack.section("classes", classes, etag=_of_rules)
    pack.section("frequent", frequent)
    pack.section("grids", grids, etag=_of_ground)
    pack.section("components", components, etag=_of_components)
    pack.section("near", near)


def me(signed: Signed, now: datetime) -> dict[str, Any]:
    """Who works here, where and until when; what may be sent and how."""
    here = ground.of(signed, now)
    rules, profile = slices.rules_at(now), slices.profile_at(now)
    able = [one.name for one in creations(actor_of(signed), rules.variant(None))]
    names = {row.code: row.name or row.code for row in here.duty}
    duplicates = profile.data.get("duplicates", {})
    return {
        "person": {"id": signed.person.pk, "name": signed.person.name, "number": signed.person.number},
        "post": {"id": signed.post.pk, "name": str(signed.post), "role": str(signed.role)},
        "body": {"id": signed.body.pk, "name": str(signed.body)},
        "duty": [
            {
                "grid": one.place, "name": names.get(one.place, one.place), "shift": one.shift, "on": one.on(now),
                "starts": one.starts, "ends": one.ends,
            }
            for one in here.watches
        ],
        "grids": list(here.members),
        "creations": {act: options.sources(act, signed.role.code, now) for act in able},
        "duplicates": {"metres": int(duplicates.get("metres", METRES)), "hours": int(duplicates.get("hours", HOURS))},
        "files": {
            "piece": PIECE,
            "limits": {kind: {"bytes": one.size, "types": sorted(one.types)} for kind, one in limits().items()},
        },
    }  # fmt: skip


def classes(signed: Signed, now: datetime) -> list[dict[str, Any]]:
    """All classes in force with the photos that they ask for, and the conditions on which they are filed."""
    day, zh = slices.localday(now), chinese()
    own: dict[str, list[dict[str, Any]]] = {}
    for row in in_force(Condition, day).order_by("class_id", "no"):
        text = row.text if zh or not row.text_en else row.text_en
        own.setdefault(row.class_id, []).append(
            {"no": row.no, "text": text, "limit": wording.limit(row.limit), "safety": row.safety}
        )
    rows = in_force(ManagedClass, day).order_by("class_id")
    return [_class(row, own.get(row.class_id, []), zh=zh) for row in rows]


def _class(row: ManagedClass, conditions: list[dict[str, Any]], *, zh: bool) -> dict[str, Any]:
    return {
        "id": row.class_id,
        "code": row.code,
        "name": row.name if zh or not row.name_en else row.name_en,
        "name_zh": row.name,
        "name_en": row.name_en,
        "initials": row.initials,
        "kind": row.kind,
        "major": row.major,
        "major_name": row.major_name,
        "geometry": row.geometry,
        "before_photos": row.before_photos,
        "after_photos": row.after_photos,
        "check_photos": row.check_photos,
        "before_films": row.before_films,
        "before_sounds": row.before_sounds,
        "self_handle": row.self_handle,
        "safety": any(one["safety"] for one in conditions),
        "conditions": conditions,
    }


_MINE = """select data -> 'said' ->> 'class_id', count(*) from cases_entry
    where person = %s and recorded_at >= %s and type = any(%s) and data -> 'said' ? 'class_id'
    group by 1 order by 2 desc, 1 limit %s"""
_THERE = """select class_id, count(*) from cases_case where (bucket = '0001-01-01' or bucket >= %s)
    and areas && %s::bigint[] and received_at >= %s and class_id is not null group by 1 order by 2 desc, 1 limit %s"""


def frequent(signed: Signed, now: datetime) -> dict[str, list[str]]:
    """Ids of classes: what this person reports most (`mine`), what is found most in the duty grids (`here`)."""
    areas, since = ground.of(signed, now).area_ids, now - SINCE
    with plain() as connection:
        asked = cursor(connection)
        acts = ["report", "self_report"]
        mine = asked.execute(_MINE.encode(), [signed.person.pk, since, acts, FREQUENT]).fetchall()
        month = since.date().replace(day=1)
        here = asked.execute(_THERE.encode(), [month, areas, since, FREQUENT]).fetchall() if areas else []
    return {"mine": [row[0] for row in mine], "here": [row[0] for row in here]}


def grids(signed: Signed, now: datetime) -> list[dict[str, Any]]:
    """The duty grids of today with their outlines and those of their unit grids."""
    here = ground.of(signed, now)
    ids = [pk for found in here.members.values() for pk, _ in found]
    rows = {row.pk: row for row in Area.objects.filter(pk__in=ids).select_related("parent")}
    return [
        _outline(duty) | {"shift": duty.shift, "units": [_unit(rows[pk]) for pk, _ in here.members[duty.code]]}
        for duty in here.duty
    ]


def _unit(row: Area) -> dict[str, Any]:
    above = row.parent
    return _outline(row) | {"community": (above.name or above.code) if above is not None else ""}


def _outline(row: Area) -> dict[str, Any]:
    shape = geometry_of(shapely.from_wkb(bytes(row.geometry)), DECIMALS)
    centre = [round(row.centre_lon, DECIMALS), round(row.centre_lat, DECIMALS)]
    return {"id": row.pk, "code": row.code, "name": row.name or row.code, "centre": centre, "shape": shape}


_COMPONENTS = """select t.grid, t.code, t.class_id, t.name, t.lon, t.lat, t.state from basedata_component t
    where t.grid = any(%s) and t.valid_to is null and t.lon is not null and {seen}
    order by t.grid, t.code limit %s"""


def components(signed: Signed, now: datetime) -> dict[str, Any]:
    """What stands in the duty grids, as far as the post may see it. `cut`: there is more than a device is given."""
    codes = ground.of(signed, now).grids
    seen, params = seeing.components(signed)
    sql = _COMPONENTS.format(seen=seen)
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [codes, *params, MOST_COMPONENTS + 1]).fetchall()
    keys = ("grid", "code", "class_id", "name", "lon", "lat", "state")
    found = [dict(zip(keys, row, strict=True)) for row in rows[:MOST_COMPONENTS]]
    for one in found:
        one["lon"], one["lat"] = round(one["lon"], 7), round(one["lat"], 7)
    return {"rows": found, "cut": len(rows) > MOST_COMPONENTS}


_NEAR = """select c.id, c.class_id, c.lon, c.lat, c.received_at, c.state, c.report_no, {seen}, c.snapshot -> 'media'
    from cases_case c
    where c.bucket = '0001-01-01' and c.areas && %s::bigint[] and c.class_id is not null and c.lon is not null
      and c.state <> 'merged' and c.received_at >= %s
    order by c.received_at desc, c.id limit %s"""


def near(signed: Signed, now: datetime) -> list[dict[str, Any]]:
    """Open cases in the duty grids, received not so long ago that a new report could not be the same. Who may not see a
    case is told that there is one, not which."""
    areas = ground.of(signed, now).area_ids
    if not areas:
        return []
    hours = int(slices.profile_at(now).data.get("duplicates", {}).get("hours", HOURS))
    seen, params = signed.scope.sql("c")
    sql = _NEAR.format(seen=seen)
    with plain() as connection:
        found = cursor(connection).execute(sql.encode(), [*params, areas, now - timedelta(hours=hours), MOST_NEAR])
        rows = found.fetchall()
    names = naming.classes(row[1] for row in rows)
    photos = first_photos({row[0]: row[8] for row in rows if row[7]})
    return [_near(row, names, photos.get(row[0])) for row in rows]


def first_photos(media: Mapping[UUID, Iterable[str] | None]) -> dict[UUID, str]:
    """Case -> the first picture among the files of its report, where there is one."""
    ids = {one for files in media.values() for one in files or ()}
    images = {str(one) for one in File.objects.filter(pk__in=ids, kind="image").values_list("pk", flat=True)}
    found = ((case, next((one for one in files or () if one in images), None)) for case, files in media.items())
    return {case: one for case, one in found if one is not None}


def _near(row: tuple[Any, ...], names: dict[str, str], photo: str | None) -> dict[str, Any]:
    case, class_id, lon, lat, received_at, state, report_no, seen, _media = row
    told = {
        "class_id": class_id, "class_name": names.get(class_id, class_id), "lon": float(lon), "lat": float(lat),
        "received_at": received_at,
    }  # fmt: skip
    return told | ({"case": str(case), "state": state, "report_no": report_no, "photo": photo} if seen else {})


# marks that change whenever the content does, without making it


def _of_rules(signed: Signed, now: datetime) -> str:
    mark = RulebookState.objects.values_list("mark", flat=True).first() or ""
    return _joined(mark, slices.localday(now))


def _of_ground(signed: Signed, now: datetime) -> str:
    newest, here = areas_version(), ground.of(signed, now)
    return _joined(newest.digest if newest else "", here.day, *here.members)


def _of_components(signed: Signed, now: datetime) -> str:
    with plain() as connection:
        row = cursor(connection).execute(b"select max(id) from basedata_componentversion").fetchone()
    seen, params = seeing.components(signed)
    return _joined(_of_ground(signed, now), row[0] if row else 0, seen, params)


def _joined(*parts: Iterable[Any] | object) -> str:
    return "\0".join(map(str, parts))

"""Answers at a border as a reason for a unit, on the dispatcher's desk and on the case page (finder of `bordering`)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from citygrid.cases import naming
from citygrid.collection.models import BorderAnswer
from citygrid.collection.surveys import border_rules
from citygrid.coordination.dispatching.bordering import Precedent, Spot
from citygrid.rulebook.slices import localday, profile_at
from citygrid.standards.coordinates import CoordinateError, metric
from citygrid.web.words import office_day

_NEAREST = """select w.case_id, b.id, b.far, b.own
  from unnest(%s::uuid[], %s::text[], %s::float8[], %s::float8[]) w (case_id, class_id, x, y)
  cross join lateral (
    select a.id, a.point <-> point(w.x, w.y) as far, coalesce(a.case_id = w.case_id, false) as own
    from collection_borderanswer a
    where a.point <@ circle(point(w.x, w.y), %s) and a.class_id = w.class_id and a.chosen is not null and a.at <= %s
      and (a.withdrawn_at is null or a.withdrawn_at > %s)
    order by own desc, far, a.at desc limit 1) b"""


def precedents(spots: Sequence[Spot], at: datetime) -> dict[UUID, Precedent]:
    """For each case its own answer, else the nearest of its class that was in force then, within the city's metres."""
    if not BorderAnswer.objects.exists():
        return {}
    to_metres = metric(profile_at(at).data["metric_crs"])
    places = []
    for spot in spots:
        try:
            x, y = to_metres(float(spot.lon or ""), float(spot.lat or ""))
        except (CoordinateError, ValueError):
            continue
        places.append((spot.case, spot.class_id, float(x), float(y)))
    columns = [list(column) for column in zip(*places, strict=True)]
    if not columns:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [*columns, border_rules.at_day(localday(at)).precedent, at, at])
        found = cursor.fetchall()
    rows = BorderAnswer.objects.select_related("person").in_bulk({pk for _case, pk, _far, _own in found})
    return {case: _told(rows[pk], far, own) for case, pk, far, own in found}


def _told(row: BorderAnswer, far: float, own: bool) -> Precedent:
    facts = {
        "who": row.person, "unit": naming.body(row.chosen), "day": office_day(localday(row.made_at)),
        "metres": round(far),
    }  # fmt: skip
    here = _("At a border: %(who)s answered “%(unit)s” in this report on %(day)s.")
    near = _("At a border: %(who)s answered “%(unit)s” %(metres)s m from here on %(day)s.")
    assert row.chosen is not None
    return Precedent(row.chosen, frozenset(side["body"] for side in row.sides), (here if own else near) % facts)

"""Sheets of recurrence: what came back after a closing, and the places where it comes again and again."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from citygrid.cases import naming
from citygrid.cases.database import cursor, plain
from citygrid.evaluation import recurring_links
from citygrid.evaluation.insight import asking, paging, places
from citygrid.evaluation.insight.asking import Asked
from citygrid.evaluation.insight.paging import Page, Row
from citygrid.evaluation.insight.rules import insight_at
from citygrid.evaluation.insight.sheet import NOTHING, Cell, Column, Sheet, number
from citygrid.evaluation.recurring_links import Link
from citygrid.process.states import STATE_NAMES, State
from citygrid.web.words import office_moment, say

SHAPES = 300
"""So many places, the largest, are on the map; the list goes on by pages."""


def case_address(case: UUID) -> str:
    return reverse("cases:case", args=[case])


def numbers_of(cases: list[UUID], asked: Asked) -> dict[UUID, str]:
    """Id -> number of those of these cases that the seat may see."""
    text, params = asked.scope.sql("c")
    sql = f"""select c.id, coalesce(c.case_no, c.report_no) from cases_case c
        join cases_head h on h.case_id = c.id and h.bucket = c.bucket where c.id = any(%s::uuid[]) and {text}"""  # noqa: S608
    with plain() as connection:
        return dict(cursor(connection).execute(sql.encode(), [cases, *params]).fetchall())


def recurrences(asked: Asked) -> Sheet:
    """回潮: each new case with the closed one that it comes of. Only new cases that the seat may see."""
    seen, params = asked.cases()
    part, span = paging.cut(asked), (asked.period.start, asked.period.cut)
    after = (part.at, part.case) if part.at is not None and part.case is not None else None
    with plain() as connection:
        links = recurring_links.listed(connection, *span, seen, params, part.most, after)
        of = recurring_links.number(connection, *span, seen, params)
    page = paging.listed(links, of, lambda link: (link.filed_at, link.case, 0), asked)
    shown = page.rows
    known = numbers_of([one for link in shown for one in (link.case, link.earlier)], asked)
    people = naming.people([link.person for link in shown])
    classes = naming.classes([link.class_id for link in shown])
    may_undo = asked.signed.role.code in asking.UNDOING
    rows, undo = [], {}
    for link in shown:
        if may_undo and link.counts:
            undo[str(link.case)] = reverse("evaluation:insight_undo", args=[link.case])
        rows.append([
            Cell(known.get(link.case, NOTHING), _opens(link.case, known), pick=str(link.case)),
            Cell(known.get(link.earlier, _("not within your view")), _opens(link.earlier, known)),
            Cell(classes.get(link.class_id, link.class_id), value=link.class_id),
            Cell(naming.body(link.unit) or NOTHING),
            Cell(people.get(link.person or 0, NOTHING)),
            Cell(f"{link.metres:.0f}", value=str(link.metres)),
            number((link.filed_at - link.closed_at).days) if link.filed_at > link.closed_at else Cell("0", value=0),
            Cell(office_moment(link.filed_at), value=link.filed_at.isoformat()),
            Cell(_state(link)),
        ])  # fmt: skip
    rules = insight_at(asked.now)
    return Sheet(
        _("Recurrences"),
        [Column("case", _("New case")), Column("earlier", _("Closed before")), Column("class", _("Class"), wide=True),
         Column("unit", _("Handled by"), wide=True), Column("checker", _("Checked by")),
         Column("metres", _("Metres"), True), Column("days", _("Days after the closing"), True),
         Column("filed_at", _("Filed")), Column("state", _("State"), wide=True)],
        rows,
        [_("A case of the same class, reported within %(metres)s m and %(days)s days of a closing.")
         % {"metres": rules.recurrence_metres, "days": rules.recurrence_days},
         _("It counts for the unit that had handled the closed case and for who had checked it,")
         + " " + _("unless somebody finds that it is not the same place.")],
        _("Nothing came back in these days"),
        {"undo": undo},
        of=of,
        after=page.after,
    )  # fmt: skip


def _state(link: Link) -> str:
    if link.undone_at:
        return _("not the same place: %(reason)s") % {"reason": link.reason}
    return _("counts") if link.counts else _("void, refused or merged since: counts no more")


def recurring_places(asked: Asked) -> Sheet:
    """问题高发点, or the cases of one of them (`place`: its first case)."""
    rules = insight_at(asked.now)
    metres = asked.whole("metres", rules.place_metres, 1, 1000)
    least = asked.whole("least", rules.place_cases, 2, 1000)
    seen, params = asked.cases()
    columns = [
        Column("place", _("Place")), Column("cases", _("Cases"), True), Column("classes", _("Classes"), wide=True),
        Column("units", _("Units"), wide=True), Column("first", _("First")), Column("last", _("Last")),
    ]  # fmt: skip
    words = {"metres": metres, "least": least}
    note = _("%(least)s or more cases that were received in these days within %(metres)s m of one of them; each case is"
             " counted at one place, that with the most.") % words  # fmt: skip
    try:
        with plain() as connection:
            found = places.spots(places.cases(connection, asked.period, seen, params), metres, least)
    except places.TooManyError as error:
        return Sheet(_("Recurring places"), columns, [], [note], _too_many(error))
    wanted = asked.given.get("place")
    if wanted:
        one = next((spot for spot in found if str(spot.key) == wanted), None)
        cases: list[Row] = [
            (c.case, c.number, c.class_id, c.unit, c.community, c.state, c.received_at, c.received_at, 0)
            for c in reversed(one.cases if one else ())
        ]
        of_place = paging.sliced(cases, lambda row: (-paging.ticks(row[6]), _backwards(row[0])), asked)
        shapes = _shapes([one] if one else [], asked)
        return case_sheet(_("Cases of a recurring place"), of_place, asked.link(place=None), asked, shapes=shapes)
    page = paging.sliced(found, _place_key, asked)
    shown = page.rows
    names = naming.classes([key for spot in shown for key, _n in spot.classes])
    communities = naming.areas([spot.cases[-1].community for spot in shown])
    with plain() as connection:
        addresses = places.addresses(connection, [spot.cases[-1].case for spot in shown])
    rows = [
        [
            Cell(_where(spot.cases[-1], communities, addresses), value=_point(spot), pick=str(spot.key)),
            number(len(spot.cases), asked.link(place=spot.key), flag=len(spot.cases) >= 2 * least),
            Cell(_few([f"{names.get(key, key)} {n}" for key, n in spot.classes])),
            Cell(_few([f"{naming.body(key) or NOTHING} {n}" for key, n in spot.units])),
            Cell(office_moment(spot.cases[0].received_at), value=spot.cases[0].received_at.isoformat()),
            Cell(office_moment(spot.cases[-1].received_at), value=spot.cases[-1].received_at.isoformat()),
        ]
        for spot in shown
    ]  # fmt: skip
    return Sheet(_("Recurring places"), columns, rows, [note], _("No place had so many cases in these days"),
                 {"shapes": _shapes(found[:SHAPES], asked)}, "evaluation/insight/places.html", len(found),
                 page.after)  # fmt: skip


def _where(newest: places.Here, communities: Mapping[int, str], addresses: Mapping[UUID, str]) -> str:
    """A place is called after its newest case."""
    told = (communities.get(newest.community or 0), addresses.get(newest.case))
    return " ".join(one for one in told if one) or NOTHING


def _too_many(error: places.TooManyError) -> str:
    if error.args == (places.PAIRS,):
        return _("Too many cases lie so near each other: choose a class, fewer days or fewer metres.")
    words = {"most": places.MOST}
    return _("More than %(most)s cases cannot be compared at once: choose a class, a district or fewer days.") % words


def _place_key(spot: places.Spot) -> tuple[int, int, str]:
    """The order of `places.spots`."""
    return -len(spot.cases), -paging.ticks(spot.cases[-1].received_at), str(spot.key)


def _backwards(case: UUID) -> int:
    """So that of cases received at one moment the last comes first, as `places.cases` reversed has it."""
    return -case.int


def case_sheet(title: str, page: Page[Row], back: str, asked: Asked, *, shapes: Any = None) -> Sheet:
    """A list of cases that a number opens to; without a link where the seat may not see the case itself."""
    rows = page.rows
    visible = numbers_of([row[0] for row in rows], asked)
    classes, areas = naming.classes([row[2] for row in rows]), naming.areas([row[4] for row in rows])
    cells = [
        [
            Cell(row[1], case_address(row[0]) if row[0] in visible else "", value=str(row[0])),
            Cell(classes.get(row[2] or "", row[2] or NOTHING), value=row[2]),
            Cell(areas.get(row[4] or 0, NOTHING)),
            Cell(naming.body(row[3]) or NOTHING),
            Cell(say(STATE_NAMES[State(row[5])]), value=row[5]),
            Cell(office_moment(row[6]), value=row[6].isoformat()),
        ]
        for row in rows
    ]
    columns = [Column("case", _("Number")), Column("class", _("Class")), Column("area", _("Community")),
               Column("unit", _("Unit")), Column("state", _("State")),
               Column("received_at", _("Received"))]  # fmt: skip
    context = {"back": back, "shapes": shapes}
    template = "evaluation/insight/places.html" if shapes else "evaluation/insight/sheet.html"
    return Sheet(title, columns, cells, [], _("Nothing is behind this number"), context, template, page.of, page.after)


def _opens(case: UUID, known: Mapping[UUID, str]) -> str:
    return case_address(case) if case in known else ""


def _point(spot: places.Spot) -> dict[str, float]:
    lon, lat = spot.centre
    return {"lon": round(lon, 6), "lat": round(lat, 6)}


def _few(words: list[str]) -> str:
    return _(", ").join(words[:3]) + (" …" if len(words) > 3 else "")


def _shapes(found: Sequence[places.Spot], asked: Asked) -> dict[str, Any]:
    """The places as points for the map."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": list(spot.centre)},
                "properties": {
                    "key": str(spot.key), "tone": "fault" if n < 10 else "warning", "label": str(len(spot.cases)),
                    "title": _("%(number)s cases") % {"number": len(spot.cases)}, "url": asked.link(place=spot.key),
                },
            }
            for n, spot in enumerate(found)
        ],
    }  # fmt: skip

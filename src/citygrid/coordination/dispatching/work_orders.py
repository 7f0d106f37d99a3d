"""工作表单: the work order of a case as PDF, A4, in the reader's language (S1-47).

What and where, photos, class and condition, the limit with its due moment, the closing standard, the unit, a QR to the
case, room for signatures. Several orders make one file. The caller is never on it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from citygrid.cases import naming, reading, wording
from citygrid.coordination.dispatching import map_extract
from citygrid.media.models import File
from citygrid.media.storing import thumbnail
from citygrid.organization.models import UnitRecord
from citygrid.organization.seats import Signed
from citygrid.process import Case, Entry
from citygrid.process.model import Assignment
from citygrid.process.states import State
from citygrid.rulebook.search import card
from citygrid.web import papers
from citygrid.web.papers import PaperError
from citygrid.web.words import chinese, office_moment

TEMPLATE = Path(__file__).with_name("work_order.typ")
MOST = 100
"""Orders in one file."""
MOST_PHOTOS = 4
PIXELS = 960
NONE = gettext_noop("Choose at least one case.")
MANY = gettext_noop("%(count)s work orders are too many for one file: at most %(most)s.")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One order as the template wants it, and the pictures that it names."""

    data: dict[str, Any]
    pictures: dict[str, bytes]


def printable(case: Case) -> bool:
    """A work order is of a filed case: before there is nothing to order; a merged case goes with its main one."""
    return case.filed_at is not None and case.state is not State.MERGED


def pdf(cases: Sequence[Case], signed: Signed, at: datetime, address: str) -> bytes:
    """The orders of these cases, which the caller may see, as one PDF. `address`: of this site, for the QR.

    PaperError: none, too many, or no font for Chinese signs on this server."""
    if not cases:
        raise PaperError("no_orders", NONE)
    if len(cases) > MOST:
        raise PaperError("too_many_orders", MANY, count=len(cases), most=MOST)
    font = papers.font_for(["工"] if chinese() else [])
    drawn = [_drawn(case, no, signed, at, address, font) for no, case in enumerate(cases)]
    data = {
        "lang": "zh" if chinese() else "en",
        "city": naming.city(chinese()),
        "title": _("Work order"),
        "labels": _labels(),
        "printed": _("Printed %(when)s by %(who)s") % {"when": office_moment(at), "who": signed.person},
        "orders": [one.data for one in drawn],
    }
    return papers.pdf(TEMPLATE, data, {name: content for one in drawn for name, content in one.pictures.items()})


def _labels() -> dict[str, str]:
    return {
        "number": _("Case number"), "unit": _("Unit"), "assisting": _("Assisting units"), "class": _("Class"),
        "condition": _("Filing condition"), "limit": _("Limit"), "due": _("Handle until"), "what": _("What"),
        "where": _("Where"), "closing": _("Closing standard"), "photos": _("Photos"), "map": _("Map"),
        "result": _("Result of handling"), "sent_by": _("Dispatched by, date"), "received_by": _("Received by, date"),
        "handled_by": _("Handled by, date"), "checked_by": _("Checked by, date"), "scan": _("Open the case"),
        "page": _("Page"), "safety": _("public safety"),
    }  # fmt: skip


def _drawn(case: Case, no: int, signed: Signed, at: datetime, address: str, font: str) -> Drawn:
    entries = reading.timeline(case)
    texts = reading.texts_of(entries)
    place = case.place
    extract = map_extract.draw(place, signed, at, font) if place is not None else None
    pictures = _photos(case, no)
    if extract is not None:
        pictures[f"map{no}.svg"] = extract.svg.encode()
    link = address + reverse("cases:case", args=[case.id])
    pictures[f"qr{no}.svg"] = papers.qr(link).encode()
    return Drawn(
        {
            "number": case.case_no or case.report_no,
            "safety": case.safety,
            "facts": _facts(case, texts, entries),
            "text": texts.get(case.text or "", ""),
            "closing": _closing(case),
            "photos": [name for name in pictures if name.startswith("photo")],
            "map": f"map{no}.svg" if extract is not None else "",
            "sources": " ".join(extract.sources) if extract is not None else "",
            "qr": f"qr{no}.svg",
            "link": link,
        },
        pictures,
    )


def _facts(case: Case, texts: dict[str, str], entries: Sequence[Entry]) -> list[list[str]]:
    """Rows of label and value, in the order in which a crew reads them."""
    main = case.current
    place = case.place
    areas = naming.areas(place.areas) if place is not None else {}
    path = [areas.get(i or 0, "") for i in ((place.district, place.street, place.community) if place else ())]
    condition = _condition(case)
    rows = [
        (_("Unit"), " · ".join(one for one in (naming.body(main.body if main else None), _contact(main)) if one)),
        (_("Assisting units"), _(", ").join(naming.body(a.body) for a in case.assignments if _assists(a))),
        (_("Class"), naming.class_words(case.class_id)),
        (_("Filing condition"), f"{case.condition or ''} {condition.text if condition else ''}".strip()),
        (_("Limit"), wording.limit(main.limit) if main is not None and main.limit else ""),
        (_("Handle until"), office_moment(case.due)),
        (_("Arrive until"), office_moment(_due_of(case, "arrive"))),
        (_("Address"), texts.get(case.address or "", "")),
        (_("Area"), " ".join(one for one in path if one)),
        (_("Unit grid"), areas.get(place.grid or 0, "") if place is not None else ""),
        (_("Coordinates"), f"{place.lon}, {place.lat}" if place is not None else ""),
        (_("Component"), case.component or ""),
        (_("Dispatched"), office_moment(case.dispatched_at)),
        (_("Note"), _note(entries, texts)),
    ]
    return [[label, value] for label, value in rows if value]


def _assists(one: Assignment) -> bool:
    return one.assisting and one.state != "withdrawn"


def _due_of(case: Case, kind: str) -> datetime | None:
    return next((item.due for item in case.work if item.kind == kind), None)


def _contact(main: Assignment | None) -> str:
    """Whom to ask for at the unit, as its record has it."""
    row = UnitRecord.objects.filter(body=main.body).order_by("-number").first() if main is not None else None
    return row.contact if row is not None else ""


def _condition(case: Case) -> Any:
    found = card(case.class_id, case.filed_at or case.received_at) if case.class_id else None
    return next((c for c in found.conditions if c.no == case.condition), None) if found is not None else None


def _closing(case: Case) -> str:
    """结案条件 of the condition under which it was filed, as the manual has it."""
    condition = _condition(case)
    return condition.closing if condition is not None else ""


def _note(entries: Sequence[Entry], texts: dict[str, str]) -> str:
    """What the dispatcher wrote last."""
    said = [e.data["said"] for e in entries if e.type == "dispatch" and "note" in e.data["said"]]
    return texts.get(said[-1]["note"]["id"], "") if said else ""


def _photos(case: Case, no: int) -> dict[str, bytes]:
    """The photos of the problem, the first ones; as JPEG of a size for paper."""
    found: dict[str, bytes] = {}
    known = {str(file.pk): file for file in File.objects.filter(pk__in=case.media, kind="image")}
    for one in case.media:
        if one in known and len(found) < MOST_PHOTOS:
            with suppress(FileNotFoundError):  # lost from the store: the order is printed without it
                found[f"photo{no}_{len(found)}.jpg"] = thumbnail(known[one], PIXELS)
    return found

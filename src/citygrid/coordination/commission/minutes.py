"""Minutes of a meeting as a paper: who came, what was decided, who does it until when."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from citygrid.cases import naming, reading
from citygrid.coordination.commission.words import ground_words
from citygrid.coordination.commission_models import AgendaItem, Attendance, Meeting
from citygrid.organization.models import Member
from citygrid.organization.seats import Signed
from citygrid.process import Case
from citygrid.web.words import chinese, office_day, office_moment


def title(item: AgendaItem, case: Case | None) -> str:
    """What a point is about: the case's number and class, or the matter in words."""
    if item.case_id is None:
        return item.title
    if case is None:
        return _("a case out of sight")
    return f"{case.case_no or case.report_no} {naming.class_words(case.class_id)}".strip()


def paper(meeting: Meeting, signed: Signed, at: datetime) -> dict[str, Any]:
    """The data of `minutes.typ`, as of `at`."""
    people = list(meeting.attendants.order_by("pk"))
    grounds = ground_words(at)
    return {
        "lang": "zh" if chinese() else "en",
        "title": meeting.title,
        "body": meeting.body.name if chinese() or not meeting.body.name_en else meeting.body.name_en,
        "facts": [
            [_("When it was held"), office_moment(meeting.held_at)],
            [_("Where it was held"), meeting.place or "–"],
            [_("Issued"), f"{office_moment(at)} {signed.person.name}"],
        ],
        "people_title": _("Members"),
        "people": [[one.name, one.office, _present(one)] for one in people] or [["–", "", ""]],
        "items": [
            _point(place, item, signed, grounds)
            for place, item in enumerate(meeting.items.order_by("order", "pk"), start=1)
        ],
    }


def _present(one: Attendance) -> str:
    part = str(Member.Part(one.part).label) if one.part in Member.Part.values else one.part
    return f"{part} · {_('present') if one.present else _('absent')}"


def _point(place: int, item: AgendaItem, signed: Signed, grounds: dict[str, str]) -> dict[str, Any]:
    case = reading.case_for(signed.scope, item.case_id) if item.case_id is not None else None
    told = [_line(_("Ground"), grounds.get(item.ground, item.ground))] if item.ground else []
    if case is not None and case.duty is not None:
        told.append(_line(_("Duty settled on"), naming.body(case.duty)))
    told.append(_line(_("Decision"), item.decision))
    if item.body_id is not None:
        until = _("until %(day)s") % {"day": office_day(item.due)} if item.due is not None else ""
        told.append(_line(_("Followed up by"), f"{naming.body(item.body_id)} {until}".strip()))
    return {"head": f"{place}. {title(item, case)}", "lines": told}


def _line(name: str, text: str) -> str:
    return f"{name}{'：' if chinese() else ': '}{text}"

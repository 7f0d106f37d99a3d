"""What the pages of areas are asked: the day, the area, and whether this post may change it."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from citygrid.areas.models import Area
from citygrid.basedata.gridding import reading
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed

READERS = ("areas.edit", "basedata.survey", "basedata.publish")
"""Who reads these pages; maps show areas to everybody who is signed in."""
LINKS = 6
"""Days of changes offered as links; the field takes any day."""


def may_read(signed: Signed | None) -> bool:
    return any(may(signed, right) for right in READERS)


def may_edit(signed: Signed, *areas: Area) -> bool:
    """Whether the post changes areas at all, and these: its scope must reach them."""
    return may(signed, "areas.edit") and reading.within(signed.scope, areas)


def day(request: HttpRequest) -> date:
    """`?at=YYYY-MM-DD`, else today; nonsense is today, too, and the field shows it."""
    try:
        return date.fromisoformat(request.GET.get("at", ""))
    except ValueError:
        return timezone.localdate()


def area(kind: str, code: str, at: date) -> Area:
    """The area on that day, else its newest row (an ended area keeps its page). 404 when there never was one."""
    found = reading.find(kind, code, at)
    if found is None:
        found = Area.objects.filter(kind=kind, code=code).select_related("parent").order_by("-valid_from").first()
    if found is None:
        raise Http404
    return found


def days(request: HttpRequest, at: date) -> dict[str, Any]:
    """For the chooser of days: the chosen one, today, and the newest days on which something changed."""
    turns = reading.turns()
    return {"at": at, "today": timezone.localdate(), "turns": turns[:LINKS], "past": at != timezone.localdate()}

"""What holds for the whole city: its projection in metres, how its codes look, how large its grids are.

The projection stands in the city's area. The code profile, the sizes and the time zone belong to the rules of the city,
which are kept above this package: they are provided when the program starts (`provide_profile`, `provide_grids`,
`provide_zone`).
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from django.utils import timezone

from citygrid.areas.models import Area
from citygrid.process.refusal import Refusal, Refused
from citygrid.standards.codes import CodeProfile

MESSAGES: dict[str, str] = {
    "no_city": "There is no city on %(day)s.",
    "no_code_profile": "How codes look is not known here: import the city first.",
}


class _Provided:
    profile: Callable[[date], CodeProfile] | None = None
    grids: Callable[[date], Mapping[str, Any]] | None = None
    zone: Callable[[datetime], tzinfo | None] | None = None


def provide_profile(profile: Callable[[date], CodeProfile]) -> None:
    """Called by a package above when it starts: the code profile in force on a day."""
    _Provided.profile = profile


def provide_grids(grids: Callable[[date], Mapping[str, Any]]) -> None:
    """Called by a package above when it starts: what the city says of its unit grids on a day (`areas/sizing.py`)."""
    _Provided.grids = grids


def provide_zone(zone: Callable[[datetime], tzinfo | None]) -> None:
    """Called by a package above when it starts: the city's time zone at a moment; None where no rules say it."""
    _Provided.zone = zone


def localday(at: datetime) -> date:
    """The city's own day at a moment; the server's until there are rules."""
    return timezone.localdate(at, _Provided.zone(at) if _Provided.zone is not None else None)


def grids(day: date) -> Mapping[str, Any]:
    """What the city says of its unit grids; empty when it says nothing."""
    return _Provided.grids(day) if _Provided.grids is not None else {}


def code_profile(day: date) -> CodeProfile:
    """Lengths and parts of the city's codes. Raises Refused `no_code_profile`."""
    if _Provided.profile is None:
        raise Refused(Refusal("no_code_profile", MESSAGES["no_code_profile"]))
    return _Provided.profile(day)


def metric_crs(day: date) -> str:
    """The city's coordinate system in metres. Raises Refused `no_city`."""
    rows = Area.objects.filter(kind="city", valid_from__lte=day).exclude(valid_to__lte=day)
    found = rows.values_list("metric_crs", flat=True).first()
    if not found:
        raise Refused(Refusal("no_city", MESSAGES["no_city"], {"day": day.isoformat()}))
    return str(found)

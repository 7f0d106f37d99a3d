"""What holds for the whole city: its projection in metres, and how its codes look.

The projection stands in the city's area. The code profile belongs to the rules of the city, which are kept above
this package: it is provided when the program starts (`provide_profile`).
"""

from collections.abc import Callable
from datetime import date

from citygrid.areas.models import Area
from citygrid.process.refusal import Refusal, Refused
from citygrid.standards.codes import CodeProfile

MESSAGES: dict[str, str] = {
    "no_city": "There is no city on %(day)s.",
    "no_code_profile": "How codes look is not known here: import the city first.",
}


class _Provided:
    profile: Callable[[date], CodeProfile] | None = None


def provide_profile(profile: Callable[[date], CodeProfile]) -> None:
    """Called by a package above when it starts: the code profile in force on a day."""
    _Provided.profile = profile


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

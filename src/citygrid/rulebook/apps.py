"""The Django app of this package."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils import timezone

if TYPE_CHECKING:
    from citygrid.standards.codes import CodeProfile


class RulebookConfig(AppConfig):
    name = "citygrid.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        from citygrid.areas import citywide  # noqa: PLC0415 - its models come with the apps
        from citygrid.organization.rosters import calendars, cityclock  # noqa: PLC0415 - as above
        from citygrid.rulebook import daykinds  # noqa: PLC0415 - as above
        from citygrid.trust import algorithms  # noqa: PLC0415 - as above

        algorithms.choose_by(_algorithm)
        citywide.provide_profile(_codes)
        citywide.provide_grids(_grids)
        citywide.provide_zone(daykinds.zone)
        calendars.provide(_calendars)
        cityclock.provide(daykinds.zone, daykinds.kind)


def _calendars() -> list[str]:
    """The calendars in force today, for the bodies below that name one."""
    from citygrid.rulebook.dating import in_force  # noqa: PLC0415 - its models come with the apps
    from citygrid.rulebook.models import CalendarRow  # noqa: PLC0415

    return list(in_force(CalendarRow, timezone.localdate()).values_list("code", flat=True))


def _codes(day: date) -> "CodeProfile":
    """The code profile that is in force at noon of a day, for the areas below."""
    from citygrid.standards.codes import CodeProfile  # noqa: PLC0415

    return CodeProfile.from_mapping(_profile(day)["codes"])


def _grids(day: date) -> Mapping[str, Any]:
    """What the profile in force says of unit grids; nothing before the first rules."""
    from citygrid.rulebook.slices import NoRules  # noqa: PLC0415 - its models come with the apps

    try:
        return _profile(day).get("grids") or {}
    except NoRules:
        return {}


def _algorithm(at: datetime) -> str:
    """The chain's hash by the profile in force; SHA-256 before the first rules."""
    from citygrid.rulebook.slices import NoRules, profile_at  # noqa: PLC0415 - its models come with the apps
    from citygrid.trust.chain import ALGORITHMS  # noqa: PLC0415 - as above

    try:
        return profile_at(at).hash
    except NoRules:
        return ALGORITHMS[0]


def _profile(day: date) -> Mapping[str, Any]:
    from citygrid.rulebook import slices  # noqa: PLC0415 - its models come with the apps

    noon = timezone.make_aware(datetime.combine(day, time(12)))
    return slices.profile_at(noon).data

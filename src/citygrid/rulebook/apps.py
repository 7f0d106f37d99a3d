"""The Django app of this package."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils import timezone

if TYPE_CHECKING:
    from citygrid.standards.codes import CodeProfile


class RulebookConfig(AppConfig):
    name = "citygrid.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        from citygrid.areas import citywide  # noqa: PLC0415 - its models come with the apps

        citywide.provide_profile(_codes)


def _codes(day: date) -> "CodeProfile":
    """The code profile that is in force at noon of a day, for the areas below."""
    from citygrid.rulebook import slices  # noqa: PLC0415 - its models come with the apps
    from citygrid.standards.codes import CodeProfile  # noqa: PLC0415

    noon = timezone.make_aware(datetime.combine(day, time(12)))
    return CodeProfile.from_mapping(slices.profile_at(noon).data["codes"])

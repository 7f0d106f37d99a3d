"""The light of something that is owed: green, yellow, red by its due and warning moments (workflow section 7)."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from citygrid.web.words import left, office_moment

NAMES = {
    "green": gettext_lazy("In time"),
    "yellow": gettext_lazy("Due soon"),
    "red": gettext_lazy("Overdue"),
    "paused": gettext_lazy("Clock stopped"),
    "none": gettext_lazy("No limit"),
}


@lru_cache(maxsize=8)
def names(language: str | None) -> dict[str, str]:
    """The words of all lights in the language that is active."""
    return {color: str(name) for color, name in NAMES.items()}


@dataclass(frozen=True, slots=True)
class Light:
    """`color`: a key of NAMES. `text`: the time left in words."""

    color: str
    text: str
    due: datetime | None = None
    warn_at: datetime | None = None
    provisional: bool = False

    @property
    def name(self) -> str:
        return names(get_language())[self.color]

    @property
    def ticks(self) -> bool:
        """Whether the page's clock should go on counting."""
        return self.color in ("green", "yellow", "red")

    @property
    def due_words(self) -> str:
        return office_moment(self.due)


def light(
    due: datetime | None,
    warn_at: datetime | None,
    now: datetime,
    *,
    paused: bool = False,
    provisional: bool = False,
    done_at: datetime | None = None,
) -> Light:
    """The light at `now`; something done keeps the light of the moment when it was done."""
    if due is None:
        return Light("none", "")
    if done_at is not None:
        late = done_at > due
        text = _("done late") if late else _("done in time")
        return Light("red" if late else "green", text, due, warn_at, provisional)
    if paused:
        return Light("paused", _("clock stopped"), due, warn_at, provisional)
    color = "red" if now > due else "yellow" if warn_at is not None and now >= warn_at else "green"
    return Light(color, left(due, now), due, warn_at, provisional)

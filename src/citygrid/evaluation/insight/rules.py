"""What a city counts as recurring, as enough, as too much: `[insight]` of city.toml, with defaults."""

from dataclasses import dataclass, fields
from datetime import datetime

from citygrid.rulebook.slices import NoRules, profile_at


@dataclass(frozen=True, slots=True)
class Insight:
    """recurrence_*: a filing so near a case closed so recently is 回潮. rechecks: so many closings looked at again make
    an estimate. place_*: so many cases within so many metres of each other in so many days are a recurring place.
    similar: so many finished tasks tell how another will end. clear_days: a unit that needs longer is flagged."""

    recurrence_metres: int = 20
    recurrence_days: int = 30
    rechecks: int = 30
    place_metres: int = 20
    place_cases: int = 3
    place_days: int = 90
    similar: int = 10
    clear_days: int = 10


def insight_at(at: datetime) -> Insight:
    """The city's, or the defaults before a city is loaded."""
    try:
        given = profile_at(at).data.get("insight", {})
    except NoRules:
        return Insight()
    return Insight(**{field.name: int(given[field.name]) for field in fields(Insight) if field.name in given})

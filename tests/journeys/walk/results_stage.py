"""Sets the stage for walks over the results: run once inside a served house, by its people, through the real layers.

Two units with cases of two months ago, of last month and of now; a closed period with an appeal and a correction, one
that takes appeals with appeals in each state, a preview; entries, standing duties with evidence and checks, a
maintenance fund, a bulletin, open data. Prints one JSON line: names of what was made. With the word `cases` only the
cases and the schemes are there, and nothing is closed."""

import json
import sys
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import django

from tests.evaluation import deductions

NB, WJ = (121.4851480, 31.2411530), (121.5032000, 31.2391000)
"""Clock Tower Square of Nanbu, and a street of Wangjiang."""
GARBAGE = "gbt30428.2:event:0110"
UNIT, OTHER = ("nb_sanitation", "unit1"), ("wj_sanitation", "wj_sanitation_desk")
DAY = 24 * 60
INSPECTION = """[[input]]
key = "inspection"
zh = "现场检查得分"
en = "Inspection on the spot"

"""
INSPECTED = """[[term]]
key = "inspection"
zh = "现场检查"
en = "Inspection"
input = "inspection"

"""
INPUTS = f"\n{INSPECTION}{deductions.INPUT}{INSPECTED}{deductions.TERM}[[group]]"
WEIGHTS = f"weights = {{filings = 10, closing = 30, on_time = 30, rework = 20, inspection = 10}}\n{deductions.PLUS}"
PERIODS = """[[closing]]
scheme = "department"
every = ["month"]
window_days = 2
first_review = ["office"]
second_review = ["leader"]
public = true
"""
OPEN_DATA = """on = true
least = 2
publisher = "江澜市数字城管办公室"
publisher_en = "Digital City Management Office of Jianglan"
contact = "opendata@jianglan.example"
"""


def main() -> None:
    """What the words ask for."""
    django.setup()
    from django.utils import timezone

    now = timezone.now()
    made = begin(now)
    if "cases" not in sys.argv:
        from tests.journeys.walk import results_states

        made |= results_states.begin(now)
    print(json.dumps(made), flush=True)


def begin(now: datetime) -> dict[str, Any]:
    """Schemes and cases. `last`, `former`: last month and the one before, by name."""
    schemes()
    recurrence(now)
    last = last_month(now)
    former = month_before(last)
    cases = {
        name: played(acts, at)
        for name, acts, at in (
            ("former", life(NB, UNIT), on(former, 10, now)),
            ("former_late", life(NB, UNIT, 4 * DAY), on(former, 18, now)),
            ("former_other", life(WJ, OTHER), on(former, 11, now)),
            ("last", life(NB, UNIT), on(last, 9, now)),
            ("last_late", life(NB, UNIT, 4 * DAY), on(last, 17, now)),
            ("last_other", life(WJ, OTHER), on(last, 10, now)),
            ("came_back", life(NB, UNIT), now - timedelta(days=20)),
            ("forgotten", life(WJ, UNIT)[:5], now - timedelta(days=40)),
            ("closed", life(NB, UNIT), now),
            ("open", life(NB, UNIT)[:5], now),
            ("open_too", life(WJ, UNIT)[:5], now),
            ("open_other", life(WJ, OTHER)[:5], now),
        )
    }
    bodies = {name: str(signed(login, now).body.pk) for name, (_body, login) in (("subject", UNIT), ("rival", OTHER))}
    return {"cases": cases, "last": f"{last:%Y-%m}", "former": f"{former:%Y-%m}", **bodies}


def month_before(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def last_month(now: datetime) -> date:
    """The first day of the last month that is over in the city."""
    from citygrid.rulebook.slices import localday

    return month_before(localday(now))


def on(month: date, day: int, now: datetime) -> datetime:
    """Late in the morning of a day of the city."""
    from citygrid.rulebook.slices import profile_at

    zone = profile_at(now).timezone
    return datetime(month.year, month.month, day, 11, tzinfo=zone)


def life(place: tuple[float, float], unit: tuple[str, str], handling: int = 30) -> list[list[Any]]:
    """From the report to the closing; the unit needs so many minutes. The first five acts leave it in handling."""
    (lon, lat), (body, desk) = place, unit
    said = {
        "source": "collector", "class_id": GARBAGE, "media": "photos:1", "text": "路边有一堆垃圾",
        "lon": f"{lon:.7f}", "lat": f"{lat:.7f}", "address": "滨江路 6 号门前",
    }  # fmt: skip
    return [
        ["collector1", "report", said],
        ["calltaker1", "accept", {"distinct": True}],
        ["shiftleader1", "file_case", {"condition": "1"}],
        ["dispatcher1", "dispatch", {"body": f"body:{body}"}],
        [desk, "sign", {}],
        [desk, "feed_back", {"media": "photos:1", "culprit": "none", "note": "已清运"}, handling],
        ["calltaker1", "send_check", {"person": "person:collector2"}],
        ["collector2", "check", {"result": "fixed", "media": "photos:1", "note": "现场核查"}],
        ["shiftleader1", "close", {"outcome": "qualified"}],
    ]


def played(acts: list[list[Any]], at: datetime) -> str:
    """The id of the case whose last act was at that moment."""
    from django.utils import timezone

    from tests.journeys.walk.stagehand import play

    told = play(acts, over=max(0, int((timezone.now() - at).total_seconds() // 60)))
    if "refused" in told:
        raise SystemExit(json.dumps(told))
    found: dict[str, str] = told["cases"]  # type: ignore[assignment]  # one line of JSON
    return found["1"]


def schemes() -> None:
    """The standard's example of departments with an inspection and deductions, that of areas, and the way of closing:
    in force since the city is."""
    from citygrid.evaluation import catalogue, cycles
    from citygrid.rulebook.dating import last_change
    from citygrid.rulebook.models import Profile, SchemeRow

    since = last_change(SchemeRow) or Profile.objects.order_by("valid_from").values_list("valid_from", flat=True)[0]
    standard = catalogue.standard()
    department = standard["department"].replace("\n[[group]]", INPUTS, 1)
    department = department.replace("weights = {filings = 10, closing = 30, on_time = 30, rework = 30}", WEIGHTS)
    for code, text in (("department", department), ("area", standard["area"]), (cycles.CODE, PERIODS)):
        report = catalogue.keep(code, text, since)
        assert report.ok, [str(one) for one in report.problems]


def recurrence(now: datetime) -> None:
    """What the job that brings facts over keeps first: which metres and days make a recurrence."""
    from citygrid.cases.database import plain
    from citygrid.evaluation import recurring_links
    from citygrid.evaluation.insight.rules import insight_at

    rules = insight_at(now)
    with plain() as connection:
        recurring_links.keep_rule(connection, rules.recurrence_metres, rules.recurrence_days)


def signed(login: str, now: datetime) -> Any:
    """Somebody on their first post."""
    from citygrid.organization.models import Seat
    from citygrid.organization.seats import signed as on_post

    seats = Seat.objects.filter(person__login=login, until=None).select_related("person", "post__body", "post__role")
    first = seats.order_by("id")[0]
    return on_post(first.person, first, now)


def picture(now: datetime, login: str) -> str:
    """A photo of that person's, never there before."""
    import io

    from PIL import Image

    from citygrid.media.storing import store

    out = io.BytesIO()
    Image.effect_noise((160, 120), 20 + uuid4().int % 70).convert("RGB").save(out, "JPEG")
    return str(store(out.getvalue(), "photo.jpg", signed(login, now).person.pk, now).id)


if __name__ == "__main__":
    main()

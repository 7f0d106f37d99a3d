"""Every number of a collector's monthly statement, on paper and in the workbook, is what the HTTP API answers of the
same month: of the indicators by collector and of the patrols (S0-58, S2-29; issue 7).

No operation tells roll calls, quotas and pay; pay is held against the contractor's statement in
`test_collector_statements.py`."""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from citygrid.areas.models import Area
from citygrid.collection.evidence import findings
from citygrid.collection.models import Patrol
from tests.bulletins.sheet_reader import Reckoned
from tests.bulletins.told import DASH, got
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city, signed_in
from tests.collection.crews import on_shift

MONTH, DAYS = "2026-03", ("2026-03-01", "2026-03-31")
SPOIL = "cjt214-2007:event:0103"
PEOPLE = ("collector3", "collector4", "collector1")
COUNTS = {
    "Reports made": ("collector_reports",),
    "Reports filed": ("valid_collector_reports",),
    "Reports refused or void": ("refusals", "filing_refusals", "voidings"),
    "Handled by oneself": ("self_handlings",),
    "Tasks answered": ("verifications", "checks"),
    "Verifications": ("verifications",),
    "Checks": ("checks",),
    "Tasks answered on time": ("verifications_on_time", "checks_on_time"),
    "Tasks answered late": ("verifications_late", "checks_late"),
    "Missed": ("missed_reports",),
}
"""Line of the statement -> indicators by collector that it is the sum of."""
FALSE = ("Falsely reported", "Hidden", "Made up")
"""Lines that are one indicator together: `false_reports`."""
UNTOLD = {"Called to answer", "Roll calls missed"}
Numbers = dict[str, str]
"""Line of the statement -> number, shares with their sign of per cent."""


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """Collector 3 reports, verifies, settles something and is found at fault; collector 4 checks, once late; 1 does
    nothing but stand on the roster."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        on_shift()
        live(world)
        forget()
        yield world


def live(world: worlds.World) -> None:
    world.checked()
    late = world.handling()
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", late, "feed_back", minutes=60, media=photos, culprit="unknown")
    world.do("calltaker1", late, "send_check", person=world.person("collector4"))
    world.do("collector4", late, "check", minutes=3000, result="fixed", media=[world.photo(9)])
    for _ in range(2):
        world.do("calltaker1", world.report(), "refuse", reason="不在范围")
    void = world.filed()
    world.do("calltaker1", void, "request", request="void", reason="重复")
    world.do("shiftleader1", void, "approve", granted=True)
    called, own = uuid4(), uuid4()
    place = dict(zip(("lon", "lat"), worlds.WEST, strict=True))
    world.do("calltaker1", called, "log_call", source="hotline", class_id=SPOIL, text="路边有渣土", **place)
    world.do("calltaker1", called, "send_verify", person=world.person("collector3"))
    world.do("collector3", called, "verify", true=True, media=[world.photo(3)])
    pair = {"media": [world.photo(1)], "after_media": [world.photo(2)]}
    world.do("collector3", own, "self_report", source="collector", class_id=SPOIL, text="已清走", **pair, **place)
    world.do("shiftleader1", own, "review_self", valid=True)
    for n, kind in enumerate(("missed", "false", "hidden", "made_up", "hidden"), 1):
        world.do("inspector1", late, "finding", finding=kind, person=world.person("collector3"))
        world.do("evaluator1", late, "finding", confirms=n)
    findings.catch_up(world.now - timedelta(days=60))
    walked(world, "collector3", 3, 200, {"grids": 10, "grids_visited": 7})
    walked(world, "collector3", 3, 95, {"grids": 10, "grids_visited": 4})
    walked(world, "collector3", 9, 61, {"grids": 9, "grids_visited": 2})
    walked(world, "collector4", 10, 75, {})


def walked(world: worlds.World, login: str, day: int, minutes: int, figures: dict[str, int]) -> None:
    """A round of so many minutes; of each day the later ones begin later."""
    who = world.who(login)
    areas = list(Area.objects.filter(code__in=("990100", "990102")).values_list("pk", flat=True))
    begin = worlds.NOW.replace(day=day) + timedelta(hours=2 * Patrol.objects.filter(person=who.person).count())
    Patrol.objects.create(
        id=uuid4(), person=who.person, post=who.post, body=who.body, day=begin.date(), device=uuid4(), in_at=begin,
        in_received_at=begin, out_at=begin + timedelta(minutes=minutes), bodies=[who.body.pk], persons=[who.person.pk],
        areas=areas, figures=figures,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None) -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def reader() -> Client:
    return signed_in("leader1")


def told(client: Client, person: int) -> Numbers:
    """The statement's lines as the API has them."""
    keys = sorted({key for keys in COUNTS.values() for key in keys} | {"valid_report_rate", "false_reports"})
    answer = got(client, "indicators", DAYS, by="collector", keys=",".join(keys))
    rows = {row["subject"]["id"]: row["values"] for row in answer["rows"]}
    values = rows.get(str(person), dict.fromkeys(keys, 0) | {"valid_report_rate": DASH})
    found = {line: str(sum(values[key] for key in keys)) for line, keys in COUNTS.items()}
    found["+".join(FALSE)] = str(values["false_reports"])
    found["Valid reports, share"] = _percent(values["valid_report_rate"])
    found["Tasks on time, share"] = _percent(_share(found["Tasks answered on time"], found["Tasks answered"]))
    return found | _patrols(client, person)


def _patrols(client: Client, person: int) -> Numbers:
    first = date.fromisoformat(DAYS[0])
    rows = []
    for n in range(31):
        answer = client.get("/api/v1/collection/patrols", {"day": (first + timedelta(days=n)).isoformat()})
        assert answer.status_code == 200
        rows += [row for row in answer.json()["patrols"] if row["person"] == person]
    rounds = [row for row in rows if row["id"] is not None]
    seconds = sum((datetime.fromisoformat(row["signed_out"]) - datetime.fromisoformat(row["signed_in"])).total_seconds()
                  for row in rounds)  # fmt: skip
    shares = [_rounded(Decimal(100) * int(of["grids_visited"]) / int(of["grids"]), "0.1")
              for of in (row["figures"] for row in rounds) if of.get("grids")]  # fmt: skip
    mean = _rounded(sum(shares, Decimal()) / len(shares), "0.1") if shares else None
    return {
        "Days on duty": str(len({row["day"] for row in rows})), "Rounds": str(len(rounds)),
        "Hours on patrol": str(_rounded(Decimal(int(seconds)) / 3600, "0.01")),
        "Coverage of the duty grid": DASH if mean is None else f"{mean}%",
    }  # fmt: skip


def _rounded(value: Decimal, to: str) -> Decimal:
    return value.quantize(Decimal(to), ROUND_HALF_UP)


def _share(part: str, whole: str) -> str:
    return DASH if whole == "0" else str(_rounded(Decimal(100) * int(part) / int(whole), "0.01"))


def _percent(text: str) -> str:
    return text if text == DASH else f"{text}%"


def faults(shown: Numbers, api: Numbers) -> list[str]:
    """Where a statement is not the API, lacks a line or has one that is nobody's."""
    found = dict(shown)
    together = [found.pop(name, "") for name in FALSE]
    if all(together):
        found["+".join(FALSE)] = str(sum(int(one) for one in together))
    wrong = [f"{name}: {found.get(name)}, by the API {one}" for name, one in api.items() if found.get(name) != one]
    return wrong + [f"{name}: is nobody's" for name in found.keys() - api.keys() - UNTOLD]


def of_sheet(content: bytes) -> Numbers:
    """Lines of the first sheet down to the first empty one, formulas reckoned from their own text."""
    page, reckoned = load_workbook(io.BytesIO(content)).worksheets[0], Reckoned(content)
    found = {}
    for row in page.iter_rows(min_row=4, max_col=2):
        if row[0].value is None:
            break
        value = reckoned.cell(page.title, row[1].coordinate)
        found[str(row[0].value)] = _text(value, str(row[1].number_format), str(row[0].value))
    return found


def _text(value: Any, form: str, line: str) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
    exact = Decimal(str(round(value, 9)))
    if "%" in form:
        return f"{_rounded(exact * 100, '0.1' if line.startswith('Coverage') else '0.01')}%"
    return str(_rounded(exact, "0.01")) if "." in form else f"{value:g}"


def of_paper(content: bytes, lines: set[str]) -> tuple[Numbers, str]:
    """The paper's lines, and what is left of its text (its last line is the page and when it was made)."""
    with pypdfium2.PdfDocument(content) as opened:
        words = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in opened)
    found = {}
    for line in sorted(lines, key=len, reverse=True):
        match = re.search(rf"{re.escape(line)} (–|-?\d+(?:\.\d+)?%?)(?= |$)", words)
        if match is not None:
            found[line] = match[1]
            words = words[: match.start()] + words[match.end() :]
    return found, words


def taken(client: Client, person: int, kind: str) -> bytes:
    answer = client.get(reverse("bulletins:collector_file", args=[person, MONTH, kind]))
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize("login", PEOPLE)
def test_every_number_of_the_workbook_is_the_apis(town: worlds.World, reader: Client, login: str) -> None:
    person = town.person(login)
    content = taken(reader, person, "xlsx")
    shown = of_sheet(content)
    assert Reckoned(content).differences() == [], "what is shown is what the formulas give"
    assert faults(shown, told(reader, person)) == []
    assert len(shown) == 21


@pytest.mark.parametrize("login", PEOPLE)
def test_every_number_of_the_paper_is_the_apis(town: worlds.World, reader: Client, login: str) -> None:
    person = town.person(login)
    api = told(reader, person)
    shown, left = of_paper(taken(reader, person, "pdf"), (api.keys() | UNTOLD | set(FALSE)) - {"+".join(FALSE)})
    assert faults(shown, api) == []
    left = re.sub(r"\d+ \w+ \d{4}, \d\d:\d\d 1 / 1", "", left.replace(MONTH, ""))
    assert re.search(r"\d", left) is None, left


def test_the_collector_takes_the_same_numbers(town: worlds.World, reader: Client) -> None:
    """One's own statement says what a leader reads of one."""
    person = town.person("collector3")
    assert faults(of_sheet(taken(signed_in("collector3"), person, "xlsx")), told(reader, person)) == []


def test_the_month_has_something_to_say(town: worlds.World, reader: Client) -> None:
    """What is compared is not all nought."""
    found = [told(reader, town.person(login)) for login in PEOPLE[:2]]
    for line in found[0]:
        assert {one[line] for one in found} - {"0", "0.00", DASH}, line


def test_a_changed_number_is_found(town: worlds.World, reader: Client) -> None:
    """Each line but the roll calls': what was changed in the workbook is named; a colleague's statement is none."""
    person = town.person("collector3")
    content, api = taken(reader, person, "xlsx"), told(reader, person)
    for row in range(4, 4 + len(of_sheet(content))):
        book = load_workbook(io.BytesIO(content))
        name, cell = book.worksheets[0].cell(row, 1).value, book.worksheets[0].cell(row, 2)
        if cell.data_type == "f" or name in UNTOLD:
            continue
        cell.value += 1
        out = io.BytesIO()
        book.save(out)
        assert any(str(name) in one for one in faults(of_sheet(out.getvalue()), api)), name
    assert faults(of_sheet(taken(reader, town.person("collector4"), "xlsx")), api) != []

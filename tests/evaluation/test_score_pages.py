"""Pages around scores: what if, my score; who may look, and that no other score is told (S0-04, S3-19; issue 7)."""

import html
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from citygrid.evaluation.definitions import shipped
from tests.cases import world as worlds
from tests.cases.kept_city import forget, signed_in, town_of

MARCH = "scheme=department&from=2026-03-01&to=2026-03-31"


def on_their_table(world: worlds.World) -> None:
    """One closed case and two open ones of west_sanitation, one of the power company."""
    world.closed()
    world.cases = [world.handling(), world.handling()]
    world.do("dispatcher1", world.filed(), "dispatch", body=world.body("power"))


town = town_of(on_their_table)


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    forget()
    now = town.now + timedelta(minutes=5)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    yield
    forget()


def asked(client: Client, name: str, query: str = "") -> Any:
    return client.get(f"{reverse(f'evaluation:{name}')}?{query}")


def test_a_unit_sees_its_score_and_the_cases_that_move_it(town: worlds.World) -> None:
    page = asked(signed_in("west_sanitation_desk"), "my_score")
    text = page.content.decode()
    assert page.status_code == 200 and "100.00" in text
    assert text.count("data-row data-case") == 2 and all(f'data-case="{case}"' in text for case in town.cases)
    assert "+30.00" in text and "data-all-left>60.00" in text
    assert text.count('role="img"') == 2, "what it is made of, and the trend"


def test_a_stranger_unit_sees_only_its_own(town: worlds.World) -> None:
    """Another unit asks for this one's score by its id, and gets none of it; who answers for no unit is refused."""
    other = signed_in("east_sanitation_desk")
    found = asked(other, "my_score", f"unit={town.body('west_sanitation')}")
    assert found.status_code == 404
    text = found.content.decode() + asked(other, "my_score").content.decode()
    assert not any(str(case) in text for case in town.cases) and "赭西区环卫处" not in text
    found = asked(other, "what_if", f"{MARCH}&subject={town.body('west_sanitation')}")
    assert found.status_code == 404
    for login in ("collector3", "calltaker1"):
        assert asked(signed_in(login), "my_score").status_code == 403, login
        assert asked(signed_in(login), "what_if", f"{MARCH}&subject={town.body('west_sanitation')}").status_code == 404


def test_what_if_the_unit_left_two_overdue(town: worlds.World) -> None:
    """1 of 1 in time; two more overdue: 1 of 3: 10 + 30 + 10 + 30 = 80, and the due are 3."""
    subject = f"{MARCH}&subject={town.body('west_sanitation')}"
    for login in ("west_sanitation_desk", "leader1"):
        page = asked(signed_in(login), "what_if", f"{subject}&by.handlings_overdue=2&in.handlings_overdue=")
        text = page.content.decode()
        assert page.status_code == 200 and "data-then>80.00" in text and "−20.00" in text
        assert "adds up, because of Overdue: handlings" in text and "your change" in text


def test_a_unit_opens_its_score_down_to_its_cases(town: worlds.World) -> None:
    """Score, term, numerator and denominator, as many cases as each says, a timeline; a rival none of it (S4-35)."""
    unit, rival = signed_in("west_sanitation_desk"), signed_in("east_sanitation_desk")
    own = f"{MARCH}&subject={town.body('west_sanitation')}"
    address = f"{reverse('evaluation:score')}?{own}"
    assert address in html.unescape(asked(unit, "my_score").content.decode())
    page = unit.get(address)
    uses = [use for term in page.context["terms"] for use in term["uses"] if use["address"]]
    assert page.status_code == 200 and len(uses) >= 3
    counts = {}
    for use in uses:
        there = reverse("evaluation:table") + use["address"]
        page = unit.get(there)
        if "terms" in page.context:
            counts |= {part["key"]: int(part["text"]) for part in page.context["terms"][1:]}
        else:
            counts[use["address"].split("/")[0]] = int(use["text"])
        assert rival.get(there).status_code == 403
    assert counts["closings"] == 1 and counts["handlings_due"] == 1
    for key, number in counts.items():
        there = f"{reverse('evaluation:open', args=[key])}?{own}&by=unit"
        rows = unit.get(there).context["rows"]
        assert len(rows) == number and all(row.visible for row in rows), key
        assert address.partition("?")[0] in unit.get(there).content.decode(), "and back"
        assert rival.get(there).status_code == 403
    assert rival.get(address).status_code == 404
    for stranger in (f"{own}&by=area", f"{MARCH}&by=unit", f"{MARCH}&by=unit&subject=total"):
        assert asked(unit, "scores", stranger).status_code == 403
        assert unit.get(f"{reverse('evaluation:open', args=['closings'])}?{stranger}").status_code == 403
    assert asked(signed_in("calltaker1"), "score", own).status_code == 403


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("by.handlings_overdue=-3", "There are only 0 of “Overdue: handlings”."),
        ("by.handlings_overdue=many", "“many” is no whole number."),
        ("by.reworks=5", "There cannot be more of “Reworks” than of “Closings” (1)."),
    ],
)
def test_what_cannot_be_is_told_and_stays_typed(town: worlds.World, change: str, told: str) -> None:
    subject = f"{MARCH}&subject={town.body('west_sanitation')}"
    page = asked(signed_in("leader1"), "what_if", f"{subject}&{change}")
    text = page.content.decode()
    assert page.status_code == 422 and told in text
    assert f'value="{change.split("=")[1]}"' in text


def test_a_case_tells_whom_it_counts_for(town: worlds.World) -> None:
    """Of an open case the unit owes the handling; the leader opens the numbers, the unit sees its own part only."""
    address = reverse("evaluation:of_case", args=[town.cases[0]])
    text = signed_in("leader1").get(f"{address}?{MARCH}").content.decode()
    assert text.count("data-whom") > 3 and "Not yet due: handlings" in text
    assert f"{reverse('evaluation:open', args=['handlings_not_due'])}?" in text
    assert "Departments (the standard&#x27;s example): Cases filed" in text
    unit = html.unescape(signed_in("west_sanitation_desk").get(f"{address}?{MARCH}").content.decode())
    opened = re.findall(r'href="/evaluation/[a-z_]+/\?([^"]+)"', unit)
    assert "Not yet due: handlings" in unit and opened
    own = f"by=unit&level=district&subject={town.body('west_sanitation')}"
    assert all(own in one for one in opened), "its own only"
    assert "采集" not in unit and "姜蓝" not in unit, "who reported it is not the unit's to see"
    assert signed_in("east_sanitation_desk").get(address).status_code == 404
    assert signed_in("calltaker1").get(address).status_code == 403
    page = signed_in("west_sanitation_desk").get(reverse("cases:case", args=[town.cases[0]])).content.decode()
    assert address in page


def test_each_number_that_a_case_tells_opens_to_that_case(town: worlds.World) -> None:
    leader = signed_in("leader1")
    text = leader.get(f"{reverse('evaluation:of_case', args=[town.cases[0]])}?{MARCH}").content.decode()
    links = {html.unescape(one) for one in re.findall(r'href="(/evaluation/[a-z_]+/\?[^"]+)"', text)}
    assert len(links) > 10
    for link in links:
        assert str(town.cases[0]) in leader.get(link).content.decode(), link


def test_no_page_takes_the_address_of_a_number() -> None:
    """A page at /evaluation/WORD/ would hide the number of that name."""
    hidden = [key for key in shipped().all if resolve(f"/evaluation/{key}/").view_name != "evaluation:open"]
    assert hidden == []


def test_my_month_has_my_numbers_and_nobody_else_s(town: worlds.World) -> None:
    """The call-taker accepted all four and sent one check; there are not three colleagues, so no middle is told."""
    client = signed_in("calltaker1")
    text = asked(client, "my_month").content.decode()
    assert f"{reverse('evaluation:my_number', args=['acceptances'])}?month=2026-03" in text
    assert 'aria-label="Acceptances: 4"' in text and "Call-takers" in text and 'role="img"' in text
    assert not any(name in text for name in ("蒋舟", "林渡"))
    opened = client.get(f"{reverse('evaluation:my_number', args=['acceptances'])}?month=2026-03").content.decode()
    assert opened.count("data-row") == 4
    other = signed_in("east_calltaker")
    assert "Nothing counted yet" not in text and "Acceptances: 4" not in asked(other, "my_month").content.decode()
    there = other.get(f"{reverse('evaluation:my_number', args=['acceptances'])}?month=2026-03").content.decode()
    assert "data-row" not in there
    assert other.get(reverse("evaluation:my_number", args=["filing_rate"])).status_code == 404
    for login in ("collector3", "dispatcher1", "shiftleader1", "west_sanitation_desk", "auditor1"):
        assert asked(signed_in(login), "my_month").status_code == 200, login


def test_two_of_a_group_are_compared_and_one_is_not(town: worlds.World) -> None:
    leader = signed_in("leader1")
    first = town.body("west_sanitation")
    scores = asked(leader, "scores", MARCH).content.decode()
    rows = re.findall(r'name="subject" value="([^"]+)"', scores)
    assert str(first) in rows and 'role="img"' in scores
    two = "&".join(f"subject={one}" for one in rows[:2])
    page = asked(leader, "compare", f"{MARCH}&{two}")
    assert page.status_code == 200 and page.content.decode().count("data-row") == 4
    one = asked(leader, "compare", f"{MARCH}&subject={first}")
    assert one.status_code == 422 and "Choose two to five of one group." in one.content.decode()
    assert asked(signed_in("calltaker1"), "compare", f"{MARCH}&{two}").status_code == 403


def test_areas_are_on_the_map_with_the_letter_of_their_grade(town: worlds.World) -> None:
    leader = signed_in("leader1")
    for level, known in (("", 1), ("&level=district", 2)):
        page = asked(leader, "score_map", f"scheme=area&from=2026-03-01&to=2026-03-31{level}")
        found = re.search(r'<script id="ev-shapes"[^>]*>(.*?)</script>', page.content.decode(), re.S)
        features = json.loads(found[1])["features"] if found else []
        assert page.status_code == 200 and len(features) >= known
        graded = [one["properties"] for one in features if one["properties"]["tone"].startswith("grade_")]
        assert graded and all(one["label"].split()[-2] in set("ABCDE") for one in graded)
        assert all(one["label"].startswith(one["title"]) for one in graded), "whose letter it is"
        score = leader.get(graded[0]["url"])
        assert score.status_code == 200 and graded[0]["title"] in score.content.decode()
    assert asked(leader, "score_map", MARCH).status_code == 404, "departments are no areas"
    assert asked(signed_in("west_sanitation_desk"), "score_map", "scheme=area").status_code == 403


@pytest.mark.parametrize(
    ("name", "query", "status", "told"),
    [
        ("scores", "scheme=nonsense&from=2026-03-01&to=2026-03-31", 404, "No scheme “nonsense” is in force on"),
        ("scores_file", "scheme=nonsense&from=2026-03-01&to=2026-03-31", 404, "No scheme “nonsense” is in force on"),
        ("score", "scheme=nonsense&from=2026-03-01&to=2026-03-31&subject=none", 404, ""),
        ("compare", f"{MARCH}&subject=abc&subject=999999", 404, "There is no “abc” here."),
        ("compare", "scheme=nonsense&subject=1&subject=2", 404, "No scheme “nonsense” is in force on"),
        ("score_map", "scheme=nonsense", 404, "No scheme “nonsense” is in force on"),
        ("score_map", "scheme=area&level=moon", 404, "There is no “moon” here."),
        ("score_map", "scheme=area&period=2026-13", 422, 'There is no such period'),
        ("scores", f"{MARCH}&period=2026-99", 422, 'value="2026-99"'),
        ("table", "period=2026-99", 422, 'value="2026-99"'),
        ("table", "by=moon", 422, "There is no “moon” here."),
        ("table", "group=moon", 422, "There is no “moon” here."),
        ("what_if", "scheme=nonsense&from=2026-03-01&to=2026-03-31", 404, ""),
        ("what_if", f"{MARCH}&subject=999999", 404, ""),
        ("my_month", "month=nonsense", 404, ""),
        ("my_month", "month=2026-Q1", 404, ""),
        ("my_month", "month=2027-12", 404, ""),
        ("standing_month", "month=nonsense", 404, ""),
        ("leaders", "month=nonsense", 404, ""),
        ("leaders", "month=2030-01", 404, ""),
        ("standing_month", "month=2030-Q1", 404, ""),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_and_never_replaced(name: str, query: str, status: int, told: str) -> None:
    """Unknown words of an address: no other scheme, period or object is shown in their place, and they stay typed."""
    page = asked(signed_in("leader1"), name, query)
    text = page.content.decode()
    assert page.status_code == status and told in text
    assert "data-row" not in text
    if name in ("scores", "score_map") and "nonsense" in query:
        assert '<option value="nonsense" selected>' in text and text.count(" selected>") <= 2


def test_a_unit_is_not_shown_another_scheme_or_unit_in_place_of_what_it_asked(town: worlds.World) -> None:
    unit = signed_in("west_sanitation_desk")
    for query in ("scheme=nonsense", "scheme=area", "unit=999999", "unit=west", f"unit={town.body('power')}"):
        assert asked(unit, "my_score", query).status_code == 404, query
    assert asked(unit, "my_score", f"unit={town.body('west_sanitation')}&scheme=department").status_code == 200


def test_the_file_of_a_day_that_is_none_is_not_that_of_today() -> None:
    leader = signed_in("leader1")
    for name in ("scheme", "scheme_file"):
        there = reverse(f"evaluation:{name}", args=["department"])
        assert leader.get(there).status_code == 200
        assert leader.get(f"{there}?at=yesterday").status_code == 404

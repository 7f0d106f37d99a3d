"""Decision support as people see it: a leader all, a unit its own, a rival district nothing, a collector no page; each
number opens to as many cases (S0-04, S3-19)."""

import json
import re
from html import escape, unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from citygrid.cases.database import plain
from citygrid.evaluation import recurring_links
from citygrid.evaluation.insight.catalogue import SHEETS
from citygrid.organization.models import Person
from tests.cases import world as worlds
from tests.cases.kept_city import fresh, signed_in
from tests.evaluation.towns import recurring

__all__ = ["fresh"]
MARCH = "from=2026-03-01&to=2026-03-31"


def came_back(world: worlds.World) -> None:
    """west_sanitation closed a case, it came back and is in hand; one more was reported at the same place."""
    world.first = world.closed()
    world.again = world.handling()
    world.third = world.report(address="Opposite 3 Mill Lane")


town = recurring(came_back)


def page(login: str, name: str, query: str = MARCH) -> Any:
    return signed_in(login).get(f"{reverse('evaluation:insight_page', args=[name])}?{query}")


def tree(login: str, name: str, query: str = MARCH) -> dict[str, Any]:
    answer = signed_in(login).get(f"{reverse('evaluation:insight_data', args=[name])}?{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def file_of(answer: Any) -> str:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_leader_finds_every_sheet() -> None:
    client = signed_in("leader1")
    text = client.get(reverse("evaluation:insight")).content.decode()
    for name in SHEETS:
        assert reverse("evaluation:insight_page", args=[name]) in text
        assert client.get(f"{reverse('evaluation:insight_page', args=[name])}?{MARCH}").status_code == 200


@pytest.mark.parametrize("login", ["collector3", "calltaker1", "auditor1"])
def test_other_posts_may_not(login: str) -> None:
    client = signed_in(login)
    assert client.get(reverse("evaluation:insight")).status_code == 403
    for name in SHEETS:
        for kind in ("page", "file", "data"):
            assert client.get(reverse(f"evaluation:insight_{kind}", args=[name])).status_code == 403


def test_a_stranger_is_asked_to_sign_in() -> None:
    for name in ("insight_page", "insight_file", "insight_data"):
        assert Client().get(reverse(f"evaluation:{name}", args=["load"])).status_code == 302


def test_what_is_no_sheet_is_not_found() -> None:
    assert page("leader1", "nonsense").status_code == 404


def test_the_unit_sees_its_own_and_the_other_district_nothing(town: worlds.World) -> None:
    (mine,) = tree("west_sanitation_desk", "recurrences")["rows"]
    assert mine["unit"] == "West Sanitation" and mine["metres"] == "0.0"
    assert [row["open"] for row in tree("west_sanitation_desk", "load")["rows"]] == [1]
    for name in SHEETS:
        rows = tree("east_shiftleader", name, f"{MARCH}&least=2&hours=168")["rows"]
        assert [row for row in rows if row.get("total") != 0 and row.get("name") != "total"] == [], name


def test_every_number_opens_to_as_many_cases() -> None:
    client, seen = signed_in("leader1"), 0
    asked = (("heat", ""), ("heat", "&way=hour"), ("heat", "&way=area"), ("load", ""), ("places", "&least=2"))
    for name, query in asked:
        address = reverse("evaluation:insight_page", args=[name])
        text = client.get(f"{address}?{MARCH}{query}").content.decode()
        for href, number in re.findall(r'<td[^>]*>(?:<i[^>]*></i> )?<a href="(\?[^"]+)">(\d+)</a>', text):
            answer = client.get(address + unescape(href))
            assert answer.content.decode().count("<tr data-row>") == int(number), (name, href)
            seen += 1
    assert seen > 9


def test_three_reports_at_one_corner_are_a_recurring_place() -> None:
    (place,) = tree("leader1", "places", f"{MARCH}&least=3")["rows"]
    assert place["cases"] == 3
    assert "Opposite 3 Mill Lane</" in page("leader1", "places", f"{MARCH}&least=3").content.decode(), "where it is"
    assert tree("leader1", "places", f"{MARCH}&least=4")["rows"] == []


def test_the_csv_has_the_rows_of_the_page() -> None:
    answer = signed_in("evaluator1").get(f"{reverse('evaluation:insight_file', args=['recurrences'])}?{MARCH}")
    lines = file_of(answer).splitlines()
    assert lines[0].startswith("New case,Closed before,Class") and len(lines) == 2
    assert "attachment" in answer.headers["Content-Disposition"]


def test_machines_read_the_same_with_a_band(town: worlds.World) -> None:
    answer = signed_in("leader1").get("/api/v1/evaluation/insight/closing?first=2026-03-01&last=2026-03-31")
    assert answer.status_code == 200
    total = answer.json()["rows"][-1]
    assert (total["name"], total["closings"]) == ("total", 1)
    assert total["true"]["estimate"] is None and total["true"]["least"] == 30, "nobody looked again"
    assert signed_in("leader1").get("/api/v1/evaluation/insight/none").status_code == 404
    assert signed_in("collector3").get("/api/v1/evaluation/insight/load").status_code == 403


def test_the_table_prints_the_true_rate_beside_the_reported() -> None:
    text = signed_in("leader1").get(f"{reverse('evaluation:table')}?{MARCH}&by=unit&group=closing").content.decode()
    assert "too few re-checks (0 of 30)" in text
    plain_text = signed_in("leader1").get(f"{reverse('evaluation:table')}?{MARCH}&by=source&group=closing")
    assert "data-true" not in plain_text.content.decode(), "not told by source"


def test_the_case_shows_what_it_comes_of_and_what_came_of_it(town: worlds.World) -> None:
    unit = signed_in("west_sanitation_desk")
    new = unit.get(reverse("evaluation:insight_beside", args=[town.again])).content.decode()
    old = unit.get(reverse("evaluation:insight_beside", args=[town.first])).content.decode()
    assert "Recurrence of" in new and str(town.first) in new
    assert "Came back as" in old and str(town.again) in old
    assert reverse("evaluation:insight_beside", args=[town.again]) in unit.get(
        reverse("cases:case", args=[town.again])
    ).content.decode()
    early = signed_in("shiftleader1").get(reverse("evaluation:insight_above", args=[town.third])).content.decode()
    assert "When this is filed it counts as a recurrence." in early


def test_a_rival_asks_for_the_fragment_in_vain(town: worlds.World) -> None:
    assert signed_in("east_shiftleader").get(reverse("evaluation:insight_beside", args=[town.again])).status_code == 404


def test_who_handled_may_not_undo_and_a_reason_is_wanted(town: worlds.World) -> None:
    address = reverse("evaluation:insight_undo", args=[town.again])
    assert signed_in("west_sanitation_desk").post(address, {"reason": "not ours"}).status_code == 403
    assert signed_in("east_shiftleader").post(address, {"reason": "x"}).status_code == 404
    client = signed_in("evaluator1")
    refused = client.post(address, {"reason": " "})
    assert refused.status_code == 422 and 'data-code="no_reason"' in refused.content.decode()
    assert client.post(address, {"reason": "the other side of the road"}).status_code == 302
    (row,) = tree("evaluator1", "recurrences")["rows"]
    assert row["state"] == "not the same place: the other side of the road"
    text = client.get(f"{reverse('evaluation:table')}?{MARCH}&by=unit&group=quality").content.decode()
    assert "recurrences_handled/?" not in text, "nothing to open: it counts no more"


def test_who_undoes_comes_back_to_the_same_list(town: worlds.World) -> None:
    address, client = reverse("evaluation:insight_undo", args=[town.again]), signed_in("evaluator1")
    listed = client.get(f"{reverse('evaluation:insight_page', args=['recurrences'])}?{MARCH}&limit=7").content.decode()
    assert f'name="query" value="{escape(MARCH)}&amp;limit=7"' in listed
    refused = client.post(address, {"reason": "", "query": MARCH}).content.decode()
    assert f'name="query" value="{escape(MARCH)}"' in refused
    answer = client.post(address, {"reason": "another gate", "query": MARCH})
    assert answer.headers["Location"] == f"{reverse('evaluation:insight_page', args=['recurrences'])}?{MARCH}"


def test_who_checked_the_closed_case_may_not_undo(town: worlds.World) -> None:
    """Whoever has another post now remains who they were."""
    person = Person.objects.get(login="evaluator1").pk
    with plain() as connection:
        connection.execute("update evaluation_recurrence set person = %s where case_id = %s", [person, town.again])
        assert not recurring_links.undo(connection, town.again, person, "mine", town.now)
    answer = signed_in("evaluator1").post(
        reverse("evaluation:insight_undo", args=[town.again]), {"reason": "another gate"}
    )
    assert answer.status_code == 422 and 'data-code="party"' in answer.content.decode()
    (row,) = tree("evaluator1", "recurrences")["rows"]
    assert row["state"] == "counts"


def test_bad_things_in_names_stay_text(town: worlds.World) -> None:
    with plain() as connection:
        recurring_links.undo(connection, town.again, 1, "=cmd()<script>alert(1)</script>", town.now)
    text = page("leader1", "recurrences").content.decode()
    assert "<script>alert(1)" not in text
    file = signed_in("leader1").get(f"{reverse('evaluation:insight_file', args=['recurrences'])}?{MARCH}")
    assert not re.search(r"(^|,)=", file_of(file), re.MULTILINE)

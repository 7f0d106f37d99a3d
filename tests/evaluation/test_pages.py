"""The page of the evaluation: who may read it, within which scope, and that each number opens (S0-04, S3-19)."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.cases import world as worlds
from tests.cases.kept_city import fresh, signed_in, town_of

__all__ = ["MARCH", "fresh", "signed_in", "town"]
MARCH = "from=2026-03-01&to=2026-03-31"


def three(world: worlds.World) -> None:
    """A closed case and two open ones, all of west_sanitation or before it."""
    world.closed()
    world.handling()
    world.filed()


town = town_of(three)


def test_the_leader_sees_the_month_and_opens_a_number() -> None:
    client = signed_in("leader1")
    page = client.get(f"{reverse('evaluation:table')}?{MARCH}&by=unit")
    assert page.status_code == 200
    text = page.content.decode()
    assert "West Sanitation" in text and "No unit" in text and "Total" in text
    answer = client.get(f"{reverse('evaluation:open', args=['filings'])}?{MARCH}&by=unit&subject=total")
    assert answer.content.decode().count("data-row") == 3
    assert answer.content.decode().count("/cases/") >= 3, "each line opens its case"
    rate = client.get(f"{reverse('evaluation:open', args=['handling_rate'])}?{MARCH}&by=unit&subject=total")
    assert "Numerator" in rate.content.decode()


def test_every_linked_number_opens_to_as_many_rows() -> None:
    client = signed_in("leader1")
    page = client.get(f"{reverse('evaluation:table')}?{MARCH}&by=unit&group=handling")
    cells = [cell for row in page.context["rows"] for cell in row["cells"] if cell["address"]]
    assert len(cells) > 8
    for cell in cells:
        answer = client.get(reverse("evaluation:table") + cell["address"])
        assert answer.status_code == 200
        if "terms" not in answer.context and cell["text"].isdigit():
            assert len(answer.context["rows"]) == int(cell["text"]), cell


def test_the_file() -> None:
    answer = signed_in("evaluator1").get(f"{reverse('evaluation:file')}?{MARCH}&by=unit")
    assert answer.headers["Content-Type"].startswith("text/csv")
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("id,code,Unit,Reports")
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("login", ["collector3", "calltaker1", "west_sanitation_desk", "auditor1"])
def test_other_posts_may_not(login: str) -> None:
    client = signed_in(login)
    for address in (
        reverse("evaluation:table"),
        reverse("evaluation:file"),
        reverse("evaluation:open", args=["filings"]),
    ):
        assert client.get(address).status_code == 403


def test_a_stranger_is_asked_to_sign_in() -> None:
    assert Client().get(reverse("evaluation:table")).status_code == 302


def test_a_district_sees_only_itself(town: worlds.World) -> None:
    """The west's shift leader has the cases of the own district; the east's has none of them."""
    west = signed_in("west_shiftleader").get(f"{reverse('evaluation:table')}?{MARCH}&by=area")
    east = signed_in("east_shiftleader").get(f"{reverse('evaluation:table')}?{MARCH}&by=area")
    seen = {client: [row["name"] for row in page.context["rows"]] for client, page in (("w", west), ("e", east))}
    assert sorted(seen.values(), key=len)[0] == [], "one of the two districts has no case"
    assert len(sorted(seen.values(), key=len)[1]) == 2, "the other has its row and the total"
    assert west.context["limited"] and east.context["limited"]


@pytest.mark.parametrize(
    ("query", "code"),
    [("from=2026-13-01&to=2026-03-31", "no_day"), ("from=2026-03-02&to=2026-03-01", "period_backwards"),
     ("from=1900-01-01&to=2026-03-01", "period_too_long"), ("from=x&to=", "no_day"),
     ("from=9999-12-31&to=9999-12-31", "no_day")],
)  # fmt: skip
def test_wrong_days_are_said_and_kept(query: str, code: str) -> None:
    client = signed_in("leader1")
    page = client.get(f"{reverse('evaluation:table')}?{query}")
    assert page.status_code == 422
    assert f'data-code="{code}"' in page.content.decode()
    assert client.get(f"{reverse('evaluation:file')}?{query}").status_code == 422


@pytest.mark.parametrize(
    "address",
    ["nonsense/?by=unit", "filings/?by=unit&subject=abc", "closings/?by=post", "filings/?by=post&subject=a:b"],
)
def test_what_does_not_exist_is_not_found(address: str) -> None:
    assert signed_in("leader1").get(f"/evaluation/{address}&{MARCH}").status_code == 404


@pytest.mark.parametrize("word", ["by=drop", "level=table", "group=x"])
def test_unknown_words_are_told_and_no_other_figures_shown(word: str) -> None:
    leader = signed_in("leader1")
    page = leader.get(f"/evaluation/?{MARCH}&{word}")
    assert page.status_code == 422 and f"There is no “{word.partition('=')[2]}” here." in page.content.decode()
    assert date.fromisoformat(page.context["asked"].first) == date(2026, 3, 1), "the days stay as they were typed"
    assert "data-row" not in page.content.decode() and "ev-total" not in page.content.decode()
    assert leader.get(f"/evaluation/?{MARCH}").context["asked"].by == "unit", "unsaid it is the usual one"

"""The number and the list behind it are equal, by page and API: every indicator, every sort of subject (issue 7)."""

from itertools import cycle
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from citygrid.evaluation.counting import LEVELS
from citygrid.evaluation.definitions import SUBJECTS, Count, shipped
from tests.cases import world as worlds
from tests.evaluation.test_pages import fresh, signed_in, town

__all__ = ["fresh", "town"]
ROOT = "/api/v1/evaluation"
MONTH = {"first": "2026-03-01", "last": "2026-03-31"}
WAYS = [(by, level) for by in SUBJECTS for level in (LEVELS if by == "area" else ("district",))]
COUNTS = [key for key, one in shipped().all.items() if isinstance(one, Count) and not one.sum]


def got(client: Client, path: str, **query: str) -> Any:
    answer = client.get(f"{ROOT}/{path}", MONTH | query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def behind_api(client: Client, key: str, **query: str) -> int:
    found, after = 0, 0
    while after is not None:
        told = got(client, f"numbers/{key}", after=str(after), **query)
        found, after = found + len(told["rows"]), told["after"]
    return found


def behind_page(client: Client, key: str, by: str, level: str, subject: str) -> int:
    query = {"from": MONTH["first"], "to": MONTH["last"], "by": by, "level": level, "subject": subject}
    found, after = 0, "0"
    while after is not None:
        answer = client.get(reverse("evaluation:open", args=[key]), query | {"after": after})
        assert answer.status_code == 200, (key, query)
        assert answer.content.count(b"<tr data-row>") == len(answer.context["rows"])
        found, after = found + len(answer.context["rows"]), answer.context["after"]
    return found


def values(client: Client, by: str, level: str) -> dict[str, dict[str, int]]:
    """Subject -> count -> number; the total is one of them."""
    told = got(client, "indicators", by=by, level=level)
    rows = {row["subject"]["id"]: row["values"] for row in told["rows"]} | {"total": told["total"]}
    return {subject: {k: n for k, n in row.items() if k in COUNTS} for subject, row in rows.items()}


def test_each_count_opens_by_page_and_api_for_some_subject(town: worlds.World) -> None:
    """Each count that has a number by every sort of subject; which of the subjects goes round."""
    client, opened = signed_in("leader1"), set()
    for by, level in WAYS:
        cells = [(key, subject, n) for subject, row in values(client, by, level).items() for key, n in row.items() if n]
        doors = cycle(("page", "api"))
        for key, subject, n in cells[:: max(1, len(cells) // 12)]:
            if next(doors) == "page":
                assert behind_page(client, key, by, level, subject) == n, (by, key, subject)
            else:
                assert behind_api(client, key, by=by, level=level, subject=subject) == n, (by, key, subject)
            opened.add(by)
    assert opened == set(SUBJECTS)


@pytest.mark.long
def test_every_cell_opens_by_page_and_by_api(town: worlds.World) -> None:
    client, cells = signed_in("leader1"), 0
    for by, level in WAYS:
        for subject, row in values(client, by, level).items():
            for key, n in row.items():
                assert behind_page(client, key, by, level, subject) == n, (by, key, subject)
                assert behind_api(client, key, by=by, level=level, subject=subject) == n, (by, key, subject)
                cells += 1
    assert cells > 2_000

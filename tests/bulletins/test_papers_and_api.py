"""Every number of Word and PDF is the one that the HTTP API answers for the same days (S2-39; issue 7).

The papers are asked for, made and taken as a person does; then read back and held against the API. A number that the
API does not tell fails the test, as the tests at the end show."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from citygrid.bulletins import making, rules_kept
from citygrid.bulletins.headings import word
from citygrid.bulletins.models import Report
from tests.bulletins.paper_reader import Paper, Part, changed, numbers, of_pdf, of_word, rows_of
from tests.bulletins.test_reports import quiet
from tests.bulletins.told import DASH, Told, signed
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city, signed_in

pytestmark = pytest.mark.django_db
DAYS = (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-31"))
SCHEMES = ("department", "area", "collector")
AXIS = ["0", "20", "40", "60", "80", "100"]
LANGUAGES = {"zh": "zh-hans", "en": "en"}


@pytest.fixture(scope="module")
def papers(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[dict[str, tuple[Report, bytes, bytes, Told]]]:
    """Language -> the report of March, its Word file, its PDF, and the API."""
    patch = pytest.MonkeyPatch()
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        live(world)
        quiet(patch)
        yield {lang: taken(lang) for lang in LANGUAGES}
        patch.undo()


def live(world: worlds.World) -> None:
    """A year before, two months before (long open since), the month before, the month."""
    world.now = datetime(2025, 3, 4, 4, 0, tzinfo=UTC)
    world.closed()
    world.filed(class_id=worlds.SAND)
    world.now = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
    world.handling()
    world.filed(class_id=worlds.COVER)
    world.now = datetime(2026, 2, 3, 4, 0, tzinfo=UTC)
    for _ in range(3):
        world.closed()
    world.filed()
    world.now = worlds.NOW
    for _ in range(2):
        world.closed()
    world.handling()
    world.handling(class_id=worlds.SAND)
    world.filed(class_id=worlds.COVER)
    world.filed(where=worlds.WEST)
    forget()


def taken(lang: str) -> tuple[Report, bytes, bytes, Told]:
    client: Client = signed_in("evaluator1")
    client.cookies["django_language"] = LANGUAGES[lang]
    uid = uuid4()
    form = {"uid": str(uid), "kind": "month", "month": "2026-03", "lang": lang, "scheme": SCHEMES}
    assert client.post(reverse("bulletins:ask"), form).status_code == 302
    making.make(uid, datetime(2026, 4, 3, 2, 0, tzinfo=UTC))
    report = Report.objects.get(pk=uid)
    assert report.state == "ready", (report.code, report.said)
    word_file, pdf = (client.get(reverse("bulletins:file", args=[uid, form])).content for form in ("docx", "pdf"))
    return report, word_file, pdf, Told(client, DAYS, lang)


def heads(lang: str) -> dict[str, str]:
    """What each part is called on paper."""
    with override(LANGUAGES[lang]):
        keys = {"whole": "The whole", "ranking": "The ranking", "causes": "Where points were lost",
                "pending": "Cases long open", "classes": "Classes and sources", "safety": "Public safety"}  # fmt: skip
        return {key: word(name) for key, name in keys.items()} | {"annex": word("Annex")}


class Says:
    """What the API says of each part of a paper: all its numbers in their order, or those that may stand in it."""

    def __init__(self, told: Told, head: dict[str, str]) -> None:
        rules = rules_kept.current()
        self.head = head
        self.totals = told.totals(rules.totals)
        self.scores = [(told.scores(code), told.before(code)) for code in SCHEMES]
        self.classes, self.sources = told.shares("class"), told.shares("source")
        self.open, self.safety = told.long_open(rules.pending_most), told.safety()
        self.best, self.most = rules.best, rules.classes_most
        self.names = {name for name, *_rest in [*self.classes, *self.sources]} | {
            text for one in self.open["cases"] for text in (one["number"], one["kind"], one["unit"], one["area"])
        }  # fmt: skip
        self.names |= {row["subject"]["name"] for _s, _b, group in self.groups() for row in group["rows"]}
        self.names |= {term[told.lang] for _s, _b, group in self.groups() for term in terms(group)}
        scored = [sum(row["rank"] is not None for row in group["rows"]) for _s, _b, group in self.groups()]
        self.charts = sum(number > 1 for number in scored)
        self.known, self.some = self.exact(), self.among()

    def groups(self) -> list[tuple[Any, dict[str, Any], Any]]:
        return [(found, before, group) for found, before in self.scores for group in found["groups"] if group["rows"]]

    def faults(self, paper: Paper, axis: bool = False) -> list[str]:
        """What a paper says and the API does not, or the other way round; the parts of a good one have none. `axis`:
        the numbers at the axes of its charts can be read too."""
        found = []
        for key, wanted in self.known.items():
            read = self.read(paper[self.head[key]])
            if sorted(read) != sorted(wanted):
                found.append(f"{key}: {sorted(read)} on paper, {sorted(wanted)} by the API")
        for key, (table, allowed) in self.some.items():
            left = self.read(paper[self.head[key]])
            for number in [*table, *(AXIS * self.charts if axis and key == "ranking" else [])]:
                left.remove(number) if number in left else found.append(f"{key}: {number} is missing")
            found += [f"{key}: {number} is nobody's" for number in left if number not in allowed]
        return [*found, *(f"above: {number}" for number in self.read(paper[""]))]

    def read(self, part: Part) -> list[str]:
        return [n for text in (part.words(), part.cells()) for n in numbers(text, self.names)]

    def exact(self) -> dict[str, list[str]]:
        """Parts of which each number is known, with those of their tables."""
        classes = [cell for row in self.classes[: self.most] for cell in (row[1], row[2], row[3])]
        told = [n for row in [*self.classes[: self.best], *self.sources] for n in row[1:3]]
        safe = [self.safety[key] for key in ("filed", "closed", "open")]
        return {
            "whole": [n for _name, one in self.totals for n in one.said] + self.total_cells(),
            "pending": self.pending(), "classes": texts([*told, *classes]), "safety": texts(safe if any(safe) else []),
            "annex": self.annex(),
        }  # fmt: skip

    def total_cells(self) -> list[str]:
        """Of the table: of the true rate the band stands in the name."""
        return texts([*(name for name, _one in self.totals), *(cell for _name, one in self.totals for cell in one.row)])

    def pending(self) -> list[str]:
        found = self.open
        if not found["count"]:
            return texts([found["days"]])
        longest = found["cases"][0]["days"]
        rows = [n for one in found["cases"] for n in (one["days"], one["over"] if one["over"] is not None else DASH)]
        more = found["count"] - len(found["cases"])
        return texts([found["days"], found["count"], *(one["count"] for one in found["units"][: self.best]), longest,
                      *rows, *([more] if more else [])])  # fmt: skip

    def annex(self) -> list[str]:
        """Every row with rank, score, the points of every term; then the schemes' hashes: where it comes from."""
        every = [row for _s, _b, group in self.groups() for row in group["rows"]]
        rows = [cell for row in every
                for cell in (row["rank"] or DASH, row["score"], *(one["points"] for one in row["terms"] + row["plus"]))]
        hashes = [found["hash"][:12] for found, _before in self.scores]
        versions = [found["version"] for found, _before in self.scores if found["version"] is not None]
        return texts([*rows, *hashes, *versions])

    def among(self) -> dict[str, tuple[list[str], set[str]]]:
        """Part -> the numbers of its tables, and those that its sentences may have besides."""
        table, allowed, lost = [], set(), set()
        for _found, before, group in self.groups():
            scored = [row for row in group["rows"] if row["rank"] is not None]
            allowed |= set(texts([len(scored), len(group["rows"]) - len(scored)]))
            for row in group["rows"]:
                old = before.get(row["subject"]["id"], {"score": DASH, "rank": None})
                change = DASH if DASH in (row["score"], old["score"]) else signed(
                    Decimal(row["score"]) - Decimal(old["score"]))  # fmt: skip
                cells = texts([row["rank"] or DASH, row["score"], old["score"], change])
                table += cells
                allowed |= set(cells) | set(texts([old["rank"] or DASH]))
                costly = [term for term in row["terms"] + row["plus"] if term["lost"]]
                lost |= set(texts([one for term in costly for one in (term["value"], term["lost"])]))
        return {"ranking": (table, allowed), "causes": ([], lost)}


def terms(group: Any) -> list[Any]:
    return [*group["rows"][0]["terms"], *group["rows"][0]["plus"]]


def texts(cells: list[Any]) -> list[str]:
    return [number for cell in cells for number in numbers(str(cell))]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_of_both_papers_is_the_apis(papers: Any, lang: str) -> None:
    """Raw counts, rates, changes, scores, ranks, points, shares, what is long open; and none besides."""
    report, docx, pdf, told = papers[lang]
    says, head = Says(told, heads(lang)), heads(lang)
    assert says.faults(of_word(docx, head["annex"])) == []
    assert says.faults(of_pdf(pdf, head["annex"]), axis=True) == []
    assert says.charts >= 1
    compared = [n for key in head for n in says.read(of_word(docx, head["annex"])[head[key]])]
    assert len(compared) >= 200, "a report with figures"
    assert says.open["count"] >= 2 and says.safety["filed"] == 1 and len(says.classes) == 3
    assert report.heading["number"] == ""


def test_each_cell_of_words_tables_stands_where_the_api_has_it(papers: Any) -> None:
    """By name and column: an exchange of two right numbers would be found too."""
    _report, docx, _pdf, told = papers["zh"]
    head = heads("zh")
    says, paper = Says(told, head), of_word(docx, head["annex"])
    (totals,) = (rows_of(table) for table in paper[head["whole"]].tables)
    assert [tuple(row[1:]) for row in totals] == [one.row for _name, one in says.totals]
    named = [(row[0], name) for row, (name, _one) in zip(totals, says.totals, strict=True)]
    assert all(shown == name for shown, name in named if not shown.startswith("真实结案率"))
    for table, (_found, before, group) in zip(paper[head["ranking"]].tables, says.groups(), strict=True):
        wanted = [(str(row["rank"] or DASH), row["subject"]["name"], row["score"],
                   before.get(row["subject"]["id"], {"score": DASH})["score"]) for row in group["rows"]]  # fmt: skip
        assert [(row[0], row[1], row[2], row[4]) for row in rows_of(table)] == wanted
    for table, (_found, _before, group) in zip(paper[head["annex"]].tables, says.groups(), strict=True):
        wanted = [[term["points"] for term in row["terms"] + row["plus"]] for row in group["rows"]]
        assert [row[3:] for row in rows_of(table)] == wanted
        assert table[0][3:] == [term["zh"] for term in terms(group)]
    (classes,) = (rows_of(table) for table in paper[head["classes"]].tables)
    assert [tuple(row) for row in classes] == [(n, str(c), s, str(b)) for n, c, s, b in says.classes[: says.most]]


@pytest.mark.parametrize("part", ["whole", "ranking", "causes", "classes", "annex"])
def test_a_changed_number_of_word_is_found(papers: Any, part: str) -> None:
    """In the file itself, in a sentence or in a cell."""
    _report, docx, _pdf, told = papers["zh"]
    head = heads("zh")
    says = Says(told, head)
    number = next(n for n in says.read(of_word(docx, head["annex"])[head[part]]) if "." in n)
    assert says.faults(of_word(changed(docx, number, f"{number}7"), head["annex"])), number


@pytest.mark.parametrize(("lang", "form"), [("zh", "docx"), ("en", "pdf")])
def test_each_changed_number_of_a_paper_is_found(papers: Any, lang: str, form: str) -> None:
    """Every number of every part in turn, in the text that was read."""
    _report, docx, pdf, told = papers[lang]
    head = heads(lang)
    says = Says(told, head)
    paper = of_word(docx, head["annex"]) if form == "docx" else of_pdf(pdf, head["annex"])
    lists = [found for key in head.values() for found in (paper[key].texts, *(r for t in paper[key].tables for r in t))]
    tried = 0
    for texts_of in lists:
        for n, text in enumerate(texts_of):
            for number in dict.fromkeys(numbers(text, says.names)):
                other = re.sub(rf"(?<![\d.]){re.escape(number)}(?![\d.])", f"{number}7", text)
                if numbers(other, says.names) == numbers(text, says.names):
                    continue  # the same number within a name or a day
                texts_of[n] = other
                assert says.faults(paper, form == "pdf"), (text, number)
                texts_of[n] = text
                tried += 1
    assert tried >= 150 and says.faults(paper, form == "pdf") == []


def test_a_stranger_and_a_colleague_of_a_district_are_told_no_more_than_they_may_see(papers: Any) -> None:
    """The two answers that are the reports' own: long open, public safety."""
    for name in ("long-open", "safety"):
        query = {"first": DAYS[0][0], "last": DAYS[0][1]}
        assert signed_in("collector3").get(f"/api/v1/evaluation/{name}", query).status_code == 403
        assert Client().get(f"/api/v1/evaluation/{name}", query).status_code == 401
        west, east, whole = (signed_in(login).get(f"/api/v1/evaluation/{name}", query).json()
                             for login in ("west_shiftleader", "east_shiftleader", "leader1"))  # fmt: skip
        key = {"long-open": "count", "safety": "open"}[name]
        assert sorted((west[key], east[key])) == [0, whole[key]] and whole[key] >= 2
        for wrong, code in (({"first": "2026-03-31", "last": "2026-03-01"}, "period_backwards"),
                            ({"first": "1990-01-01", "last": "2026-03-01"}, "period_too_long"),
                            ({"first": "x", "last": "2026-03-01"}, "invalid")):  # fmt: skip
            answer = signed_in("leader1").get(f"/api/v1/evaluation/{name}", wrong)
            assert (answer.status_code, answer.json()["code"]) == (422, code)

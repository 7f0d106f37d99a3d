"""What people enter: a second person approves it, nothing is changed or lost, a table is taken whole or not
(S1-22, S2-13)."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from citygrid.evaluation import catalogue, folder
from citygrid.evaluation.computing import computed, within
from citygrid.evaluation.entering import Sent, decide, drafted, propose
from citygrid.evaluation.entry_files import Origin, take
from citygrid.evaluation.entry_models import Entry, EntryFile
from citygrid.evaluation.periods import period
from citygrid.evaluation.results import SubjectScore
from citygrid.organization.models import Body, Person
from citygrid.organization.visibility import Scope
from citygrid.process.refusal import Refused
from citygrid.rulebook.models import SchemeRow
from tests.cases import world as worlds
from tests.evaluation.deductions import INPUT, PLUS, TERM
from tests.evaluation.lives import LATER, SHANGHAI
from tests.evaluation.test_pages import MARCH, fresh, signed_in, town
from tests.evaluation.test_schemes import SMALL

__all__ = ["fresh", "town"]
NOW = datetime(2026, 4, 2, 8, tzinfo=UTC)
TODAY = date(2026, 4, 2)
CLOSING = '[[term]]\nkey = "closing"'
LISTED = SMALL.replace(CLOSING, INPUT + TERM + CLOSING).replace("seen = 40}", f"seen = 40}}\n{PLUS}")
WORDS = {"input": "inspection", "by": "unit", "subject": "west_sanitation", "day": "2026-03-20", "value": "95",
         "reason": "the inspection of March"}  # fmt: skip


@pytest.fixture(autouse=True)
def scheme(town: worlds.World, fresh: None) -> Iterator[None]:
    report = catalogue.keep("own", LISTED, date(2026, 3, 1))
    assert report.ok, [str(one) for one in report.problems]
    yield


def person(login: str) -> Person:
    return Person.objects.get(login=login)


def entered(number: int = 1, approved: bool = True, **words: str) -> Entry:
    draft, wrong = drafted(Sent({**WORDS, **words}), catalogue.catalogue(TODAY), TODAY)
    assert draft is not None, wrong
    entry = propose(UUID(int=number), draft, person("evaluator1"), NOW)
    return decide(entry.pk, True, "", person("leader1"), NOW) if approved else entry


def score(code: str = "west_sanitation") -> SubjectScore:
    found = computed("own", period(date(2026, 3, 1), date(2026, 3, 31), SHANGHAI, LATER), LATER)
    return next(row for row in found.rows() if row.code == code)


def test_an_entry_counts_once_somebody_else_approved_it() -> None:
    """Until then its term has nothing, and its weight is the other's."""
    assert score().terms[1].why == "no_entry"
    entry = entered(approved=False)
    assert score().terms[1].why == "no_entry"
    with pytest.raises(Refused, match="own_entry"):
        decide(entry.pk, True, "", person("evaluator1"), NOW)
    decide(entry.pk, True, "", person("leader1"), NOW)
    row = score()
    assert (row.terms[1].value, row.terms[1].points, row.terms[1].given) == (95, 100, (str(entry.pk),))
    with pytest.raises(Refused, match="decided_already"):
        decide(entry.pk, False, "no", person("leader1"), NOW)


def test_the_average_of_a_period_and_the_list_with_its_bound() -> None:
    entered(1, value="90")
    entered(2, value="92.5", day="2026-03-31")
    entered(3, value="1", day="2026-04-01")
    entered(4, input="faults", item="late", value="3")
    entered(5, input="faults", item="late", value="2")
    row = score()
    assert row.terms[1].value == pytest.approx(91.25)
    assert [term.counts for term in row.plus] == [-2], "five times half a point, two at most"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("input", "nonsense", "unknown_input"), ("subject", "nobody", "unknown_subject"), ("day", "tomorrow", "no_day"),
        ("day", "2026-04-03", "day_to_come"), ("value", "101", "out_of_bounds"), ("value", "-1", "out_of_bounds"),
        ("value", "many", "no_value"), ("value", "NaN", "no_value"), ("value", "1.00001", "no_value"),
        ("sample", "-3", "no_sample"), ("reason", " ", "no_reason"), ("reason", "x" * 501, "too_long"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(field: str, value: str, code: str) -> None:
    draft, wrong = drafted(Sent({**WORDS, field: value}), catalogue.catalogue(TODAY), TODAY)
    assert draft is None
    assert [(one.field, one.code) for one in wrong] == [(field, code)]
    assert wrong[0].message % dict(wrong[0].params)


HEAD = "input,item,subject,day,value,reason\n"
GOOD = "inspection,,west_sanitation,2026-03-20,88,report 7\nfaults,late,west_sanitation,2026-03-21,1,two days late\n"


def sent(text: str, number: int = 9) -> EntryFile:
    origin = Origin(UUID(int=number), "march.csv", "unit", None, person("evaluator1"), NOW)
    return take(text.encode(), origin, catalogue.catalogue(TODAY), TODAY)


def test_a_table_is_taken_whole_and_once() -> None:
    assert sent(HEAD + GOOD).made == 2
    assert sent(HEAD + GOOD).made == 2
    assert Entry.objects.filter(sent=UUID(int=9), state="proposed").count() == 2


def test_an_object_that_stands_in_many_rows_is_looked_up_once() -> None:
    rows = "".join(f"inspection,west_sanitation,2026-03-20,{n},why {n},\n" for n in range(1, 91))
    kept = 0

    def count(by: str, code: str) -> bool:
        nonlocal kept
        kept += 1
        return True

    origin = Origin(UUID(int=8), "march.csv", "unit", None, person("evaluator1"), NOW)
    text = "input,subject,day,value,reason,source\n" + rows
    assert take(text.encode(), origin, catalogue.catalogue(TODAY), TODAY, count).made == 90
    assert kept == 1


@pytest.fixture(params=[131_072, 10**9], ids=["as_it_begins", "raised_by_another_reader"])
def raised(request: pytest.FixtureRequest) -> Iterator[None]:
    """The longest cell that this process reads."""
    before = csv.field_size_limit(request.param)
    yield
    csv.field_size_limit(before)


@pytest.mark.parametrize(
    ("text", "line", "field", "code"),
    [
        (HEAD + GOOD + "inspection,,nobody,2026-03-20,88,why\n", 4, "subject", "unknown_subject"),
        (HEAD + GOOD + GOOD.splitlines()[0] + "\n", 4, "", "row_twice"),
        (HEAD.replace("reason", "why") + GOOD, 1, "reason", "no_column"),
        (HEAD + "a,b,c,d,e,f,g\n", 2, "", "wrong_width"), (HEAD, 0, "", "no_rows"), ("", 1, "input", "no_column"),
        ("input,day,value,reason,subject\ninspection,2026-03-20\n", 2, "subject", "no_subject"),
        (HEAD + "x" * 200_000 + "\n", 2, "", "not_cells"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("raised")
def test_a_table_with_a_fault_keeps_the_fault_and_no_row(text: str, line: int, field: str, code: str) -> None:
    found = sent(text)
    assert found.made == 0 and not Entry.objects.exists()
    first = EntryFile.objects.get().problems[0]
    assert (first["line"], first["field"], first["code"]) == (line, field, code)


def test_by_the_pages_from_entering_to_the_score() -> None:
    evaluator, leader = signed_in("evaluator1"), signed_in("leader1")
    form = {**WORDS, "uid": str(UUID(int=7)), "value": "960"}
    page = evaluator.post(reverse("evaluation:new_entry"), form)
    assert page.status_code == 422 and "960" in page.content.decode(), "what was typed stays"
    assert evaluator.post(reverse("evaluation:new_entry"), {**form, "value": "96"}).status_code == 302
    address = reverse("evaluation:entry", args=[UUID(int=7)])
    assert "Approve</button>" not in evaluator.get(address).content.decode()
    assert evaluator.post(address, {"act": "approve"}).status_code == 403
    assert leader.post(address, {"act": "refuse", "words": ""}).status_code == 422
    assert leader.post(address, {"act": "approve"}).status_code == 302
    query = f"{MARCH}&scheme=own"
    page = leader.get(f"{reverse('evaluation:scores')}?{query}")
    text = page.content.decode()
    assert page.status_code == 200 and "West Sanitation" in text
    subject = Body.objects.get(code="west_sanitation").pk
    page = leader.get(f"{reverse('evaluation:score')}?{query}&subject={subject}")
    text = page.content.decode()
    assert address in text and "closing_rate" in text
    for term in page.context["terms"]:
        for use in term["uses"]:
            assert leader.get(reverse("evaluation:table") + use["address"]).status_code == 200, use
    change = reverse("evaluation:change_entry", args=[UUID(int=7)])
    back = {"uid": str(UUID(int=8)), "day": "2026-03-20", "reason": "wrong unit", "act": "withdraw"}
    assert evaluator.post(change, back).status_code == 302
    assert leader.post(reverse("evaluation:entry", args=[UUID(int=8)]), {"act": "approve"}).status_code == 302
    assert Entry.objects.get(pk=UUID(int=7)).state == "replaced"
    assert score().terms[1].why == "no_entry"


def test_whom_an_entry_is_about_is_typed_and_read_by_name() -> None:
    """A name that one object has is as good as its code; nothing that was typed is turned into a code on the form."""
    evaluator = signed_in("evaluator1")
    form = {**WORDS, "uid": str(UUID(int=7)), "subject": " West Sanitation ", "value": "many"}
    page = evaluator.post(reverse("evaluation:new_entry"), form)
    assert page.status_code == 422 and 'value=" West Sanitation "' in page.content.decode()
    assert evaluator.post(reverse("evaluation:new_entry"), {**form, "value": "96"}).status_code == 302
    assert Entry.objects.get(pk=UUID(int=7)).subject == "west_sanitation"
    for address in (reverse("evaluation:entries"), reverse("evaluation:entry", args=[UUID(int=7)])):
        text = evaluator.get(address).content.decode()
        assert "West Sanitation" in text and "west_sanitation" not in text
    offered = evaluator.get(reverse("evaluation:new_entry")).content.decode()
    assert '<option value="West Sanitation">west_sanitation</option>' in offered
    areas = evaluator.get(reverse("evaluation:new_entry") + "?by=area").context
    assert not areas["inputs"] or areas["choices"]


def test_nobody_is_no_object() -> None:
    page = signed_in("evaluator1").post(reverse("evaluation:new_entry"), {**WORDS, "uid": str(uuid4()), "subject": " "})
    assert page.status_code == 422 and page.context["faults"]["subject"] == "Say whom it is about."


def test_a_table_by_the_page() -> None:
    evaluator = signed_in("evaluator1")
    address = reverse("evaluation:entry_table")
    wrong = SimpleUploadedFile("march.csv", (HEAD + "inspection,,nobody,2026-03-20,88,why\n").encode())
    page = evaluator.post(address, {"uid": str(UUID(int=3)), "by": "unit", "file": wrong})
    assert page.status_code == 422 and "nobody" in page.content.decode()
    good = SimpleUploadedFile("march.csv", (HEAD + GOOD).encode())
    assert evaluator.post(address, {"uid": str(UUID(int=4)), "by": "unit", "file": good}).status_code == 302
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("login", ["collector3", "calltaker1", "west_sanitation_desk", "auditor1"])
def test_strangers_may_not(login: str) -> None:
    entered(7)
    client = signed_in(login)
    for name, words in (("scores", []), ("scores_file", []), ("score", []), ("entries", []), ("new_entry", []),
                        ("entry_table", []), ("workbench", []), ("entry", [UUID(int=7)])):  # fmt: skip
        own = name == "score" and login == "west_sanitation_desk"  # it has a score of its own: this address names none
        assert client.get(reverse(f"evaluation:{name}", args=words)).status_code == (404 if own else 403), name


def test_a_scope_sees_its_own_and_the_rank_of_the_whole_group() -> None:
    entered(1)
    entered(2, subject="east_sanitation")
    found = computed("own", period(date(2026, 3, 1), date(2026, 3, 31), SHANGHAI, LATER), LATER)
    body = Body.objects.get(code="west_sanitation").pk
    scope = Scope(False, frozenset({body}), frozenset(), 0, 0)
    narrow = within(found, scope)
    assert [row.code for row in narrow.rows()] == ["west_sanitation"]
    assert narrow.rows()[0] in found.rows()


def test_a_formula_is_tried_on_last_month_and_proposed(monkeypatch: Any) -> None:
    client = signed_in("evaluator1")
    address = reverse("evaluation:workbench")
    page = client.get(address, {"formula": "handlings +\n  nonsense", "by": "unit"})
    assert page.status_code == 422 and page.context["fault"]["line"] == 2 and page.context["fault"]["column"] == 3
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    formula = "closings / closings_due"
    page = client.get(address, {"formula": formula, "by": "unit"})
    rows = {row["name"]: row for row in page.context["sums"]["rows"]}
    (row,) = [row for name, row in rows.items() if "West Sanitation" in name]
    assert (row["over"], row["text"].endswith("%")) == ("1", True)
    words = {"formula": formula, "by": "unit", "unit": "percent"}
    words |= {"key": "own_rate", "zh": "自定结案率", "en": 'Own "rate"', "reason": "asked for", "uid": str(UUID(int=1))}
    assert client.post(address, {**words, "key": "Own rate"}).status_code == 422
    assert client.post(address, {**words, "reason": ""}).status_code == 422
    assert client.post(address, words).status_code == 302
    assert "own_rate" not in catalogue.catalogue(TODAY).definitions["own"].all, "a second person has not confirmed it"
    decide = reverse("evaluation:scheme_change", args=[UUID(int=1)])
    assert signed_in("leader1").post(decide, {"act": "confirm"}).status_code == 302
    assert catalogue.catalogue(TODAY).definitions["own"].all["own_rate"].names == ("自定结案率", 'Own "rate"')
    words["uid"] = str(UUID(int=2))
    assert client.post(address, {**words, "key": "closings"}).status_code == 422, "a count stays a count"
    assert client.post(address, {**words, "formula": "closings"}).status_code == 302, "an older one is replaced"
    decide = reverse("evaluation:scheme_change", args=[UUID(int=2)])
    assert signed_in("leader1").post(decide, {"act": "confirm"}).status_code == 302
    (table,) = [one for one in catalogue.text_at("city_indicators", TODAY).split("[[formula]]") if one.strip()]
    assert 'formula = "closings"' in table


def test_a_city_folder_with_a_wrong_scheme_is_refused_with_its_line(tmp_path: Path) -> None:
    assert folder.load(tmp_path, TODAY).ok
    SchemeRow.objects.create(code="wrong", text=SMALL.replace("closing = 60", "closing = 61"), valid_from=TODAY)
    report = folder.load(tmp_path, TODAY)
    assert [(one.file, one.line, one.code) for one in report.problems] == [("schemes/wrong.toml", 29, "weights")]

"""A surveyor works through the report: corrections in place, left-out rows, accepted warnings (issue 3, 2)."""

from pathlib import Path

import pytest
import shapely

from citygrid.basedata import corrections, publishing
from citygrid.basedata.models import Component, Survey, SurveyRow
from citygrid.process.refusal import Refused
from citygrid.trust.models import AuditRecord
from tests.basedata.test_survey_round import staged
from tests.basedata.town import AT, colleague, lamps, owner, spots, write


def rows_of(survey: Survey) -> dict[str, SurveyRow]:
    return {row.key: row for row in SurveyRow.objects.filter(survey=survey)}


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.refusal.code


@pytest.mark.django_db
def test_a_corrected_cell_makes_the_row_right_and_keeps_what_the_file_said(second: None, tmp_path: Path) -> None:
    rows = lamps(2)
    rows[0]["state"] = "坏透了"
    survey = staged(write(tmp_path / "a.csv", rows))
    row = corrections.correct(rows_of(survey)["P1"], by=owner(), at=AT, cells={"state": "破损"})
    assert (row.verdict, row.state, row.errors, row.corrected) == ("new", "damaged", 0, True)
    assert row.cells["state"] == "破损"
    survey.refresh_from_db()
    assert (survey.counts["ready"], survey.counts["problems"]) == (2, {})
    assert AuditRecord.objects.filter(act="survey.correct", person=owner().pk).count() == 1


@pytest.mark.django_db
def test_a_moved_row_is_located_again(second: None, tmp_path: Path) -> None:
    rows = lamps(2)
    rows[0] |= {"lon": 0.5, "lat": 0.5}
    survey = staged(write(tmp_path / "a.csv", rows))
    lon, lat = spots(5)[4]
    row = corrections.correct(rows_of(survey)["P1"], by=owner(), at=AT, shape=shapely.Point(lon, lat))
    assert (row.verdict, row.errors, row.lon) == ("new", 0, lon) and row.grid


@pytest.mark.django_db
def test_rows_that_clashed_are_checked_again_too(second: None, tmp_path: Path) -> None:
    rows = lamps(3)
    rows[2] |= {"no": "P1"}
    survey = staged(write(tmp_path / "a.csv", rows))
    first, last = SurveyRow.objects.filter(survey=survey, key="P1").order_by("number")
    assert first.errors == last.errors == 1
    corrections.correct(last, by=owner(), at=AT, cells={"key": "P3"})
    first.refresh_from_db()
    assert (first.errors, first.verdict, rows_of(survey)["P3"].verdict) == (0, "new", "new")
    corrections.correct(rows_of(survey)["P3"], by=owner(), at=AT, cells={"key": "P2"})
    assert SurveyRow.objects.filter(survey=survey, kinds=["key_twice"]).count() == 2


@pytest.mark.django_db
def test_leaving_a_row_out_frees_the_other_and_taking_it_in_binds_it_again(second: None, tmp_path: Path) -> None:
    rows = lamps(2)
    rows[1] |= {"lon": rows[0]["lon"], "lat": rows[0]["lat"]}
    survey = staged(write(tmp_path / "a.csv", rows))
    found = rows_of(survey)
    assert (found["P1"].warnings, found["P2"].warnings) == (0, 1)
    corrections.leave_out(found["P1"], owner(), AT)
    assert rows_of(survey)["P2"].warnings == 0
    corrections.take_in(found["P1"], owner(), AT)
    assert rows_of(survey)["P2"].warnings == 1


@pytest.mark.django_db
def test_a_warning_is_accepted_with_a_reason_and_stays_accepted(second: None, tmp_path: Path) -> None:
    from citygrid.basedata import staging

    rows = lamps(2)
    rows[1] |= {"lon": rows[0]["lon"], "lat": rows[0]["lat"]}
    survey = staged(write(tmp_path / "a.csv", rows))
    row = rows_of(survey)["P2"]
    with pytest.raises(Refused) as refused:
        corrections.accept(row, "near_row", " ", owner(), AT)
    assert code_of(refused) == "no_reason"
    with pytest.raises(Refused) as refused:
        corrections.accept_all(survey, "key_twice", "两盏灯", owner(), AT)
    assert code_of(refused) == "no_warning", "an error is not to be accepted"
    assert corrections.accept_all(survey, "near_row", "同杆两灯", owner(), AT) == 1
    staging.again(survey.id, AT)
    row = rows_of(survey)["P2"]
    assert row.warnings == 0 and row.problems[0]["accepted"]["reason"] == "同杆两灯"
    publishing.submit(survey, owner(), AT)
    publishing.publish(survey.id, colleague(), AT)
    assert Component.objects.count() == 2


@pytest.mark.django_db
def test_checking_again_gives_what_the_first_check_gave(second: None, tmp_path: Path) -> None:
    from citygrid.basedata import staging

    rows = lamps(6)
    rows[1]["state"] = "?"
    rows[2] |= {"lon": 0.5, "lat": 0.5}
    rows[3]["no"] = ""
    rows[4] |= {"lon": rows[5]["lon"], "lat": rows[5]["lat"]}
    survey = staged(write(tmp_path / "a.csv", rows))
    columns = [one.name for one in SurveyRow._meta.concrete_fields if one.name != "id"]
    before = list(SurveyRow.objects.order_by("number").values(*columns))
    staging.again(survey.id, AT)
    assert list(SurveyRow.objects.order_by("number").values(*columns)) == before


@pytest.mark.django_db
def test_a_submitted_survey_is_closed_for_corrections_until_it_is_sent_back(second: None, tmp_path: Path) -> None:
    survey = staged(write(tmp_path / "a.csv", lamps(2)))
    publishing.submit(survey, owner(), AT)
    row = rows_of(survey)["P1"]
    with pytest.raises(Refused) as refused:
        corrections.correct(row, by=owner(), at=AT, cells={"state": "damaged"})
    assert code_of(refused) == "not_checked"
    publishing.send_back(survey, colleague(), AT, "请核对状态")
    assert corrections.correct(row, by=owner(), at=AT, cells={"state": "damaged"}).state == "damaged"

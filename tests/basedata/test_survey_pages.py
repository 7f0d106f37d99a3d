"""Surveys by their pages: a file sent, its columns matched, rows corrected in place, reviewed by another (S1-08)."""

import re
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import xlsxwriter
from django.test import Client

from citygrid.basedata import jobs, mappings, publishing, survey_uploads
from citygrid.basedata.models import Component, Survey, SurveyRow
from tests.basedata.people import client
from tests.basedata.town import AT, LAMP, colleague, lamps, owner, spots, write

SAID = {
    "code": "lamps", "title": "路灯普查", "place": "xy", "place_x": "lon", "place_y": "lat", "column:key": "no",
    "column:owner": "owner", "column:state": "state", "constant:class": LAMP, "constant:source": "survey", "sheet": "",
    "on": "2026-03-02",
}  # fmt: skip


def send(browser: Client, path: Path, title: str = "路灯普查", upload: UUID | None = None) -> str:
    """Send the file; the address of the mapping."""
    with path.open("rb") as file:
        said = {"upload": str(upload or uuid4()), "title": title, "target": "components", "file": file}
        answer = browser.post("/basedata/surveys/new/", said)
    assert answer.status_code == 302, answer.text
    return str(answer.url)


def start(browser: Client, address: str, **said: str) -> Survey:
    answer = browser.post(address, {**SAID, **said, "start": "1"})
    assert answer.status_code == 302, re.findall(r"cg-refusal.*", answer.text)
    return Survey.objects.get(pk=answer.url.strip("/").split("/")[-1])


@pytest.fixture
def broken(second: None, tmp_path: Path) -> Survey:
    """Five lamps: one with an unknown state, one far away."""
    rows = lamps(5)
    rows[1]["state"] = "坏了"
    rows[3] |= {"lon": 100.0, "lat": 20.0}
    browser = client("surveyor1")
    return start(browser, send(browser, write(tmp_path / "lamps.csv", rows)))


@pytest.mark.django_db
def test_the_mapping_is_guessed_shown_and_kept(second: None, tmp_path: Path) -> None:
    rows = lamps(3)
    rows[0]["state"] = "亮着"
    browser = client("surveyor1")
    address = send(browser, write(tmp_path / "lamps.csv", rows))
    page = browser.get(address).text
    assert '<option selected>state</option>' in page and '<option selected>lon</option>' in page
    assert "“亮着”" in page, "a word that is no state wants a meaning"
    answer = browser.post(address, {**SAID, "code": "", "start": "1"})
    assert answer.status_code == 422 and 'data-code="mapping_incomplete"' in answer.text
    assert "路灯普查" in answer.text and f'value="{LAMP}" selected' in answer.text, "nothing typed is lost"
    assert not Survey.objects.exists()
    meaning = {"given:state:0": "亮着", "meant:state:0": "intact"}
    survey = start(browser, address, keep="1", mapping_title="路灯台账", **meaning)
    assert (survey.status, survey.counts["rows"], survey.counts["ready"]) == ("checked", 3, 3)
    kept = mappings.find("lamps", date(2026, 12, 1))
    assert kept is not None and kept.values == {"state": {"亮着": "intact"}}
    other = send(browser, write(tmp_path / "more.csv", lamps(4)))
    assert "路灯台账" in browser.get(other).text
    assert "亮着" in browser.get(other, {"mapping": "lamps"}).text


@pytest.mark.django_db
def test_a_file_with_several_tables_asks_which(second: None, tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name in ("路灯", "井盖"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["no", "lon", "lat", "owner", "state"])
        lon, lat = spots(1)[0]
        sheet.write_row(1, 0, [name, lon, lat, "power", "完好"])
    book.close()
    browser = client("surveyor1")
    address = send(browser, path)
    assert 'value="井盖"' in browser.get(address).text
    page = browser.post(address, {"sheet": "井盖"}).text
    assert '<option selected>owner</option>' in page
    assert "<td>井盖</td>" in browser.post(address, {**SAID, "sheet": "井盖", "check": "1"}).text
    survey = start(browser, address, sheet="路灯")
    assert SurveyRow.objects.get(survey=survey).key == "路灯"


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_told(second: None, tmp_path: Path) -> None:
    path = tmp_path / "lamps.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    browser = client("surveyor1")
    answer = browser.get(send(browser, path))
    assert answer.status_code == 422 and "cg-refusal" in answer.text
    nothing = browser.post("/basedata/surveys/new/", {"upload": str(uuid4()), "title": "路灯"})
    assert nothing.status_code == 422 and 'data-code="survey_file_missing"' in nothing.text and "路灯" in nothing.text


@pytest.mark.django_db
def test_an_upload_belongs_to_who_sent_it(second: None, tmp_path: Path) -> None:
    upload = uuid4()
    address = send(client("surveyor1"), write(tmp_path / "lamps.csv", lamps(2)), upload=upload)
    colleague = client("steward1")
    assert colleague.get(address).status_code == 302
    assert client("calltaker1").get(address).status_code == 403
    with (tmp_path / "lamps.csv").open("rb") as file:
        taken = colleague.post("/basedata/surveys/new/", {"upload": str(upload), "title": "x", "file": file})
    assert taken.status_code == 422 and survey_uploads.folder(upload).is_dir()


@pytest.mark.django_db
def test_the_report_lists_what_is_wrong_by_kind_and_by_row(broken: Survey) -> None:
    browser = client("surveyor1")
    page = browser.get(f"/basedata/surveys/{broken.pk}/").text
    assert page.count("data-row") == 2 and "坏了" in page and "100.0" in page
    assert browser.get(f"/basedata/surveys/{broken.pk}/?show=all&kind=not_choice").text.count("data-row") == 1
    assert browser.get(f"/basedata/surveys/{broken.pk}/?show=new").text.count("data-row") == 3


@pytest.mark.django_db
def test_a_row_is_corrected_in_place_and_the_next_one_comes(broken: Survey) -> None:
    browser = client("surveyor1")
    address = f"/basedata/surveys/{broken.pk}/rows/3/?show=errors"
    assert "坏了" in browser.get(address).text
    answer = browser.post(address, {"cell:state": "damaged", "next": "1"})
    assert answer.status_code == 302 and "/rows/5/" in answer.url
    row = SurveyRow.objects.get(survey=broken, number=3)
    assert (row.state, row.errors, row.corrected, row.verdict) == ("damaged", 0, True, "new")
    lon, lat = spots(4)[3]
    wrong = browser.post(answer.url, {"lon": "east", "lat": str(lat)})
    assert wrong.status_code == 422 and 'data-code="row_place"' in wrong.text and 'value="east"' in wrong.text
    browser.post(answer.url, {"lon": str(lon), "lat": str(lat)})
    assert SurveyRow.objects.get(survey=broken, number=5).errors == 0
    browser.post(f"/basedata/surveys/{broken.pk}/rows/2/", {"leave_out": "1"})
    broken.refresh_from_db()
    assert (broken.counts["ready"], broken.counts["left_out"]) == (4, 1)


@pytest.mark.django_db
def test_a_second_person_reviews_and_publishes(broken: Survey) -> None:
    surveyor, steward = client("surveyor1"), client("steward1")
    address = f"/basedata/surveys/{broken.pk}/"
    assert surveyor.post(address + "publish/").status_code == 403
    surveyor.post(address + "submit/")
    assert f'action="{address}publish/"' in steward.get(address).text
    steward.post(address + "send_back/", {"reason": ""})
    assert Survey.objects.get(pk=broken.pk).status == "submitted", "sending back wants a reason"
    steward.post(address + "send_back/", {"reason": "请核对状态"})
    assert "请核对状态" in surveyor.get(address).text
    surveyor.post(address + "submit/")
    answer = steward.post(address + "publish/", follow=True)
    assert Survey.objects.get(pk=broken.pk).status == "published", answer.text
    assert Component.objects.count() == 3


@pytest.mark.django_db
def test_who_brought_a_survey_does_not_publish_it(second: None, tmp_path: Path) -> None:
    steward = client("steward1")
    survey = start(steward, send(steward, write(tmp_path / "lamps.csv", lamps(2))))
    address = f"/basedata/surveys/{survey.pk}/"
    steward.post(address + "submit/")
    answer = steward.post(address + "publish/", follow=True)
    assert Survey.objects.get(pk=survey.pk).status == "submitted" and "cg-note party error" in answer.text
    assert not Component.objects.exists()


@pytest.mark.django_db
def test_a_stranger_sees_no_survey(broken: Survey) -> None:
    for address in ("", "rows/3/"):
        assert client("calltaker1").get(f"/basedata/surveys/{broken.pk}/{address}").status_code == 403
    assert client("calltaker1").post(f"/basedata/surveys/{broken.pk}/withdraw/").status_code == 403
    assert Client().get(f"/basedata/surveys/{broken.pk}/").status_code == 302
    assert client("steward1").post(f"/basedata/surveys/{broken.pk}/withdraw/").status_code == 403
    client("surveyor1").post(f"/basedata/surveys/{broken.pk}/withdraw/")
    assert Survey.objects.get(pk=broken.pk).status == "withdrawn"


@pytest.mark.django_db
def test_why_a_job_could_not_publish_is_kept_and_shown(
    second: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two surveys of the same lamps wait for review; the first is published, the second one's job is refused."""
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)  # the test's transaction is on this one
    surveys = []
    for name in ("one", "two"):
        browser = client("surveyor1")
        survey = start(browser, send(browser, write(tmp_path / f"{name}.csv", lamps(3)), title=name))
        publishing.submit(survey, owner(), AT)
        surveys.append(survey)
    for survey in surveys:
        jobs._answered(survey.pk, lambda survey=survey: jobs._publish(survey.pk, colleague().pk))
    first, second_one = (Survey.objects.get(pk=survey.pk) for survey in surveys)
    assert (first.status, first.failed) == ("published", None)
    assert (second_one.status, second_one.failed["code"]) == ("submitted", "stale")
    for login in ("steward1", "surveyor1"):
        assert 'data-code="stale"' in client(login).get(f"/basedata/surveys/{second_one.pk}/").text, login
    assert Component.objects.count() == 3

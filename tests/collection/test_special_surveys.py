"""专项普查: an office asks, collectors of the duty grids answer without a network, corrections keep the earlier, the
office counts and takes files; a finding becomes a report (issue 6, tasks; subsystems 2.1)."""

import csv
import io
import uuid
from datetime import date, time, timedelta

import openpyxl
import pytest
from django.utils import timezone

from citygrid.collection.models import Campaign, SurveyAnswer, SurveyTask
from citygrid.collection.surveys import campaigns, forms
from citygrid.media.models import File
from citygrid.media.permission import may_see
from citygrid.organization.models import Duty, Post
from tests.cases.world import GARBAGE, picture
from tests.collection.phones import entry, report, signed_in

FORM = {
    "title": "井盖隐患排查", "purpose": "汛前", "target": "grids", "photos": "1", "report_class": GARBAGE,
    "areas": ["D990102"],
    "q0_label": "是否完好", "q0_kind": "choice", "q0_choices": "完好，破损，缺失", "q0_required": "1",
    "q1_label": "数量", "q1_kind": "number", "q2_label": "=备注", "q2_kind": "text",
}  # fmt: skip


@pytest.fixture
def on_duty(world):
    for grid, post in (("D990102", "collector_3"), ("D990101", "collector_1")):
        Duty.objects.create(
            duty_grid=grid, post=Post.objects.get(code=post), weekdays=127, starts=time(0), ends=time(0),
            first_day=date(2026, 1, 1), last_day=date(2100, 1, 1),
        )  # fmt: skip


@pytest.fixture
def office(world):
    return signed_in(world, "office1")


def form(**more):
    today = timezone.localdate()
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=5)).isoformat()}
    return FORM | days | {"survey": str(uuid.uuid4())} | more


def published(office, **more):
    said = form(**more)
    answer = office.post("/collection/surveys/new/", said)
    assert answer.status_code == 302, answer.text
    pk = said["survey"]
    assert office.post(f"/collection/surveys/{pk}/act/publish/").status_code == 302
    return Campaign.objects.get(pk=pk)


def answered(collector, task, values=None, photos=1, **more):
    files = [collector.upload(picture(n)) for n in range(photos)]
    said = {"task": task.pk, "lon": task.lon, "lat": task.lat, "accuracy": 9, "values": values or {"q1": "c2"}}
    return entry("survey_answer", files=tuple(files), **(said | more))


def test_a_draft_is_made_once_and_tells_what_is_wrong(office):
    said = form()
    for _ in range(2):
        assert office.post("/collection/surveys/new/", said).status_code == 302
    (row,) = Campaign.objects.all()
    assert [one["kind"] for one in row.fields] == ["choice", "number", "text"] and row.areas == ["D990102"]
    assert [c["name"] for c in row.fields[0]["choices"]] == ["完好", "破损", "缺失"]
    wrong = office.post("/collection/surveys/new/", form(q0_choices="一个"))
    assert wrong.status_code == 422 and "井盖隐患排查" in wrong.text and "一个" in wrong.text, "what was typed is there"
    assert office.post("/collection/surveys/new/", form(last_day="2020-01-01")).status_code == 422
    assert office.post("/collection/surveys/new/", form(target="points", points="没有坐标")).status_code == 422
    assert Campaign.objects.count() == 1


def test_publishing_makes_a_task_for_each_place_by_duty_grid(office):
    row = published(office)
    assert row.tasks.count() == 10 and {tuple(one.duty_grids) for one in row.tasks.all()} == {("D990102",)}
    assert office.post(f"/collection/surveys/{row.pk}/act/publish/").status_code == 422, "once"
    assert office.post(f"/collection/surveys/{row.pk}/edit/", form()).status_code == 422, "it is out"


def test_places_of_a_list_must_lie_in_the_ground(office):
    row = published(office, target="points", areas=[], points="甲, 111.0155, 30.0005\n乙 111.0005 30.0005")
    found = [(one.name, one.duty_grids) for one in row.tasks.order_by("number")]
    assert found == [("甲", ["D990102"]), ("乙", ["D990101"])]
    said = form(target="points", areas=[], points="丙, 121.5, 31.2")
    office.post("/collection/surveys/new/", said)
    assert office.post(f"/collection/surveys/{said['survey']}/act/publish/").status_code == 422
    assert not SurveyTask.objects.filter(campaign=said["survey"]).exists()


def test_only_the_collector_of_the_duty_grid_has_the_tasks(office, phone, on_duty):
    published(office)
    told = phone("collector3").pack(only="surveys")["sections"]["surveys"]["data"]
    assert len(told[0]["tasks"]) == 10 and told[0]["fields"][0]["choices"][1] == ["c2", "破损"]
    assert told[0]["report_class"] == GARBAGE
    assert phone("collector1").pack(only="surveys")["sections"]["surveys"]["data"] == []


def test_an_answer_counts_once_and_a_correction_keeps_the_earlier(office, phone, on_duty):
    row = published(office)
    task = row.tasks.get(number=3)
    collector = phone("collector3")
    first = answered(collector, task)
    assert [collector.sync(first)[0]["state"] for _ in range(2)] == ["done", "done"]
    second = answered(collector, task, {"q1": "c1", "q2": 4, "q3": "=1+1"})
    assert collector.sync(second)[0]["state"] == "done"
    task.refresh_from_db()
    old, new = SurveyAnswer.objects.order_by("at")
    assert (str(task.answer), old.replaced_by, new.replaced_by) == (second["id"], new.pk, None)
    page = office.get(f"/collection/surveys/{row.pk}/tasks/3/").text
    assert page.count("cg-shot") >= 2 and "破损" in page and "完好" in page


def test_what_was_made_last_counts_in_whatever_order_it_comes(office, phone, on_duty):
    task = published(office).tasks.get(number=1)
    collector = phone("collector3")
    earlier = answered(collector, task, {"q1": "c1"})
    later = answered(collector, task, {"q1": "c2"})
    assert [one["state"] for one in collector.sync(later, earlier)] == ["done", "done"]
    task.refresh_from_db()
    assert str(task.answer) == later["id"]


@pytest.mark.parametrize(
    ("values", "photos", "more", "code"),
    [
        ({"q2": 1}, 1, {}, "survey_answer"),
        ({"q1": "c9"}, 1, {}, "survey_answer"),
        ({"q1": "c1", "q2": "four"}, 1, {}, "survey_answer"),
        ({"q1": "c1", "other": 1}, 1, {}, "survey_answer"),
        ({"q1": "c1"}, 0, {}, "survey_photos"),
        ({"q1": "c1"}, 1, {"lon": None}, "survey_place"),
        ({"q1": "c1"}, 1, {"task": 0}, "survey_no_task"),
        ({"q1": "c1"}, 1, {"task": "x"}, "survey_no_task"),
    ],
)
def test_what_is_wrong_is_refused_with_why_and_changes_nothing(office, phone, on_duty, values, photos, more, code):
    task = published(office).tasks.get(number=1)
    collector = phone("collector3")
    one = answered(collector, task, values, photos)
    one["data"] |= more
    (told,) = collector.sync(one)
    assert (told["state"], told["code"]) == ("refused", code) and told["message"]
    assert not SurveyAnswer.objects.exists()


def test_a_stranger_cannot_answer_and_nobody_after_the_end(office, phone, on_duty):
    row = published(office)
    task = row.tasks.get(number=1)
    stranger, collector = phone("collector1"), phone("collector3")
    assert stranger.sync(answered(stranger, task))[0]["code"] == "survey_no_task"
    before = answered(collector, task)
    office.post(f"/collection/surveys/{row.pk}/act/end/")
    Campaign.objects.update(ended_at=timezone.now())
    assert collector.sync(before)[0]["state"] == "done", "made before the end, sent after it"
    late = answered(collector, task) | {"made_at": (timezone.now() + timedelta(seconds=1)).isoformat()}
    Campaign.objects.update(ended_at=timezone.now() - timedelta(seconds=1))
    assert collector.sync(late)[0]["code"] == "survey_not_open"


def test_results_are_counted_and_taken_as_files_that_nothing_runs(office, phone, on_duty):
    row = published(office)
    collector = phone("collector3")
    task = row.tasks.get(number=2)
    collector.sync(answered(collector, task, {"q1": "c3", "q2": 2.5, "q3": "=cmd()"}))
    page = office.get(f"/collection/surveys/{row.pk}/").text
    assert "1 / 10" in page and "缺失" in page
    found = office.get(f"/collection/surveys/{row.pk}/csv/")
    rows = list(csv.reader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert len(rows) == 11 and "'=cmd()" in rows[2] and "'=备注" in rows[0] and "缺失" in rows[2]
    sheet = openpyxl.load_workbook(io.BytesIO(office.get(f"/collection/surveys/{row.pk}/xlsx/").content)).active
    assert sheet.max_row == 11 and "=cmd()" in [cell.value for cell in sheet[3]]
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    assert office.get(f"/collection/surveys/{row.pk}/pdf/").content.startswith(b"%PDF")


def test_a_finding_becomes_a_report_and_the_office_sees_its_number(office, phone, on_duty):
    row = published(office)
    collector = phone("collector3")
    task = row.tasks.get(number=5)
    case = str(uuid.uuid4())
    one = answered(collector, task, case=case)
    photos = [collector.upload(picture(n)) for n in (5, 6)]
    two = report((f"{task.lon:.7f}", f"{task.lat:.7f}"), *photos) | {"after": [one["id"]]}
    two["data"]["case"] = case
    assert [told["state"] for told in collector.sync(one, two)] == ["done", "done"]
    assert f"/cases/{case}/" in office.get(f"/collection/surveys/{row.pk}/").text
    assert f"/cases/{case}/" in office.get(f"/collection/surveys/{row.pk}/tasks/5/").text


def test_photos_are_for_whoever_has_the_results(world, office, phone, on_duty):
    row = published(office)
    collector = phone("collector3")
    collector.sync(answered(collector, row.tasks.get(number=1)))
    photo = File.objects.get(pk=SurveyAnswer.objects.get().photos[0])
    assert may_see(world.who("office1").person, photo) and may_see(world.who("collector3").person, photo)
    assert not may_see(world.who("west_sanitation_desk").person, photo)
    assert not may_see(world.who("collector4").person, photo)


def test_without_the_right_there_are_no_surveys(world, sign):
    for login in ("collector3", "dispatcher1", "west_sanitation_desk"):
        assert sign(login).get("/collection/surveys/").status_code == 403
    assert not campaigns.seen(world.who("collector3")).exists()


def test_a_form_is_checked_as_data():
    good = [{"name": "q1", "label": "甲", "kind": "yes_no"}]
    assert forms.read(forms.checked(good), {"q1": False}) == {"q1": False}
    for bad, code in (([], "no_fields"), (good * 2, "field_name"), ([{**good[0], "kind": "date"}], "field_kind")):
        with pytest.raises(forms.WrongError) as error:
            forms.checked(bad)
        assert error.value.code == code

"""A report about one district, by hand, by schedule and by the command; one that failed says so and is made again
(S0-04, S2-39, S3-19)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from citygrid.areas.models import Area
from citygrid.bulletins import folder, making, ordering, reaching, rules_kept, scheduling
from citygrid.bulletins.jobs import make
from citygrid.bulletins.models import OfficeRules, Report
from citygrid.organization.models import Role, Seat
from citygrid.organization.visibility import NOTHING, Scope
from citygrid.trust.models import AuditRecord
from tests.bulletins.test_reports import asked, quiet
from tests.cases.kept_city import forget, signed_in

pytestmark = pytest.mark.usefixtures("fresh")
OWNER, WEST, EAST = "evaluator1", "west_shiftleader", "east_shiftleader"
NOW = datetime(2026, 4, 3, 8, 0, tzinfo=UTC)
MONTHLY = {"key": "west", "kind": "month", "schemes": ["department"], "day": 3, "hour": 9, "lang": "en"}


def district(login: str) -> Area:
    """The area of a person's post."""
    post = Seat.objects.get(person__login=login).post
    return Area.objects.get(code=(post.areas or post.body.areas)[0])


def filed(report: Report) -> int:
    return sum(int(row["count"]) for row in report.sheet["source_rows"])


def opened(client: Client, report: Report) -> int:
    return client.get(reverse("bulletins:report", args=[report.pk])).status_code


def scheduled(code: str) -> Report:
    assert rules_kept.keep({"schedule": [{**MONTHLY, "key": f"month of {code}", "area": code}]}, NOW, None).ok
    (report,) = scheduling.follow(rules_kept.current(), NOW)
    making.make(report.pk, NOW)
    report.refresh_from_db()
    assert report.state == "ready", (report.code, report.said)
    return report


def test_a_schedule_names_a_district(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cases, its name in title and first paragraph, no number of the city's; read by the district and the city."""
    quiet(monkeypatch)
    reports = {login: scheduled(district(login).code) for login in (WEST, EAST)}
    assert sorted(filed(one) for one in reports.values())[0] == 0 < max(filed(one) for one in reports.values())
    for login, other in ((WEST, EAST), (EAST, WEST)):
        report, name = reports[login], reaching.name_of(district(login).code)
        assert (report.everything, report.serial, report.seat) == (False, None, None)
        assert report.sheet["title"].endswith(f": {name}") and name in report.sheet["overview"][0]
        told = {who: opened(signed_in(who), report) for who in (login, other, OWNER, "leader1", "collector3")}
        assert told == {login: 200, other: 404, OWNER: 200, "leader1": 200, "collector3": 403}
        page = signed_in(OWNER).get(reverse("bulletins:reports")).content.decode()
        assert name in page


def test_a_post_asks_for_a_district_it_has_and_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet(monkeypatch)
    rights("bulletins.make", WEST)
    west, east = district(WEST).code, district(EAST).code
    uid = uuid4()
    assert asked(signed_in(OWNER), uid, area=west).status_code == 302
    making.make(uid, NOW)
    report = Report.objects.get(pk=uid)
    assert report.area == west and opened(signed_in(WEST), report) == 200 and opened(signed_in(EAST), report) == 404
    assert west in making.file_name(report)
    for client, area in ((signed_in(WEST), east), (signed_in(OWNER), "nowhere")):
        answer = asked(client, area=area)
        assert answer.status_code == 422 and "Choose an area" in answer.content.decode()
    assert Report.objects.count() == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_red_head_is_in_the_papers_language(lang: str) -> None:
    """Whatever language the page was in that asked for it."""
    for active in ("zh-hans", "en"):
        with override(active):
            organ = ordering.heading(rules_kept.current(), None, "", NOW.date(), lang).organ
        assert organ.isascii() is (lang == "en"), organ


def test_a_month_before_all_calendars_is_refused() -> None:
    assert asked(signed_in(OWNER), month="0001-01").status_code == 422
    assert not Report.objects.exists()


def rights(right: str, *logins: str) -> None:
    for role in Role.objects.filter(posts__seats__person__login__in=logins).distinct():
        role.rights = [*role.rights, right]
        role.save()
    forget()


@pytest.mark.parametrize(
    ("own", "words"),
    [({**MONTHLY, "area": "EAST"}, "reaches farther"), (MONTHLY, "reaches farther"), ("organ", "whole city"),
     ({**MONTHLY, "area": "nowhere"}, "There is no district"), ({**MONTHLY, "area": 3}, "text in quotes")],
)  # fmt: skip
def test_a_districts_post_schedules_its_own_district_only(own: Any, words: str) -> None:
    """What it does not have is refused with words, and what it typed stays."""
    rights("bulletins.rules", WEST)
    row = own if isinstance(own, dict) else {**MONTHLY, "area": "WEST"}
    codes = {"WEST": district(WEST).code, "EAST": district(EAST).code}
    row = {**row, **({"area": codes.get(row["area"], row["area"])} if "area" in row else {})}
    text = ("organ = 'x'\n" if own == "organ" else "") + folder.text_of({"schedule": [row]})
    answer = signed_in(WEST).post(reverse("bulletins:rules"), {"text": text})
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and "west" in page
    assert not OfficeRules.objects.exists()


def test_a_districts_post_keeps_and_ends_its_own_schedule_and_no_others() -> None:
    rights("bulletins.rules", WEST)
    city = {**MONTHLY, "key": "city"}
    assert rules_kept.keep({"schedule": [city]}, NOW, None).ok
    west = {**MONTHLY, "area": district(WEST).code}
    client = signed_in(WEST)
    for table, status in (({"schedule": [city, west]}, 302), ({"schedule": [city]}, 302), ({"schedule": []}, 422)):
        answer = client.post(reverse("bulletins:rules"), {"text": folder.text_of(table)})
        assert answer.status_code == status
    assert rules_kept.own() == {"schedule": [city]}


def test_the_command_tells_of_a_district(tmp_path: Path) -> None:
    code = district(WEST).code
    words = ("bulletin", "--period", "2026-03", "--lang", "en", "--to", str(tmp_path))
    call_command(*words, "--area", code)
    (file,) = tmp_path.glob("*.json")
    assert code in file.name and json.loads(file.read_text())["title"].endswith(reaching.name_of(code))
    with pytest.raises(CommandError, match="no district"):
        call_command(*words, "--area", "nowhere")


def test_an_unknown_area_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "bulletins.toml").write_text(folder.text_of({"schedule": [{**MONTHLY, "area": "x"}]}))
    report = folder.load(tmp_path, NOW.date())
    assert [one.code for one in report.problems] == ["unknown_area"] and not OfficeRules.objects.exists()


def test_a_report_that_nobody_makes_any_more_says_so_and_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker was killed thrice: its job was put away, without a word to the report."""
    quiet(monkeypatch)
    client, uid = signed_in(OWNER), uuid4()
    asked(client, uid)
    Report.objects.filter(pk=uid).update(state="working", percent=40, doing="scoring")
    assert making.give_up(NOW) == 0, "its job waits still"
    ended("doing")
    assert making.give_up(NOW) == 0, "it is being made"
    ended("failed")
    assert making.give_up(NOW) == 1 and making.give_up(NOW) == 0
    page = client.get(reverse("bulletins:report", args=[uid])).content.decode()
    assert "stopped again and again" in page and "Try again" in page and "every 2s" not in page
    assert "Try again" not in signed_in("leader1").get(reverse("bulletins:report", args=[uid])).content.decode()
    again = reverse("bulletins:again", args=[uid])
    assert signed_in("leader1").post(again).status_code == 403
    assert client.post(again).status_code == client.post(again).status_code == 302
    report = Report.objects.get(pk=uid)
    assert (report.state, report.percent, report.code) == ("waiting", 0, "")
    assert jobs("todo") == 1, "sent twice, made once"
    assert AuditRecord.objects.filter(act="ask_bulletin_again").count() == 1
    making.make(uid, NOW)
    assert Report.objects.get(pk=uid).state == "ready" and making.give_up(NOW) == 0
    assert "nothing to make again" in client.post(again, follow=True).content.decode()


def jobs(status: str) -> int:
    with connection.cursor() as cursor:
        text = "select count(*) from procrastinate_jobs where task_name = %s and status::text = %s"
        cursor.execute(text, [make.name, status])
        return int(cursor.fetchone()[0])


def ended(status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = %s::procrastinate_job_status where task_name = %s",
                       [status, make.name])  # fmt: skip


def test_a_report_follows_what_its_post_has_when_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for on a district's post that nobody holds any more: not made; one that has more now: read by whoever has
    as much."""
    quiet(monkeypatch)
    rights("bulletins.make", WEST)
    gone, grown = uuid4(), uuid4()
    for uid in (gone, grown):
        assert asked(signed_in(WEST), uid).status_code == 302
    whole = Scope(True, frozenset(), frozenset(), 1, 1)
    monkeypatch.setattr(making, "scope_of", lambda seat, now: whole)
    making.make(grown, NOW)
    report = Report.objects.get(pk=grown)
    assert report.state == "ready" and report.everything and report.within == ""
    assert opened(signed_in(WEST), report) == 404 and opened(signed_in(OWNER), report) == 200
    monkeypatch.setattr(making, "scope_of", lambda seat, now: NOTHING)
    making.make(gone, NOW)
    report = Report.objects.get(pk=gone)
    assert (report.state, report.code) == ("failed", "not_held")
    page = signed_in(WEST).get(reverse("bulletins:report", args=[gone])).content.decode()
    assert "no longer held" in page and "Try again" in page

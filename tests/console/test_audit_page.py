"""The auditor reads, searches and exports the audit; nobody else does, and taking a file is in the audit too."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from citygrid.organization.models import Person
from citygrid.trust import audit
from citygrid.trust.models import AuditRecord

from ..organization.conftest import areas, cheap_passwords, second, standing  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing")]
AT = datetime(2026, 5, 6, 1, tzinfo=UTC)


def person(login: str) -> Person:
    return Person.objects.get(login=login)


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(person("auditor1"))
    return client


def line(act: str = "sign_in", day: int = 0, **facts: object) -> None:
    audit.record(AT + timedelta(days=day), act, **facts)


def shown(client: Client, query: str = "") -> str:
    return client.get(f"/audit/?{query}").content.decode().split("<tbody>")[-1].split("</tbody>")[0]


def test_lines_are_found_by_day_login_act_outcome_and_subject(auditor: Client) -> None:
    line("sign_in", 0, person=person("calltaker1").pk)
    line("close", 1, person=person("shiftleader1").pk, subject=("case", "c-1"), outcome="refused", code="not_party")
    assert "calltaker1" in shown(auditor)
    assert "shiftleader1" not in shown(auditor, "last=2026-05-06")
    assert "calltaker1" not in shown(auditor, "first=2026-05-07")
    assert "shiftleader1" not in shown(auditor, "login=calltaker1")
    assert "not_party" in shown(auditor, "act=close")
    assert "calltaker1" not in shown(auditor, "outcome=refused")
    assert "not_party" in shown(auditor, "subject=case:c-1")
    assert "not_party" not in shown(auditor, "subject=case:c-2")


def test_pages_follow_by_key_without_a_gap(auditor: Client) -> None:
    for number in range(120):
        line(f"act_{number:03d}")
    seen, query = [], ""
    for _page in range(4):
        page = auditor.get(f"/audit/{query}").content.decode()
        seen += [word.split("<")[0] for word in page.split("<tbody>")[1].split("<td>act_")[1:]]
        if 'rel="next"' not in page:
            break
        query = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert seen == [f"{number:03d}" for number in reversed(range(120))]


@pytest.mark.parametrize("login", ["admin1", "calltaker1", "leader1", "steward1"])
@pytest.mark.parametrize("path", ["/audit/", "/audit.csv"])
def test_nobody_else_reads_it(client: Client, login: str, path: str) -> None:
    client.force_login(person(login))
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/audit/", "/audit.csv"])
def test_a_stranger_is_sent_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path)["Location"].startswith("/sign-in/")


def test_the_file_has_the_same_lines_harmless_in_a_spreadsheet_and_is_audited(auditor: Client) -> None:
    line("=cmd()", params={"x": 1}, person=person("calltaker1").pk)
    answer = auditor.get("/audit.csv?login=calltaker1")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["login"], row["act"]) for row in rows] == [("calltaker1", "'=cmd()")]
    taken = AuditRecord.objects.get(act="export_audit")
    assert AuditRecord.objects.latest("id").act == "download"
    assert (taken.act, taken.params, taken.person) == (
        "export_audit",
        {"lines": 1, "asked": ["login"]},
        person("auditor1").pk,
    )


@pytest.mark.parametrize("query", ["first=tomorrow", "last=2026-13-01", "after=x", "after=-1", "after=" + "9" * 30])
def test_a_bad_question_is_told_and_kept(auditor: Client, query: str) -> None:
    answer = auditor.get(f"/audit/?{query}&login=somebody")
    assert answer.status_code == 422
    assert "somebody" in answer.content.decode()


def test_the_bar_shows_it_to_the_auditor_only(auditor: Client, client: Client) -> None:
    assert 'href="/audit/"' in auditor.get("/audit/").content.decode()
    client.force_login(person("calltaker1"))
    assert 'href="/audit/"' not in client.get("/keys/").content.decode()

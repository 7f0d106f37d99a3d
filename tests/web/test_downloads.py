"""Taking a file away is in the audit, with who and what of; a page that is only read, or refused, is not."""

import pytest
from django.test import Client

from citygrid.organization.models import Person
from citygrid.trust.models import AuditRecord

from ..organization.conftest import areas, cheap_passwords, second, standing  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing")]


def taken() -> list[tuple[str, object, int | None]]:
    rows = AuditRecord.objects.filter(act="download").order_by("id")
    return [(row.subject_id, row.params, row.person) for row in rows]


def signed(client: Client, login: str) -> Person:
    person = Person.objects.get(login=login)
    client.force_login(person)
    return person


def test_a_file_is_noted_with_whoever_took_it_and_without_what_was_typed(client: Client) -> None:
    auditor = signed(client, "auditor1")
    assert client.get("/audit.csv", {"login": "Lin Du 13800001111"}).status_code == 200
    assert taken() == [("console:audit_file", {"of": {}, "asked": ["login"]}, auditor.pk)]


def test_the_organization_as_a_workbook_is_noted_too(client: Client) -> None:
    signed(client, "admin1")
    assert client.get("/organization/workbook/").status_code == 200
    assert taken() == []
    assert client.get("/organization/workbook/export.xlsx").status_code == 200
    assert [subject for subject, _params, _person in taken()] == ["organization:export_workbook"]


def test_pages_and_refusals_are_none(client: Client) -> None:
    signed(client, "calltaker1")
    assert client.get("/audit.csv").status_code == 403
    assert client.get("/account/").status_code == 200
    assert taken() == []

"""Reports are asked for, made once, stopped, taken; by whom, and who sees them (S0-04, S2-39)."""

import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from docx import Document

from citygrid.bulletins import making
from citygrid.bulletins.models import Report
from citygrid.organization.models import Role
from tests.cases.kept_city import forget, signed_in

pytestmark = pytest.mark.usefixtures("fresh")
OWNER, COLLEAGUE, STRANGER = "evaluator1", "west_shiftleader", "collector3"


def asked(client: Client, uid: UUID | None = None, **words: Any) -> Any:
    form = {"uid": str(uid or uuid4()), "kind": "month", "month": "2026-03", "lang": "en", "scheme": ["department"]}
    return client.post(reverse("bulletins:ask"), {**form, **words})


def made(client: Client, now: Any) -> Report:
    answer = asked(client)
    assert answer.status_code == 302, answer.content.decode()[:300]
    report = Report.objects.get(pk=answer.headers["Location"].split("/")[-2])
    making.make(report.pk, now)
    report.refresh_from_db()
    return report


@pytest.fixture
def now(town: Any) -> Any:
    return datetime(2026, 4, 3, 2, 0, tzinfo=UTC)


def test_a_report_is_made_and_taken(now: Any, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> None:
    quiet(monkeypatch)
    client = signed_in(OWNER)
    report = made(client, now)
    assert (report.state, report.percent) == ("ready", 100)
    assert report.digest == making.digest(report.sheet)
    page = client.get(reverse("bulletins:report", args=[report.pk])).content.decode()
    assert report.sheet["title"] in page and report.digest in page and report.docx.sha256 in page
    answer = client.get(reverse("bulletins:file", args=[report.pk, "docx"]))
    assert "attachment" in answer.headers["Content-Disposition"]
    assert report.sheet["title"] in [one.text for one in Document(io.BytesIO(answer.content)).paragraphs]
    assert client.get(reverse("bulletins:file", args=[report.pk, "pdf"])).content.startswith(b"%PDF-")
    assert client.get(reverse("bulletins:file", args=[report.pk, "exe"])).status_code == 404
    assert "DOCX" in client.get(reverse("bulletins:reports")).content.decode()


def test_the_same_form_twice_asks_once() -> None:
    client, uid = signed_in(OWNER), uuid4()
    assert asked(client, uid).headers["Location"] == asked(client, uid).headers["Location"]
    assert Report.objects.filter(pk=uid).count() == 1


def test_a_stopped_report_is_not_made(now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet(monkeypatch)
    client, uid = signed_in(OWNER), uuid4()
    asked(client, uid)
    client.post(reverse("bulletins:cancel", args=[uid]))
    making.make(uid, now)
    report = Report.objects.get(pk=uid)
    assert (report.state, report.docx, report.sheet) == ("cancelled", None, None)
    answer = client.post(reverse("bulletins:cancel", args=[uid]), follow=True)
    assert "too late" in answer.content.decode()


def test_stopping_in_the_middle_ends_the_work(now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress asks the row: cancelled meanwhile, the next step does not begin."""
    uid = uuid4()
    asked(signed_in(OWNER), uid)

    class Told(making._Telling):
        def __init__(self, report: UUID) -> None:
            self._report, self._beside = report, Here()

        def __call__(self, percent: int, doing: str) -> None:
            if doing == "scoring":
                Report.objects.filter(pk=uid).update(state="cancelled")
            super().__call__(percent, doing)

    monkeypatch.setattr(making, "_Telling", Told)
    making.make(uid, now)
    report = Report.objects.get(pk=uid)
    assert (report.state, report.doing, report.docx) == ("cancelled", "classes", None)


def test_what_cannot_be_made_says_why(now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet(monkeypatch)
    client, uid = signed_in(OWNER), uuid4()
    asked(client, uid)
    Report.objects.filter(pk=uid).update(schemes=["gone"])
    making.make(uid, now)
    report = Report.objects.get(pk=uid)
    assert (report.state, report.code, report.said) == ("failed", "no_scheme", {"scheme": "gone"})
    assert "There is no such scheme" in client.get(reverse("bulletins:report", args=[uid])).content.decode()


@pytest.mark.parametrize(
    ("words", "status"),
    [({"month": "2026-13"}, 422), ({"month": ""}, 422), ({"scheme": ["gone"]}, 422), ({"scheme": []}, 422),
     ({"month": "2999-01"}, 422), ({"kind": "week"}, 404), ({"uid": "x"}, 404), ({"lang": "fr"}, 404)],
)  # fmt: skip
def test_wrong_words_are_said_and_nothing_is_kept(words: dict[str, Any], status: int) -> None:
    answer = signed_in(OWNER).post(reverse("bulletins:ask"), {
        "uid": str(uuid4()), "kind": "month", "month": "2026-03", "lang": "en", "scheme": ["department"], **words,
    })  # fmt: skip
    assert answer.status_code == status
    assert not Report.objects.exists()


def test_a_stranger_may_nothing(now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet(monkeypatch)
    report = made(signed_in(OWNER), now)
    client = signed_in(STRANGER)
    addresses = [reverse("bulletins:reports"), reverse("bulletins:report", args=[report.pk]),
                 reverse("bulletins:file", args=[report.pk, "docx"]), reverse("bulletins:templates"),
                 reverse("bulletins:rules")]  # fmt: skip
    assert {client.get(one).status_code for one in addresses} == {403}
    assert asked(client).status_code == 403
    assert {Client().get(one).status_code for one in addresses} == {302}


def test_a_colleague_of_a_district_sees_no_report_of_the_city(now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet(monkeypatch)
    report = made(signed_in(OWNER), now)
    client = signed_in(COLLEAGUE)
    assert report.sheet["title"] not in client.get(reverse("bulletins:reports")).content.decode()
    for name, args in (("report", [report.pk]), ("file", [report.pk, "pdf"])):
        assert client.get(reverse(f"bulletins:{name}", args=args)).status_code == 404
    assert asked(client).status_code == 403
    leader = signed_in("leader1")
    assert report.sheet["title"] in leader.get(reverse("bulletins:reports")).content.decode()
    assert leader.get(reverse("bulletins:report", args=[report.pk])).status_code == 200
    assert leader.post(reverse("bulletins:cancel", args=[report.pk])).status_code == 403


def test_a_report_of_a_district_has_its_own_figures_only(now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for on a district's post: only what that post may see, and no other post sees it."""
    quiet(monkeypatch)
    for role in Role.objects.filter(posts__seats__person__login__in=[COLLEAGUE, "east_shiftleader"]).distinct():
        role.rights = [*role.rights, "bulletins.make"]
        role.save()
    forget()
    whole = made(signed_in(OWNER), now)
    parts = [made(signed_in(login), now) for login in (COLLEAGUE, "east_shiftleader")]
    assert len({one.within for one in (whole, *parts)}) == 3
    counts = [_filed(one) for one in parts]
    assert min(counts) == 0 < max(counts) == _filed(whole), "one district has the cases, the other none"
    assert "own area and units" in parts[0].sheet["overview"][0]
    answers = {login: signed_in(login).get(reverse("bulletins:report", args=[parts[0].pk])).status_code
               for login in (COLLEAGUE, "east_shiftleader", OWNER)}  # fmt: skip
    assert answers == {COLLEAGUE: 200, "east_shiftleader": 404, OWNER: 200}, "whoever sees as far, or farther"


def _filed(report: Report) -> int:
    return sum(int(row["count"]) for row in report.sheet["source_rows"])


class Here:
    """The test's own connection in place of a second one, which would not see its transaction."""

    def cursor(self) -> Any:
        return connection.cursor()

    def close(self) -> None:
        pass


def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    def here(self: Any, report: UUID) -> None:
        self._report, self._beside = report, Here()

    monkeypatch.setattr(making._Telling, "__init__", here)

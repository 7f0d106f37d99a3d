"""The page of a body, its record and what belongs to it: who looks, who writes, what is refused (S0-26, S0-43)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from citygrid.media.models import File
from citygrid.organization.models import Body, Desk, Extension, Member, Post, RecordFile, Relation, Seat, UnitRecord
from citygrid.trust.models import AuditRecord
from tests.media.pictures import PDF

from .conftest import seat_of
from .workbooks import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords", "english")]


@pytest.fixture
def english(settings: Any, tmp_path: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.MEDIA_STORE = tmp_path / "media"


@pytest.fixture
def administrator() -> Client:
    return signed_in("admin1")


@pytest.fixture
def head() -> Client:
    """The person in charge of the east's road works, on that post alone."""
    Seat.objects.filter(post__code="east_roads_desk").update(until=datetime(2026, 1, 2, tzinfo=UTC))
    return signed_in("east_roads_desk")


def acts(html: str, table: str, word: str) -> str:
    """`/organization/<code>/<table>/<ident>/` of the row that shows the word."""
    row = next(part for part in html.split("<tr") if word in part and f"/{table}/" in part)
    return row.split('<a class="btn btn-sm" href="')[1].split('"', maxsplit=1)[0]


def errors(html: str) -> str:
    return " ".join(part.split("<", maxsplit=1)[0] for part in html.split('class="cg-error" role="alert">')[1:])


LOOK = [
    ("east_roads_worker", "east_roads", 200),  # its own
    ("east_roads_worker", "dept", 200),  # above
    ("east_roads_worker", "water", 200),  # handles for it
    ("east_roads_worker", "west_roads", 404),
    ("east_roads_worker", "commission", 404),
    ("west_sanitation_worker", "east_roads", 404),  # a stranger
    ("supervisor1", "west_roads", 200),  # supervised
    ("supervisor1", "power", 404),
    ("east_shiftleader", "east_roads", 200),  # in the district that the centre sees
    ("east_shiftleader", "west_roads", 404),
    ("calltaker1", "west_roads", 200),  # the city's centre sees the whole city
    ("auditor1", "west_roads", 200),
    ("admin1", "commission", 200),
]


@pytest.mark.parametrize(("login", "code", "status"), LOOK)
def test_who_looks_at_which_body(areas: Any, login: str, code: str, status: int) -> None:
    client = signed_in(login)
    for address in (f"/organization/{code}/", f"/organization/{code}/record/versions/"):
        assert client.get(address).status_code == status
    name = Body.objects.get(code=code).name_en
    side = Body.objects.get(code=code).side
    if side == "handling":
        assert (name in client.get("/organization/units/").content.decode()) is (status == 200)


def test_the_page_shows_what_is_known(administrator: Client) -> None:
    html = administrator.get("/organization/east_roads/").content.decode()
    for words in (
        "石磊（处长）",
        "养护科",
        "7770-01",
        "Supervised by",
        "Handled for by",
        "East Roads, desk",
        "喻言",
        "区财政",
    ):
        assert words in html, words
    html = administrator.get("/organization/commission/").content.decode()
    assert html.index("苏墨") < html.index("云岭") < html.index("吕芒")
    html = administrator.get("/organization/centre/").content.decode()
    assert "601" in html and "一号台" in html and "call-taking" in html


def test_the_list_of_units_says_what_records_lack() -> None:
    html = signed_in("calltaker1").get("/organization/units/").content.decode()
    east = html.split("East Roads")[1].split("</tr>", maxsplit=1)[0]
    west = html.split("West Roads")[1].split("</tr>", maxsplit=1)[0]
    assert east.count("missing") == 2  # rules and plan
    assert west.count("missing") == 4
    assert "East Roads" not in signed_in("calltaker1").get("/organization/units/", {"q": "西区"}).content.decode()


def record(client: Client, code: str, seen: int, **said: Any) -> Any:
    words = {
        "leader": "石磊（处长）",
        "department": "养护科",
        "contact": "7770-02",
        "team": "8 人",
        "funding": "区财政",
    }
    return client.post(f"/organization/{code}/record/", {**words, "seen": seen, **said})


def test_the_head_keeps_the_own_record_in_versions(head: Client) -> None:
    sent = SimpleUploadedFile("防汛预案.pdf", PDF)
    assert record(head, "east_roads", 1, plan=sent, team_people="east_roads_worker").status_code == 302
    newest = UnitRecord.objects.filter(body__code="east_roads").order_by("number")[1]
    assert newest.made_by is not None and newest.made_by.login == "east_roads_desk"
    assert [one.name for one in newest.files.all()] == ["防汛预案.pdf"]
    html = head.get("/organization/east_roads/").content.decode()
    assert "防汛预案.pdf" in html and "柏舟" in html and "7770-02" in html
    versions = head.get("/organization/east_roads/record/versions/").content.decode()
    assert "值班 7770-01" in versions and "喻言" in versions
    kept = newest.files.get()
    assert record(head, "east_roads", 2, remove=kept.pk, team_people="east_roads_worker").status_code == 302
    assert not UnitRecord.objects.get(body__code="east_roads", number=3).files.exists()
    assert newest.files.exists()  # an earlier version keeps its files
    assert AuditRecord.objects.filter(act="change_unit_record", subject_id="east_roads").count() == 2


def test_saving_what_stands_there_makes_no_version(head: Client) -> None:
    same = {"contact": "值班 7770-01", "team": "抢修工 6 人，工程车 1 辆", "team_people": "east_roads_worker"}
    assert record(head, "east_roads", 1, **same).status_code == 302
    assert UnitRecord.objects.filter(body__code="east_roads").count() == 1


def test_two_at_once_the_second_sees_it(head: Client, administrator: Client) -> None:
    assert record(head, "east_roads", 1).status_code == 302
    answer = record(administrator, "east_roads", 1, contact="7770-99")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Somebody else has changed the record" in html and "7770-99" in html
    assert UnitRecord.objects.filter(body__code="east_roads").count() == 2


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"team_people": "nobody.here"}, "There is no person nobody.here."),
        ({"leader": "石" * 101}, "at most 100"),
        ({"rules": SimpleUploadedFile("a.pdf", b"<svg onload=alert(1)>")}, "not taken"),
        ({"plan": SimpleUploadedFile("a.pdf", b"")}, "empty"),
    ],
)
def test_a_bad_record_is_told_and_what_was_typed_is_kept(head: Client, said: dict[str, Any], words: str) -> None:
    answer = record(head, "east_roads", 1, **said)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert words in html and "7770-02" in html
    assert UnitRecord.objects.filter(body__code="east_roads").count() == 1


@pytest.mark.parametrize(
    ("login", "code", "status"),
    [
        ("east_roads_worker", "east_roads", 403),
        ("supervisor1", "east_roads", 403),
        ("east_roads_worker", "west_roads", 404),
    ],
)
def test_others_write_no_record(login: str, code: str, status: int) -> None:
    assert record(signed_in(login), code, 0).status_code == status
    assert not UnitRecord.objects.filter(body__code="west_roads").exists()


def test_files_are_for_whoever_may_read_the_body(head: Client) -> None:
    record(head, "east_roads", 1, plan=SimpleUploadedFile("预案.pdf", PDF))
    file = RecordFile.objects.get().file_id
    assert File.objects.filter(pk=file).exists()
    for login, status in (("supervisor1", 200), ("east_shiftleader", 200), ("west_sanitation_worker", 404)):
        assert signed_in(login).get(f"/media/{file}/").status_code == status, login


def body(client: Client, address: str, **said: Any) -> Any:
    words = {"name": "赭西区路灯所", "kind": "unit", "side": "handling", "level": "district", "parent": "dept"}
    return client.post(address, {"code": "west_lamps", "areas": "990102", **words, **said})


def test_a_body_is_made_changed_and_ended(administrator: Client) -> None:
    assert body(administrator, "/organization/new/")["Location"] == "/organization/west_lamps/"
    page = administrator.get("/organization/west_lamps/change/").content.decode()
    mark = page.split('name="mark" value="')[1].split('"', maxsplit=1)[0]
    answer = body(administrator, "/organization/west_lamps/change/", name="赭西区照明所", mark=mark, code="other")
    assert answer.status_code == 302
    lamps = Body.objects.get(code="west_lamps")
    assert lamps.name == "赭西区照明所"
    assert administrator.post("/organization/west_lamps/posts/new/", {
        "code": "west_lamps_desk", "name": "照明受理岗", "role": "unit_desk"}).status_code == 302  # fmt: skip
    assert administrator.post("/organization/west_lamps/end/").status_code == 302
    lamps.refresh_from_db()
    assert lamps.active_until is not None
    assert not Post.objects.get(code="west_lamps_desk").active
    assert "ended on" in administrator.get("/organization/west_lamps/").content.decode()
    subjects = AuditRecord.objects.filter(act="change_organization", subject_kind="body", subject_id="west_lamps")
    assert [row.params["what"] for row in subjects.order_by("pk")] == ["made", "changed", "ended"]


def test_a_held_post_and_a_body_below_hold_it(administrator: Client) -> None:
    html = administrator.post("/organization/power/end/", follow=True).content.decode()
    assert "is held by" in html and "奚若" in html
    html = administrator.post("/organization/centre/end/", follow=True).content.decode()
    assert "lie below it" in html
    assert not Body.objects.exclude(active_until=None).exists()


def test_a_side_that_breaks_posts_is_refused_with_the_list(administrator: Client) -> None:
    """S0-04, S3-19: sides are asked again when a body changes."""
    page = administrator.get("/organization/dept/change/").content.decode()
    mark = page.split('name="mark" value="')[1].split('"', maxsplit=1)[0]
    said = {"name": "城管局", "kind": "unit", "side": "handling", "level": "city", "parent": "gov", "areas": "990100"}
    Post.objects.create(code="dept_judge", name="复核岗", body=Body.objects.get(code="dept"),
                        role=seat_of("evaluator1").post.role)  # fmt: skip
    page = administrator.get("/organization/dept/change/").content.decode()
    answer = administrator.post("/organization/dept/change/", {**said, "mark": mark})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "dept_judge" in html and "cannot supervise" in html
    assert Body.objects.get(code="dept").side == "neutral"


def test_a_form_that_is_old_is_refused(administrator: Client) -> None:
    page = administrator.get("/organization/water/change/").content.decode()
    mark = page.split('name="mark" value="')[1].split('"', maxsplit=1)[0]
    water = Body.objects.get(code="water")
    water.short_name = "供水"
    water.save()
    answer = body(administrator, "/organization/water/change/", mark=mark, name="改名")
    assert answer.status_code == 422
    assert "改名" in answer.content.decode() and "供水" in answer.content.decode()
    assert Body.objects.get(code="water").name == "赭石自来水公司"


def test_a_new_body_does_not_change_another(administrator: Client) -> None:
    answer = body(administrator, "/organization/new/", code="water")
    assert answer.status_code == 422
    assert "there already" in errors(answer.content.decode())
    assert Body.objects.get(code="water").name == "赭石自来水公司"
    for code in ("roles", "a b", "../x", ""):
        assert body(administrator, "/organization/new/", code=code).status_code == 422


def test_members_seats_extensions_and_relations(administrator: Client) -> None:
    new = {"name": "木槿", "office": "住建局局长", "part": "member", "since": "2026-02-01"}
    assert administrator.post("/organization/commission/members/new/", new).status_code == 302
    assert Member.objects.get(name="木槿").part == "member"
    html = administrator.get("/organization/commission/").content.decode()
    address = acts(html, "members", "云岭")
    page = administrator.get(address).content.decode()
    mark = page.split('name="mark" value="')[1].split('"', maxsplit=1)[0]
    said = {"name": "云岭", "office": "副秘书长", "part": "deputy", "since": "2024-03-01", "mark": mark}
    assert administrator.post(address, said).status_code == 302
    assert Member.objects.get(name="云岭").office == "副秘书长"
    assert administrator.post(acts(html, "members", "云岭") + "end/").status_code == 302
    assert Member.objects.get(name="云岭").until is not None
    assert "Former members" in administrator.get("/organization/commission/").content.decode()
    assert administrator.post("/organization/centre/desks/new/", {"number": "3", "kind": "calls"}).status_code == 302
    assert Desk.objects.get(body__code="centre", number="3").active
    new = {"number": "603", "desk": "3", "post": "calltaker"}
    assert administrator.post("/organization/centre/extensions/new/", new).status_code == 302
    assert Extension.objects.get(number="603").post == Post.objects.get(code="calltaker")
    refused = administrator.post("/organization/water/desks/new/", {"number": "1", "kind": "calls"})
    assert refused.status_code == 422
    new = {"kind": "supervises", "other": "power", "sector": "电力"}
    assert administrator.post("/organization/dept/relations/new/", new).status_code == 302
    assert Relation.objects.get(sector="电力").other.code == "power"
    refused = administrator.post("/organization/power/relations/new/", {"kind": "supervises", "other": "water"})
    assert refused.status_code == 422 and "cannot supervise" in refused.content.decode()


@pytest.mark.parametrize("login", ["east_roads_worker", "security1", "auditor1", "calltaker1", "leader1"])
def test_nobody_else_changes_the_structure(login: str) -> None:
    client = signed_in(login)
    assert client.get("/organization/new/").status_code == 403
    for address in ("east_roads/change/", "east_roads/end/", "centre/desks/new/", "east_roads/posts/new/"):
        assert client.post(f"/organization/{address}", {"name": "x", "number": "9"}).status_code == 403
    assert not Body.objects.exclude(active_until=None).exists()


@pytest.mark.parametrize("address", ["nowhere/", "east_roads/wizards/new/", "east_roads/desks/0123456789abcdef/"])
def test_what_does_not_exist(administrator: Client, address: str) -> None:
    assert administrator.get(f"/organization/{address}").status_code == 404

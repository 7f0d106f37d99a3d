"""Signs that no text has, and JSON of any shape: refused with a code, never a fault of the server, nothing changed."""

import json
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citygrid.cases.models import EntryRow
from citygrid.process.acts import ACTS
from tests.cases.pages import Sign
from tests.cases.world import World

pytestmark = pytest.mark.django_db
NAMES = (
    "q",
    "after",
    "words",
    "kind",
    "state",
    "area",
    "class_id",
    "number",
    "show",
    "at",
    "day",
    "login",
    "act",
    "first",
    "last",
    "outcome",
    "subject",
    "by",
    "level",
    "from",
    "to",
    "lon",
    "lat",
    "next",
    "sheet",
    "code",
    "bbox",
    "filter",
    "limit",
    "near",
    "f",
    "v",
    "collections",
    "crs",
)


@pytest.mark.long
@pytest.mark.parametrize("value", ["a%00b", "a%ED%A0%80%FF%E2%80%AE'%22%3C%3E%25s", "9" * 400])
def test_no_page_breaks_at_odd_signs_in_its_address(sign: Sign, addresses: list[str], value: str) -> None:
    """Every parameter that any page asks for, on every page."""
    client = sign("leader1")
    client.raise_request_exception = False
    query = "&".join(f"{name}={value}" for name in NAMES)
    broken = [one for one in addresses if client.get(f"{one}?{query}").status_code >= 500]
    assert not broken


@pytest.mark.long
@pytest.mark.parametrize("sign_", ["a\0b", "\ud800\uffff'%s" + "💀" * 3000])
def test_no_form_breaks_at_odd_signs(sign: Sign, addresses: list[str], sign_: str) -> None:
    client = sign("leader1")
    client.raise_request_exception = False
    sent = dict.fromkeys(
        (
            *NAMES,
            "seat",
            "username",
            "password",
            "name",
            "act_id",
            "item",
            "text",
            "title",
            "upload",
            "id",
            "group",
            "codes",
            "move",
            "login",
            "post",
            "confirm",
            "reason",
            "plan",
        ),
        sign_.encode("utf-8", "surrogatepass"),
    )
    broken = []
    for address in addresses:
        if address.startswith(("/sign-out", "/my-account")):
            continue
        answer = client.post(address, sent)
        if answer.status_code >= 500:
            broken.append((address, answer.status_code))
    assert not broken


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=90)
    | st.sampled_from(
        [str(uuid.UUID(int=1)), "2026-03-01T04:00:00Z", "0001-01-01T00:00:00+14:00", "111.0005000", "2 work_day"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "digest", "text", "x"]), inner),
    max_leaves=6,
)
FIELDS = sorted({field.name for spec in ACTS.values() for field in spec.fields})


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_any_json_for_any_act_is_an_answer(sign: Sign, world: World, data: st.DataObject) -> None:
    """By the API, whatever stands in an act's fields: done, or refused with a code."""
    client, case = _prepared(sign, world)
    name = data.draw(st.sampled_from(sorted(ACTS)) | st.text(max_size=200))
    spec = ACTS.get(name)
    mine = [field.name for field in spec.fields] if spec is not None else FIELDS
    content = data.draw(st.dictionaries(st.sampled_from([*mine, "state", "x"]), JSON, max_size=4))
    body = {"id": str(uuid.uuid4()), "name": name, "data": content}
    body |= data.draw(
        st.fixed_dictionaries(
            {},
            optional={
                "item": st.integers(),
                "claimed": st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-01-01"]),
            },
        )
    )
    if spec is not None and spec.creates:
        body["case"] = str(uuid.uuid4())
    address = "/api/v1/cases" if "case" in body else f"/api/v1/cases/{case}/acts"
    answer = client.post(address, json.dumps(body), content_type="application/json")
    assert answer.status_code in (200, 400, 404, 409, 422), (answer.status_code, body)
    if answer.status_code in (404, 409):
        assert answer.json()["code"]


_kept: dict[str, Any] = {}


def _prepared(sign: Sign, world: World) -> tuple[Any, uuid.UUID]:
    """One case and one client for all examples of a run."""
    if _kept.get("world") is not world:
        case = world.report()
        _kept.update(world=world, case=case, client=sign("calltaker1"))
        _kept["client"].raise_request_exception = False
    return _kept["client"], _kept["case"]


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"id": "\\ud800"}',
        '{"id": "\\u0000"}',
        "\0",
        "",
        "null",
        "[]",
        "NaN",
        '"' + "x" * 100_000 + '"',
    ],
)
def test_bodies_that_are_no_acts(sign: Sign, world: World, body: str) -> None:
    case = world.report()
    client = sign("calltaker1")
    client.raise_request_exception = False
    before = EntryRow.objects.count()
    for address in (
        "/api/v1/cases",
        f"/api/v1/cases/{case}/acts",
        "/api/v1/geocoding/batch",
        "/api/v1/components/requests",
    ):
        assert client.post(address, body, content_type="application/json").status_code in (400, 403, 422)
    assert EntryRow.objects.count() == before


def test_an_act_with_an_endless_name_leaves_a_line_in_the_audit(sign: Sign, world: World) -> None:
    case = world.report()
    body = {"id": str(uuid.uuid4()), "name": "x" * 500, "data": {}}
    answer = sign("calltaker1").post(f"/api/v1/cases/{case}/acts", json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_act")


def test_the_api_takes_json_only(sign: Sign, world: World) -> None:
    """A form, as a page of another site could send one without asking first, is no act."""
    client = sign("calltaker1")
    before = EntryRow.objects.count()
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = client.post("/api/v1/cases", b"x=1", content_type=kind)
        assert (answer.status_code, answer.json()["code"]) == (415, "json_only")
    assert EntryRow.objects.count() == before

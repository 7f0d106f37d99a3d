"""Nothing that is sent to the API breaks it: no 5xx, every answer is one that its description promises (issue 4).

schemathesis makes requests from the OpenAPI description, right ones and wrong ones. The quick run has a few callers and
few requests; the long one has each role, by session and by key.
"""

import json
import uuid
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from citygrid.organization import key_scopes, keys
from citygrid.organization.models import Seat
from citygrid.process.acts import ACTS

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
QUICK = [("calltaker1", "session"), ("steward1", "key"), ("", "stranger")]


def once(examples: int) -> settings:
    """The same requests in each run."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def carried(world: Any, login: str, way: str) -> dict[str, str]:
    """What a request of this person carries: a header with a key, or cookies."""
    if way == "stranger":
        return {}
    seat = world.who(login).seat
    if way == "key":
        scopes = key_scopes.known()
        text = keys.make(seat, "fuzz", scopes, 30, timezone.now(), per_minute=10**6, per_day=10**7)[1]
        return {"Authorization": f"Bearer {text}"}
    client = Client()
    client.force_login(seat.person)
    session = client.session
    session["seat"] = seat.pk
    session.save()
    token = _get_new_csrf_string()
    return {"sessionid": session.session_key, "csrftoken": token}


@cache
def handler() -> ClientHandler:
    """One for all requests: each would put all the middleware together anew."""
    return ClientHandler(enforce_csrf_checks=True)


def application(environ, start):
    """The site as a WSGI program that stays within the test's transaction."""
    answer = handler()(environ)
    start(f"{answer.status_code} {answer.reason_phrase}", [(k, v) for k, v in answer.items()])
    return [b"".join(answer)]


@pytest.fixture
def schema(world):
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


def run(schema, world, login, way, examples, case):
    """Right and wrong requests to each operation; where a case is named, half of them name a real one."""
    with_it = carried(world, login, way)
    more = {"cookies": with_it, "headers": {"X-CSRFToken": with_it["csrftoken"]}} if way == "session" else {
        "headers": dict(with_it)}  # fmt: skip
    more["headers"]["Accept-Encoding"] = "identity"  # what reads the answers here unpacks nothing
    seen: set[int] = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        real = {"case": str(case)} if "{case}" in operation.path else None
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for path in {None, *([json.dumps(real)] if real else [])}:
                fixed = {"path_parameters": json.loads(path)} if path else {}

                @once(examples)
                @given(made=operation.as_strategy(mode, **fixed))
                def ask(made):
                    answer = made.call(**more)
                    seen.add(answer.status_code)
                    made.validate_response(answer, checks=CHECKS)

                ask()
    return seen


@pytest.mark.parametrize(("login", "way"), QUICK, ids=["-".join(one) for one in QUICK])
def test_what_is_sent_is_answered_as_described(schema, world, login, way):
    case = world.handling()
    seen = run(schema, world, login, way, 1 if way == "stranger" else 2, case)
    assert seen & ({401} if way == "stranger" else {200, 409}), seen


@pytest.mark.long
def test_each_role_by_session_and_by_key(schema, world):
    case = world.handling()
    logins = {}
    for login, role in Seat.objects.order_by("pk").values_list("person__login", "post__role__code"):
        logins.setdefault(role, login)
    assert len(logins) > 10
    for login in logins.values():
        for way in ("session", "key"):
            run(schema, world, login, way, 6, case)


# Values that programs send where something else is meant.
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -1, 2**31, 2**63, 2**64, 1e308, -0.0, 0.1]),
    st.text(max_size=30),
    st.sampled_from(["\ufffe", "\u202e", "'", "a" * 5000, "00000000-0000-0000-0000-000000000000", "2026-13-45T99:99Z"]),
    st.lists(st.one_of(st.integers(), st.text(max_size=5), st.none()), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


def acts_with_odd_content() -> st.SearchStrategy[dict[str, Any]]:
    """Any act with some of its own fields, each holding anything."""

    def fields(name: str) -> st.SearchStrategy[dict[str, Any]]:
        known = [field.name for field in ACTS[name].fields] or ["text"]
        return st.dictionaries(st.sampled_from(known), ODD, max_size=6).map(lambda data: {"name": name, "data": data})

    return st.sampled_from(sorted(ACTS)).flatmap(fields)


@pytest.mark.parametrize("examples", [150, pytest.param(1500, marks=pytest.mark.long)])
def test_no_content_of_an_act_breaks_anything(world, examples):
    """Where the description says only "content by the act's fields"."""
    case = world.handling()
    client = Client(raise_request_exception=False)
    headers = carried(world, "shiftleader1", "key")

    @once(examples)
    @given(act=acts_with_odd_content(), item=st.sampled_from([None, 0, 1, 2**31, 2**63, -1]), opens=st.booleans())
    def ask(act, item, opens):
        body = {"id": str(uuid.uuid4()), **act, **({"item": item} if item is not None else {})}
        address = f"/api/v1/cases/{case}/acts"
        if opens:
            address, body = "/api/v1/cases", {"case": str(uuid.uuid4()), **body}
        answer = client.post(address, json.dumps(body), content_type="application/json", headers=headers)
        assert answer.status_code in (200, 400, 404, 409, 422), (answer.status_code, body)

    ask()

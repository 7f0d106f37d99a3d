"""The one JSON API at `/api/v1/`: each package adds its router in its own `api.py`; `config/urls.py` mounts it.

Two ways in: the session of somebody who is signed in (with the CSRF token for what changes something), or an access key
(`Authorization: Bearer`). A request with a key never counts as somebody's session.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import APIKeyCookie, HttpBearer

from citygrid.organization import key_scopes, keys, seats
from citygrid.organization.seats import Signed
from citygrid.web.api_reading import Strict


class RefusalOut(Schema):
    """Every answer that is not the wanted one: a code for machines, a sentence in the reader's language."""

    code: str
    message: str
    params: dict[str, Any]


class KeyAuth(HttpBearer):
    """An access key of somebody's post, with a scope that opens this address (see `x-key-scopes`)."""

    def __call__(self, request: HttpRequest) -> Signed | None:
        if keys.sent(request) is None:
            return None
        found = self.authenticate(request, "")
        if found is None:
            raise AuthenticationError
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Signed | None:
        return seats.current(request)


class SeatAuth(APIKeyCookie):
    """The session of somebody who is signed in and has taken a post; CSRF-checked like a page."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Signed | None:
        return seats.current(request)


COMMON = {
    400: "What was sent cannot be read",
    401: "Nobody is signed in, or the key does not open this",
    403: "The CSRF token is missing, or the post may not do this",
    413: "More was sent than is taken",
    422: "A value is missing or of the wrong kind",
    429: "Too many requests; Retry-After says when to ask again",
}
"""What any operation may answer."""


class Api(NinjaAPI):
    """The API with what all operations have in common written into its description."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        described = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        described["components"].setdefault("schemas", {})["RefusalOut"] = RefusalOut.model_json_schema()
        for path, operations in described["paths"].items():
            for method, operation in operations.items():
                _complete(operation, "{" in path)
                operation["x-key-scopes"] = sorted(key_scopes.opening(method.upper(), path))
        return described


def _complete(operation: dict[str, Any], has_key: bool) -> None:
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/RefusalOut"}}}
    common = COMMON | {411: "The length of the content is not said"} if "requestBody" in operation else COMMON
    if has_key:
        common = common | {404: "There is no such thing, or not for this post"}
    for status, description in common.items():
        operation["responses"].setdefault(status, {"description": description, "content": refusal})
    retry = {"description": "Seconds", "schema": {"type": "integer"}, "required": True}
    operation["responses"][429] |= {"headers": {"Retry-After": retry}}


api = Api(title="CityGrid", version="1", auth=[KeyAuth(), SeatAuth()], parser=Strict(), docs_url=None,
          description=__doc__, urls_namespace="api")  # fmt: skip


def signed(request: HttpRequest) -> Signed:
    """Who asks; the API lets nobody else pass."""
    found = seats.current(request)
    assert found is not None, "SeatAuth let it pass"
    return found


def _answers() -> None:
    from citygrid.web import api_errors  # noqa: PLC0415 - it needs the API above

    api_errors.register(api)


_answers()

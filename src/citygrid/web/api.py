"""The one JSON API at `/api/v1/`: each package adds its router in its own `api.py`; `config/urls.py` mounts it."""

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Schema
from ninja.security import APIKeyCookie

from citygrid.organization import seats
from citygrid.organization.seats import Signed


class SeatAuth(APIKeyCookie):
    """The session of somebody who is signed in and has taken a post; CSRF-checked like a page."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Signed | None:
        return seats.current(request)


class RefusalOut(Schema):
    code: str
    message: str
    params: dict[str, Any]


api = NinjaAPI(title="CityGrid", version="1", auth=SeatAuth(), docs_url=None, urls_namespace="api")


def signed(request: HttpRequest) -> Signed:
    """Who asks; the API lets nobody else pass."""
    found = seats.current(request)
    assert found is not None, "SeatAuth let it pass"
    return found

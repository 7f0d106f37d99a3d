"""Who is signed in on this device, for the app: it keeps the answer, and waits with its queue when there is none."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Router, Schema

from citygrid.collection.field import app_files, entrance
from citygrid.web.api import signed as who

router = Router()


class NamedOut(Schema):
    id: int
    name: str


class SessionOut(Schema):
    """`may`: acts of the field that the post may do; none: the app is not for this post. `csrf`: goes with every
    writing request as X-CSRFToken. `language`: in which the server answers. `version`: of the app that it has."""

    person: NamedOut
    post: NamedOut
    body: NamedOut
    may: list[str]
    csrf: str
    now: datetime
    language: str
    version: str


@router.get("/collection/session", response=SessionOut)
def session(request: HttpRequest) -> dict[str, Any]:
    """The person and the post of this session; 401 when there is none (any more)."""
    signed, now = who(request), timezone.now()
    return {
        "person": {"id": signed.person.pk, "name": signed.person.name},
        "post": {"id": signed.post.pk, "name": signed.post.name},
        "body": {"id": signed.body.pk, "name": signed.body.name},
        "may": list(entrance.acts_of(signed, now)),
        "csrf": get_token(request),
        "now": now,
        "language": get_language() or settings.LANGUAGE_CODE,
        "version": app_files.current().version,
    }

"""The lock of a login after wrong passwords, asked and counted for codes as well (django-axes, 等级保护三级)."""

from copy import copy

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, QueryDict

from citygrid.process.refusal import Refusal


def locked(request: HttpRequest, login: str) -> bool:
    """Whether the login is locked for the address of this request."""
    return not AxesProxyHandler.is_allowed(bare(request), {"username": login})


def bare(request: HttpRequest) -> HttpRequest:
    """The request without what was typed: of failures axes keeps all fields that it does not know to be secret."""
    made = copy(request)
    made.GET = made.POST = QueryDict()
    return made


def count(request: HttpRequest, login: str) -> None:
    """A wrong code counts like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": login}, request=bare(request))


def minutes() -> int:
    """How long a lock lasts."""
    return int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60


def refusal() -> Refusal:
    """What is told while it is locked."""
    message = "Too many wrong passwords or codes. Try again in %(minutes)d minutes, or ask your administrator."
    return Refusal("locked", message, {"minutes": minutes()})

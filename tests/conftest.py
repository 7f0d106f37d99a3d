"""What every test may rely on."""

from datetime import date
from functools import partial
from typing import Any

import pytest
from django.conf import settings as product
from django.contrib.auth import login
from django.contrib.auth.models import AbstractBaseUser
from django.db import connections
from django.http import HttpRequest
from django.test import Client, TransactionTestCase
from hypothesis import settings
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import emptying, moulds, sharing
from tests.browsing import browser, chromium, driver

__all__ = ["browser", "chromium", "driver"]

# How long an example takes says how busy the machine is; claims of speed live in bench/.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

PLAIN = Client.force_login
LOOK_AT_FILES = WhiteNoiseMiddleware.add_files_from_finders
STATIC: dict[str, Any] = {}
QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"
MONTH = date(2026, 3, 1)
"""The month in which most cases of the tests live."""


def pytest_configure() -> None:
    """A good hash takes half a second on purpose; here people are made by the hundred."""
    product.PASSWORD_HASHERS = [QUICK, *product.PASSWORD_HASHERS]
    WhiteNoiseMiddleware.add_files_from_finders = _known_files
    TransactionTestCase._fixture_teardown = emptying.empty


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """None: what `--dist` says."""
    return sharing.ByCity(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if moulds.shared_run():
        items.sort(key=sharing.turn)


def pytest_unconfigure() -> None:
    moulds.leave(moulds.BASE)


def _known_files(self: WhiteNoiseMiddleware) -> None:
    """Every test client has a middleware of its own, which would look at all static files again: a tenth of a second
    for each of some thousand clients. Looked at once in a process."""
    if not STATIC:
        LOOK_AT_FILES(self)
        STATIC.update(self.files)
    self.files.update(STATIC)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_keepdb: bool, django_db_blocker: Any
) -> None:
    """Where several processes share the run their databases are copies of one: the migrations run once."""
    if moulds.shared_run() and not django_db_keepdb:
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = moulds.tables(moulds.BASE)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The partitions of that month stay. Tests that take them back with all they did make them anew, hundreds of times,
    and what was taken back lies in the way of all that follows within the same transaction, a package's city."""
    from citygrid.cases import partitions
    from citygrid.cases.database import plain
    from citygrid.evaluation import facts

    with django_db_blocker.unblock(), plain() as connection:
        partitions.ensure(connection, [MONTH])
        for name in facts.NAMES:
            facts.ensure(connection, name, MONTH)


@pytest.fixture(autouse=True)
def signed_in_completely(monkeypatch: pytest.MonkeyPatch) -> None:
    """`force_login` stands for the whole sign-in, a second factor too. What sign-in itself does is tested through its
    pages (tests/organization/test_second_factor.py)."""

    from citygrid.organization.seats import FACTOR_KEY
    from citygrid.organization.sessions import SessionStore

    def begin(self: Client, user: AbstractBaseUser, backend: str) -> None:
        """As Django does it, with a session that is not written before it is known whose: 20 statements instead of 31,
        some thousand times in a run."""
        request = HttpRequest()
        request.session = self.session if product.SESSION_COOKIE_NAME in self.cookies else SessionStore()
        request.session[FACTOR_KEY] = True
        login(request, user, backend)
        request.session.save()
        self._set_login_cookies(request)

    def whole(self: Client, user: AbstractBaseUser, backend: str | None = None) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self, "_login", partial(begin, self))
            PLAIN(self, user, backend)

    monkeypatch.setattr(Client, "force_login", whole)

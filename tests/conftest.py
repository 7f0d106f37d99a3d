"""What every test may rely on."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from hypothesis import settings

# How long an example takes says how busy the machine is; claims of speed live in bench/.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

PLAIN = Client.force_login


@pytest.fixture(autouse=True)
def signed_in_completely(monkeypatch: pytest.MonkeyPatch) -> None:
    """`force_login` stands for the whole sign-in, a second factor too. What sign-in itself does is tested through its
    pages (tests/organization/test_second_factor.py)."""

    from citygrid.organization.seats import FACTOR_KEY

    def whole(self: Client, user: AbstractBaseUser, backend: str | None = None) -> None:
        PLAIN(self, user, backend)
        session = self.session
        session[FACTOR_KEY] = True
        session.save()

    monkeypatch.setattr(Client, "force_login", whole)

"""Which channel sends by which provider of the settings."""

from typing import Any

from django.conf import settings

from citygrid.messages.channels.bots import Bot
from citygrid.messages.channels.browsers import Browsers
from citygrid.messages.channels.gateway import FileGateway, HttpGateway
from citygrid.messages.channels.interface import Channel
from citygrid.messages.channels.mail import Mail

KINDS: dict[str, Any] = {"smtp": Mail, "http": HttpGateway, "file": FileGateway, "apprise": Bot}


def channel(name: str) -> Channel | None:
    """The channel of that name; None while this server has no provider for it."""
    if name == "push":
        return Browsers()
    facts: dict[str, Any] | None = settings.MESSAGE_PROVIDERS.get(name)
    if facts is None:
        return None
    found: Channel = KINDS[facts["kind"]](facts)
    return found

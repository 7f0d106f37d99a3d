"""WeCom, DingTalk, and whatever else Apprise knows (https://github.com/caronc/apprise): an address of its own kind in
the settings, `{to}` in it stands for the person's address on that channel.

[dingtalk]
kind = "apprise"
url = "dingtalk://SECRET@TOKEN/{to}"
host = "https://dingtalk.example.gov.cn"    # where the city runs a private edition; left out: the provider's own
"""

import logging
import re
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from citygrid.messages.channels.interface import REFUSED, RETRY, SENT, Outcome, Parcel


class Bot:
    """Apprise tells only whether it went out; so whatever failed is tried again, and a repetition may be seen twice."""

    repeatable = False

    def __init__(self, facts: dict[str, Any]) -> None:
        self._facts = facts

    def send(self, parcel: Parcel) -> Outcome:
        import apprise  # noqa: PLC0415 - half a second that only a sender with bots spends
        from apprise.logger import LogCapture  # noqa: PLC0415 - as above

        target = self._facts["url"].replace("{to}", quote(parcel.to, safe=""))
        plugin = apprise.Apprise.instantiate(target, suppress_exceptions=True)
        if plugin is None:
            return Outcome(REFUSED, "address_wrong")
        self._own_host(plugin)
        body = "\n".join(part for part in (parcel.text, parcel.link) if part)
        with LogCapture(level=logging.WARNING) as log:  # type: ignore[no-untyped-call]  # the library has no types there
            try:
                done = plugin.notify(body=body, title=parcel.title)
            except Exception as error:  # a library of many hands: none of it may stop the others
                return Outcome(RETRY, "no_answer", type(error).__name__)
            told = log.getvalue() if log is not None else ""
        return Outcome(SENT) if done else Outcome(RETRY, "provider_fault", _code(told))

    def _own_host(self, plugin: Any) -> None:
        """Plugins keep the provider's address in `notify_url` (and `api_url`, made from it)."""
        if not self._facts["host"]:
            return
        own = urlsplit(self._facts["host"])
        for name in ("notify_url", "api_url"):
            known = getattr(plugin, name, None)
            if isinstance(known, str):
                setattr(plugin, name, urlunsplit(urlsplit(known)._replace(scheme=own.scheme, netloc=own.netloc)))


def _code(told: str) -> str:
    """The provider's error number of the library's log; its words may hold an address."""
    number = re.search(r"(?:error|code)\D{0,3}(\d{1,6})", told)
    return number[1] if number else ""

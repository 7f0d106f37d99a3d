"""What a channel takes and answers."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal, Protocol

SENT: Final = "sent"
RETRY: Final = "retry"
REFUSED: Final = "refused"
GONE: Final = "gone"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready to be sent. `key`: told to the provider, so that it can tell a repetition; `info`: of a browser.

    `tag`: messages with the same one replace each other on a screen; `loud`: it rings."""

    key: str
    to: str
    title: str
    text: str
    sms: str
    link: str = ""
    page: str = ""
    tag: str = ""
    loud: bool = False
    info: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it. `retry`: later again, at the earliest after `wait`; `refused`: the provider will not have it;
    `gone`: the recipient is no longer there. `error`: a code; `detail`: what the provider said, without addresses."""

    state: Literal["sent", "retry", "refused", "gone"]
    error: str = ""
    detail: str = ""
    provider_id: str = ""
    wait: timedelta = timedelta()


class Channel(Protocol):
    """One way out. `repeatable`: a message sent twice with the same key is seen once."""

    repeatable: bool

    def send(self, parcel: Parcel) -> Outcome:
        """Sends one message; never raises for what a provider or a network does."""

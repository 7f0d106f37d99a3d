"""Which calendars a body may name: a package above keeps them, and says their codes here."""

from collections.abc import Callable, Iterable


class Calendars:
    """Who says it; nothing until somebody does."""

    source: Callable[[], Iterable[str]] | None = None


def provide(source: Callable[[], Iterable[str]]) -> None:
    """Called once by the package that keeps calendars, when the app is ready."""
    Calendars.source = source


def known() -> frozenset[str]:
    """The codes of the calendars in force."""
    return frozenset(Calendars.source()) if Calendars.source is not None else frozenset()

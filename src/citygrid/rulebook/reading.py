"""Reads typed values out of a TOML file; what is wrong is noted with file, key and reason, and reading
goes on."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from citygrid.standards.reports import Report
from citygrid.worktime import Limit, WorktimeError

T = TypeVar("T")

WRONG_TYPE = "%(key)s must be %(wanted)s."


@dataclass(slots=True)
class Table:
    """A table of a TOML file and its place there. A wrong value is noted and read as the default."""

    file: str
    report: Report
    data: Mapping[str, Any]
    prefix: str = ""

    def key(self, key: str) -> str:
        """The full key, as people look for it in the file."""
        return f"{self.prefix}.{key}" if self.prefix else key

    def problem(self, key: str, code: str, message: str, **params: object) -> None:
        """Note a problem with a key."""
        full = self.key(key) if key else self.prefix
        self.report.add(self.file, 0, full, code, message, {"key": full, **params})

    def known(self, *keys: str) -> None:
        """Refuse keys that mean nothing: a typing error must not be passed over."""
        for key in self.data:
            if key not in keys:
                self.problem(key, "unknown_key", "The key %(key)s is not known.")

    def _typed(self, key: str, kind: type[T], default: T, wanted: str, needed: bool = False) -> T:
        if key not in self.data:
            if needed:
                self.problem(key, "missing_key", "The key %(key)s is missing.")
            return default
        value = self.data[key]
        if type(value) is not kind:
            self.problem(key, "wrong_type", WRONG_TYPE, wanted=wanted)
            return default
        return value

    def text(self, key: str, default: str = "", needed: bool = False) -> str:
        return self._typed(key, str, default, "a text", needed)

    def whole(self, key: str, default: int | None = None) -> int | None:
        return self._typed(key, int, default, "a whole number") if key in self.data else default

    def yes(self, key: str, default: bool) -> bool:
        return self._typed(key, bool, default, "true or false")

    def choice(self, key: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(key, default)
        if value not in choices:
            self.problem(key, "wrong_choice", "%(key)s must be one of %(choices)s.", choices=", ".join(choices))
            return default
        return value

    def texts(self, key: str, allowed: Callable[[str], bool] | None = None) -> tuple[str, ...]:
        """A list of texts; `allowed` says which."""
        found = self.data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            self.problem(key, "wrong_type", WRONG_TYPE, wanted="a list of texts")
            return ()
        for one in found:
            if allowed is not None and not allowed(one):
                self.problem(key, "unknown_word", "%(key)s: the word %(word)s is not known.", word=one)
        return tuple(found)

    def limit(self, key: str) -> Limit | None:
        """A limit such as "10 urgent_minute", or None where the key is absent."""
        text = self.text(key)
        if not text:
            return None
        try:
            return Limit.parse(text)
        except WorktimeError as error:
            self.problem(key, error.code, error.message.replace("%(key)s", ""), **error.params)
            return None

    def table(self, key: str) -> "Table":
        """A table within; empty where the key is absent."""
        found = self._typed(key, dict, {}, "a table")
        return Table(self.file, self.report, found, self.key(key))

    def tables(self, key: str) -> "list[Table]":
        """A list of tables within."""
        found = self.data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.problem(key, "wrong_type", WRONG_TYPE, wanted="a list of tables")
            return []
        return [Table(self.file, self.report, one, f"{self.key(key)}[{n}]") for n, one in enumerate(found)]


def parse_toml(file: str, text: str, report: Report) -> Table | None:
    """A TOML text as a table; None, with a problem noted, when it is no TOML."""
    try:
        return Table(file, report, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        report.add(file, 0, "", "not_toml", "This is not TOML: %(reason)s.", {"reason": str(error)})
        return None

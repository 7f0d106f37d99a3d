"""What reading a file told: problems with file, line and field, and counts. Used by every loader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as default  # Problem has a field of that name
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file. `line` counts from 1 (the header is line 1; 0: the whole file).

    `field` is the column or key. `message % params` is the sentence (English source; pages translate it)."""

    file: str
    line: int
    field: str
    code: str
    message: str
    params: Mapping[str, Any] = default(default_factory=dict)

    def __str__(self) -> str:
        where = (
            self.file + (f":{self.line}" if self.line else "") + (f" [{self.field}]" if self.field else "")
        )
        return f"{where} {self.code}: {self.message % dict(self.params)}"


@dataclass(slots=True)
class Report:
    """What a load did: `problems` (only without any is anything kept) and `counts` by name."""

    problems: list[Problem] = default(default_factory=list)
    counts: dict[str, int] = default(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.problems

    def add(
        self,
        file: str,
        line: int,
        column: str,
        code: str,
        message: str,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        """Note a problem."""
        self.problems.append(Problem(file, line, column, code, message, dict(params or {})))

    def count(self, name: str, number: int = 1) -> None:
        """Add to a count."""
        self.counts[name] = self.counts.get(name, 0) + number

    def merge(self, others: "Iterable[Report]") -> "Report":
        """Take in the problems and counts of other reports."""
        for other in others:
            self.problems.extend(other.problems)
            for name, number in other.counts.items():
                self.count(name, number)
        return self

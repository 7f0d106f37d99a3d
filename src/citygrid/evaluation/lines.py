"""On which line of a TOML file a table or one of its fields stands: `tomllib` does not tell, a report should."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A table: its lines from `first` on (0: not known)."""

    first: int
    text: tuple[str, ...] = ()

    def line(self, field: str = "") -> int:
        """The line of a field, else of the table's head."""
        pattern = re.compile(rf"\s*{re.escape(field)}\s*=")
        found = (n for n, line in enumerate(self.text) if field and pattern.match(line))
        return self.first + next(found, 0)

    def begins_below(self, field: str) -> bool:
        """Whether the field's text begins on the next line (after three quotation marks)."""
        line = self.text[self.line(field) - self.first] if self.text else ""
        return line.rstrip().endswith(('"""', "'''")) and line.count(line.rstrip()[-3:]) == 1


class Lines:
    """Places of the tables of one file."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n") if text else []
        self._heads = [(n, m[1]) for n, line in enumerate(self._lines) if (m := re.match(r"\s*\[+([^\]]+)\]+", line))]

    def of(self, table: str, n: int = 0) -> Place:
        """The `n`th table of that name (from 0)."""
        heads = [k for k, (_, name) in enumerate(self._heads) if name.strip() == table]
        if n >= len(heads):
            return Place(0)
        k = heads[n]
        start = self._heads[k][0]
        end = self._heads[k + 1][0] if k + 1 < len(self._heads) else len(self._lines)
        return Place(start + 1, tuple(self._lines[start:end]))

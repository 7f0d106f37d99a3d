"""The columns of the own format: one row per act (requirement S3: import of other systems' histories)."""

from dataclasses import dataclass, field

COLUMNS = (
    "case", "at", "act", "post", "person", "unit", "to_unit", "to_person", "kind", "edition", "class", "condition",
    "component", "lon", "lat", "grid", "address", "text", "source", "request", "decision", "due", "result", "outcome",
    "reason", "parent", "rating", "cost", "media", "data",
)  # fmt: skip
NEEDED = ("case", "at", "act")
WHO = frozenset({"case", "at", "act", "post", "person", "unit"})
"""Columns that every act has; the others are content."""


@dataclass(slots=True)
class Row:
    """One act of a source: `cells` holds what is not empty, by column. `derived`: the source does not tell it.
    `broken`: how many cells the row has when they are not the header's number (`wanted`)."""

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    derived: bool = False
    broken: int = 0
    wanted: int = 0

"""Rows on their way through the checks, by column: what the file says, what was made of it, what is wrong.

Columns, not rows, so that a million of them can be checked in a minute: each different text is read once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citygrid.basedata import problems
from citygrid.basedata.classes import Classes, classes_at
from citygrid.basedata.mappings import FileMapping
from citygrid.basedata.problems import Problem
from citygrid.basedata.sheets import Field, Wrong, fields_of, shipped_fields
from citygrid.basedata.units import Units, units_at
from citygrid.rulebook.slices import profile_at
from citygrid.standards.codes import CodeProfile
from citygrid.standards.coordinates import Metric, metric

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
PLACE = "place"
"""The field of problems that are about where something is."""


@dataclass(slots=True)
class Context:
    """What rows are checked against: the rules of the survey's day."""

    on: date
    mapping: FileMapping
    classes: Classes
    units: Units
    profile: CodeProfile
    metric: Metric
    today: date
    register: int | None = None
    extra: tuple[Field, ...] = ()
    """Fields of the register."""

    def field(self, name: str) -> Field | None:
        """A basic fact of the target."""
        if self.register is not None:
            return next((one for one in shipped_fields("register") if one.name == name), None)
        return self.classes.basic(name)


def context(mapping: FileMapping, on: date, today: date, register: Any = None) -> Context:
    """The rules of a day. Raises NoRules when no city is loaded, CoordinateError for a city without metres."""
    from datetime import datetime, time  # noqa: PLC0415 - names of a moment, only here

    from django.utils import timezone  # noqa: PLC0415

    profile = profile_at(timezone.make_aware(datetime.combine(max(on, date(1900, 1, 2)), time(12))))
    return Context(
        on=on,
        mapping=mapping,
        classes=classes_at(on),
        units=units_at(on),
        profile=CodeProfile.from_mapping(profile.data["codes"]),
        metric=metric(profile.data["metric_crs"]),
        today=today,
        register=register.pk if register is not None else None,
        extra=fields_of(register.fields) if register is not None else (),
    )


@dataclass(slots=True)
class Chunk:
    """Rows as they were said. `cells`: fact -> text of each row; `shapes`: in degrees, None where a row has none."""

    numbers: list[int]
    cells: dict[str, list[str]]
    shapes: Shapes
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    """By place in the chunk: what reading the file found."""

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(slots=True)
class Work:
    """A chunk being checked. `facts`: what came out, by column of `models.Facts`; `known`: the component of each row
    as the register has it (by column name), or None."""

    chunk: Chunk
    context: Context
    facts: dict[str, list[Any]] = field(default_factory=dict)
    known: list[Mapping[str, Any] | None] = field(default_factory=list)
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    x: Floats = field(default_factory=lambda: np.empty(0))
    y: Floats = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        self.problems = {at: list(found) for at, found in self.chunk.problems.items()}
        self.known = self.known or [None] * len(self.chunk)

    def __len__(self) -> int:
        return len(self.chunk)

    def tell(self, at: int, code: str, field: str = "", /, **params: Any) -> None:
        """Note a problem of the row at this place in the chunk."""
        self.problems.setdefault(at, []).append(problems.make(code, field, **params))

    def mapped(self, name: str) -> bool:
        """Whether the file, a correction or a constant says this fact at all."""
        return name in self.chunk.cells or name in self.context.mapping.constants

    def texts(self, name: str) -> list[str | None]:
        """The fact as said; None: not said, so that what is known (or the default) stays."""
        mapping = self.context.mapping
        constant = mapping.constants.get(name)
        column: Sequence[str | None] | None = self.chunk.cells.get(name)
        if column is None:
            return [constant] * len(self)
        if constant is not None:
            return [constant if text is None else text for text in column]
        if name in mapping.defaults:
            return [text or None for text in column]
        return list(column)

    def stays(self, name: str, texts: Sequence[str | None], fallback: Callable[[int], str]) -> list[str | None]:
        """Where nothing is said: what is known of the component, else the mapping's default, else the fallback."""
        if None not in texts:
            return list(texts)
        default = self.context.mapping.defaults.get(name)
        found: list[str | None] = []
        for at, text in enumerate(texts):
            if text is not None:
                found.append(text)
                continue
            known = self.known[at]
            old = known.get(name) if known is not None else None
            found.append(str(old) if old else default if default is not None else fallback(at))
        return found

    def read(self, one: Field, texts: Sequence[str | None]) -> list[Any]:
        """Typed values of a basic fact; "" where there is none. What cannot be read is told."""
        memo: dict[str | None, Any] = {text: one.read(text) if text else "" for text in set(texts)}
        values = [memo[text] for text in texts]
        if any(isinstance(value, Wrong) for value in memo.values()):
            for at, value in enumerate(values):
                if isinstance(value, Wrong):
                    self.tell(at, value.code, one.name, **value.params)
                    values[at] = ""
        return values

    def need(self, one: Field, values: Sequence[Any]) -> None:
        """Tell the rows that lack a required fact."""
        if one.required and not all(values):
            for at, value in enumerate(values):
                if value == "" and not any(found["field"] == one.name for found in self.problems.get(at, ())):
                    self.tell(at, "field_missing", one.name)

"""What stops a whole file, and what stops one row: a code, a sentence, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from citygrid.process.refusal import Refusal

SENTENCES: dict[str, str] = {
    # The file as a whole: nothing is read.
    "no_file": "There is no file %(file)s.",
    "no_encoding": "%(name)s is not the name of an encoding.",
    "wrong_encoding": "Line %(line)s is not %(encoding)s text: name the file's encoding (--encoding gb18030).",
    "no_timezone": "%(name)s is not the name of a time zone (such as Asia/Shanghai).",
    "no_header": "The file is empty: the first line must name the columns.",
    "column_missing": "The column %(column)s is missing. The file has: %(columns)s.",
    "column_unknown": "There is no column named %(column)s. Columns are: %(columns)s.",
    "column_twice": "The column %(column)s is there twice.",
    "not_csv": "Line %(line)s cannot be read as CSV: %(reason)s.",
    "not_parquet": "%(file)s cannot be read as Parquet: %(reason)s.",
    "no_rules": "No city has been loaded yet: citygrid city import FOLDER.",
    "mapping_wrong": "%(file)s: %(key)s: %(reason)s",
    # One row.
    "cells": "The row has %(found)s cells, the header has %(wanted)s.",
    "case_missing": "The row does not say to which case it belongs.",
    "case_long": "The number of the case is longer than %(most)s characters.",
    "act_missing": "The row does not say what was done.",
    "act_follows": "%(act)s follows by itself from another act: leave the row out.",
    "at_missing": "The row does not say when it was done.",
    "at_wrong": "%(value)s is not a moment (such as 2024-03-01 08:30:00).",
    "at_future": "%(value)s lies in the future.",
    "no_rules_then": "The city has no rules for %(day)s: they begin later.",
    "column_useless": "%(act)s has no such content.",
    "value_wrong": "%(value)s is not valid here: %(wanted)s.",
    "data_wrong": "This is not a JSON object: %(value)s.",
    "data_twice": "%(field)s is given in its column and in data.",
    "unknown_post": "There is no role %(value)s.",
    "unknown_login": "There is no person with the login %(value)s.",
    "unknown_unit": "There is no body with the code %(value)s.",
    "unit_missing": "The role %(value)s is in several bodies: name the unit.",
    "no_post": "%(person)s holds no post as %(role)s: name the unit.",
    "unknown_grid": "There is no unit grid %(value)s.",
    "class_unclear": "%(value)s is a class of several kinds or editions: name the kind and the edition.",
    "no_place": "Neither coordinates nor a unit grid are given.",
    "half_place": "One of lon and lat is missing.",
    "number_taken": "The number %(value)s belongs to another case.",
    "linked_there": "The case %(value)s is in the system already: a bulk import does not change it.",
    "linked_refused": "The case %(value)s is linked with this one and was refused.",
    "changed": "The case was imported before with other rows; it was not changed.",
}


class FileFault(Exception):  # noqa: N818 - an answer to whoever brought the file
    """The file cannot be read at all: `refusal` says why."""

    def __init__(self, code: str, **params: Any) -> None:
        self.refusal = Refusal(code, SENTENCES[code], params)
        super().__init__(str(self.refusal))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row was refused, or why a line of another system is not a case of this one."""

    line: int
    case: str
    act: str
    column: str
    refusal: Refusal


class Wrong(Exception):  # noqa: N818 - carries a cell's refusal out of its conversion
    """One cell cannot be taken as it stands."""

    def __init__(self, column: str, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.column, self.refusal = column, refusal


def wrong(column: str, code: str, **params: Any) -> Wrong:
    """The exception to raise for a cell."""
    return Wrong(column, Refusal(code, SENTENCES[code], params))


# The column that a refusal of `decide` speaks about; its own `field` goes before.
_COLUMNS: Mapping[str, str] = {
    "unknown_class": "class", "class_missing": "class", "self_handle_class": "class", "enforcement_missing": "data",
    "unknown_condition": "condition", "condition_missing": "condition", "outside_area": "lon",
    "outside_transfer": "lon", "unknown_media": "media", "unknown_body": "to_unit", "not_a_handler": "to_unit",
    "same_body": "to_unit", "not_lower": "to_unit", "no_assignment": "unit", "unknown_person": "to_person",
    "task_party": "to_person", "other_body": "to_person", "no_duty": "to_person", "not_your_role": "post",
    "wrong_side": "post", "not_yours": "unit", "party": "person", "not_the_asker": "person", "own_finding": "person",
    "finding_of_own": "person", "finding_on_self": "person", "finding_by_third": "person",
    "finding_not_confirmed": "data",
    "request_open": "request", "no_request": "request", "no_finding": "data", "unknown_link": "parent",
    "merge_self": "parent", "merge_into": "parent", "merge_has_children": "case", "not_fixed": "outcome",
    "calendar_gap": "at", "future": "at", "no_such_case": "act", "case_exists": "act", "wrong_state": "act",
    "item_closed": "act", "unknown_act": "act",
}  # fmt: skip
_FIELDS: Mapping[str, str] = {
    "class_id": "class", "body": "to_unit", "suggested": "to_unit", "person": "to_person", "granted": "decision",
    "true": "decision", "valid": "decision", "into": "parent", "outer_due": "due", "until": "due", "ground": "reason",
    "note": "text", "finding": "result",
}  # fmt: skip
_OWN = frozenset({
    "kind", "condition", "component", "lon", "lat", "address", "text", "source", "request", "due", "result", "outcome",
    "reason", "rating", "cost", "media",
})  # fmt: skip


def column_of(refusal: Refusal) -> str:
    """The column that a person has to look at."""
    field = refusal.params.get("field")
    if isinstance(field, str):
        return _FIELDS.get(field, field if field in _OWN else "data")
    return _COLUMNS.get(refusal.code, "act")

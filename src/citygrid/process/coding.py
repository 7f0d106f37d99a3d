"""Typed values of the process <-> JSON values of an entry. Defaults are left out, so entries stay short and stable."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.process.model import Assignment, Case, Finding, Holder, Place, Request, WorkItem
from citygrid.process.moments import moment, stamp
from citygrid.process.states import Kind, Mode, Outcome, State

type_pairs = tuple[tuple[datetime, datetime], ...]
_Codec = tuple[Callable[[Any], Any], Callable[[Any], Any]]


def _same(value: Any) -> Any:
    return value


def _pairs_out(pairs: type_pairs) -> list[list[str]]:
    return [[stamp(a), stamp(b)] for a, b in pairs]


def _pairs_in(pairs: list[list[str]]) -> type_pairs:
    return tuple((moment(a), moment(b)) for a, b in pairs)


def _holder_out(holder: Holder) -> list[Any]:
    return [holder.body, holder.role, holder.person]


_SAME: _Codec = (_same, _same)
_MOMENT: _Codec = (stamp, moment)
_PAIRS: _Codec = (_pairs_out, _pairs_in)
_TEXTS: _Codec = (list, tuple)
_NUMBERS: _Codec = (sorted, frozenset)
_UUID: _Codec = (str, UUID)
_STATE: _Codec = (str, State)


class Record:
    """JSON form of one frozen dataclass: fields equal to their default are left out."""

    def __init__(self, cls: Any, codecs: Mapping[str, _Codec]) -> None:
        self.cls = cls
        self._plan = [
            (f.name, f.default if f.default is not MISSING else MISSING, *codecs.get(f.name, _SAME))
            for f in fields(cls)
        ]
        self._decode = {name: decode for name, _, _, decode in self._plan if decode is not _same}

    def dump(self, value: Any) -> dict[str, Any]:
        out = {}
        for name, default, encode, _ in self._plan:
            one = getattr(value, name)
            if one is not default and (default is MISSING or one != default):
                out[name] = encode(one)
        return out

    def load(self, data: Mapping[str, Any]) -> Any:
        decode = self._decode
        return self.cls(**{k: decode[k](v) if k in decode and v is not None else v for k, v in data.items()})


ITEM = Record(
    WorkItem,
    {
        "holder": (_holder_out, lambda v: Holder(*v)),
        "opened_at": _MOMENT,
        "due": _MOMENT,
        "warn_at": _MOMENT,
        "paused_at": _MOMENT,
        "shadow_at": _MOMENT,
        "climbed": _TEXTS,
        "rung_at": _MOMENT,
        "pauses": _PAIRS,
        "shadows": _PAIRS,
        "added": _TEXTS,
    },
)
ASSIGNMENT = Record(
    Assignment,
    dict.fromkeys(("offered_at", "due", "signed_at", "arrived_at", "made_safe_at", "done_at"), _MOMENT),
)
REQUEST = Record(Request, {**dict.fromkeys(("asked_at", "until", "decided_at"), _MOMENT), "reviewers": _TEXTS})
FINDING = Record(Finding, {})
PLACE = Record(Place, {})

_CASE: dict[str, _Codec] = {
    **dict.fromkeys(
        (
            "received_at",
            "since",
            "accepted_at",
            "filed_at",
            "dispatched_at",
            "handled_at",
            "checked_at",
            "closed_at",
            "archived_at",
            "due",
            "outer_due",
        ),
        _MOMENT,
    ),
    **dict.fromkeys(("state", "state_before", "suspended_from", "merged_from"), _STATE),
    **dict.fromkeys(("parent", "split_from", "reopen_of"), _UUID),
    **dict.fromkeys(("media", "after_media"), _TEXTS),
    **dict.fromkeys(("handlers", "bodies", "persons", "marks"), _NUMBERS),
    "kind": (str, Kind),
    "mode": (str, Mode),
    "outcome": (str, Outcome),
    "place": (PLACE.dump, PLACE.load),
    "children": (lambda v: sorted(map(str, v)), lambda v: frozenset(map(UUID, v))),
    "stashed": (lambda v: [ITEM.dump(i) for i in v], lambda v: tuple(ITEM.load(i) for i in v)),
    "resting": (ITEM.dump, ITEM.load),
}
CASE_FIELDS = frozenset(f.name for f in fields(Case))


def dump_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Changed fields of a case as JSON values."""
    return {k: (v if v is None or k not in _CASE else _CASE[k][0](v)) for k, v in values.items()}


def load_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `dump_fields`."""
    return {k: (v if v is None or k not in _CASE else _CASE[k][1](v)) for k, v in values.items()}

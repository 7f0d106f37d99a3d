"""Whole timelines decided in memory: every act of linked cases through `decide`, at its own time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases import directory, factfinding
from citygrid.cases.copying import Timeline
from citygrid.history.lookups import Lookups
from citygrid.history.numbering import KINDS, Pool
from citygrid.history.preparing import Prepared, fault, in_time
from citygrid.history.problems import SENTENCES, Fault, column_of
from citygrid.process import Act, Case, Refusal, decide
from citygrid.process.acts import ACTS
from citygrid.process.facts import Facts, Linked
from citygrid.process.model import Place
from citygrid.process.refusal import MESSAGES
from citygrid.trust.redactable import Draft

CREATING = frozenset(spec.name for spec in ACTS.values() if spec.creates)
_TO_DUTY = frozenset({"send_verify", "send_check"})
_TYPES = {spec.name: {f.name: f.type for f in spec.fields} for spec in ACTS.values()}
_LINKS = frozenset({"merge", "split"})
_SAME = {"body": "body", "bodies": "body", "person": "person", "media": "media"}
_OF_BODIES = frozenset({"unknown_body", "not_a_handler", "same_body", "not_lower"})
_NAMING = _TO_DUTY | _LINKS | {name for name, types in _TYPES.items() if not _SAME.keys().isdisjoint(types.values())}
"""Acts whose facts hold more than the place and the centres."""


@dataclass(slots=True)
class Known:
    """What a batch knows of the database: files by id, cases that are there already, numbers that are taken."""

    media: Mapping[str, str] = field(default_factory=dict)
    there: frozenset[UUID] = frozenset()
    taken: frozenset[str] = frozenset()


@dataclass(slots=True)
class Decided:
    """What came of linked cases: timelines by case id, their texts, and why cases were refused."""

    timelines: dict[UUID, Timeline] = field(default_factory=dict)
    drafts: dict[UUID, list[Draft]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class _Refused(Exception):  # noqa: N818 - carries which row ended the attempt
    def __init__(self, one: Prepared, column: str, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.one, self.column, self.refusal = one, column, refusal


@dataclass(slots=True)
class Deciding:
    """Decides groups of linked cases. `pool`: numbers; `known`: what the batch knows; `algorithm`: of the links."""

    lookups: Lookups
    pool: Pool
    known: Known
    algorithm: str
    _book: directory.Directory | None = None
    _by_district: dict[int | None, Mapping[str, int]] = field(default_factory=dict)

    def decide(self, groups: Sequence[list[Prepared]], refused: set[UUID]) -> Decided:
        """A case with a refused row drops out, with its rows; the others are tried again without it. `refused`:
        cases of the group that dropped out before."""
        left = [acts for acts in groups if acts]
        faults: list[Fault] = []
        while True:
            try:
                found = self._attempt(in_time(left) if len(left) > 1 else left[0] if left else [], refused)
            except _Refused as error:
                one = error.one
                faults.append(fault(one.source, one.row, error.column, error.refusal))
                refused.add(one.source.id)
                left = [acts for acts in left if acts[0].source.id not in refused]
                continue
            found.faults = faults
            return found

    def _attempt(self, acts: Sequence[Prepared], refused: set[UUID]) -> Decided:
        found = Decided()
        for one in acts:
            self._carry_out(one, found, refused)
            if one.drafts:
                found.drafts.setdefault(one.act.case, []).extend(one.drafts)
        return found

    def _carry_out(self, one: Prepared, found: Decided, refused: set[UUID]) -> None:
        """One row and what follows from it on other cases."""
        todo: list[tuple[Act, bytes]] = [(one.act, one.digest)]
        for act, digest in todo:
            line = found.timelines.get(act.case)
            case = line.case if line is not None else None
            if act is one.act and one.content.which and case is not None:
                act = replace(act, item=_item(one, case))  # noqa: PLW2901 - the act as it is decided
            answer = decide(case, act, one.rules, self._facts(one, act, case, found, refused))
            if isinstance(answer, Refusal):
                raise _Refused(one, column_of(answer), self._worded(one, answer))
            if line is None:
                line = found.timelines[act.case] = Timeline(act.case, algorithm=self.algorithm)
            line.add(answer.entry, digest)
            todo.extend((follow, act.id.bytes) for follow in answer.follow)

    def _facts(self, one: Prepared, act: Act, case: Case | None, found: Decided, refused: set[UUID]) -> Facts:
        """As the live writer finds them, but for what a history cannot have: near cases, delegations, seats of then."""
        name, data = act.name, act.data
        place, outside = (None, None) if case is None or name == "relocate" else (case.place, None)
        if "lon" in data:
            place, outside = factfinding.place_of(act)
        where = place or (case.place if case is not None else None)
        book = directory.current()
        report_no = case_no = ""
        if case is None or name == "file_case":
            report_no, case_no = self._numbers(one, act, case)
        centres = self._centres(book, where.district if where is not None else None)
        if name not in _NAMING:
            return Facts(place, centres, report_no=report_no, case_no=case_no, imported=True, outside_since=outside)
        named = _named(act)
        return Facts(
            place,
            centres,
            report_no=report_no,
            case_no=case_no,
            imported=True,
            outside_since=outside,
            duty=self._duty(act, where),
            bodies={b: book.bodies[b] for b in named["body"] if b in book.bodies},
            persons={p: self.lookups.body_of(p) for p in named["person"]},
            media={f: self.known.media[f] for f in named["media"] if f in self.known.media},
            linked=self._linked(one, act, found, refused) if name in _LINKS else {},
        )

    def _worded(self, one: Prepared, answer: Refusal) -> Refusal:
        """The refusal with the file's own names in place of ids."""
        value = answer.params.get("value")
        column, cells = column_of(answer), one.row.cells
        name = cells.get(column, "") if column in ("to_unit", "to_person", "parent") else ""
        if not name and answer.code in _OF_BODIES and isinstance(value, int):
            name = self.lookups.code_of(value)
        params = {**answer.params, "value": name} if name and value is not None else dict(answer.params)
        if answer.code == "assist_open":
            params["bodies"] = ", ".join(map(self.lookups.code_of, map(int, str(params["bodies"]).split(", "))))
        return Refusal(answer.code, answer.message, params)

    def _centres(self, book: directory.Directory, district: int | None) -> Mapping[str, int]:
        """The centres of a district, looked up once while the directory is the same."""
        if book is not self._book:
            self._book, self._by_district = book, {}
        known = self._by_district.get(district)
        if known is None:
            known = self._by_district[district] = book.centres_for(district)
        return known

    def _duty(self, act: Act, place: Place | None) -> tuple[int, int | None] | None:
        if act.name not in _TO_DUTY or "person" in act.data or place is None:
            return None
        shift = factfinding.shift_of(place, act.at)
        if shift is None or shift.person is None:
            return None
        return shift.person, self.lookups.body_of(shift.person)

    def _numbers(self, one: Prepared, act: Act, case: Case | None) -> tuple[str, str]:
        """The numbers that this act brings; the source's own only for the act of its row."""
        name = "report_no" if case is None else "case_no" if act.name == "file_case" and case.case_no is None else ""
        if not name:
            return "", ""
        given = one.content.numbers.get(name, "") if act is one.act or act.id == one.act.id else ""
        if given in self.known.taken and given:
            raise _Refused(one, "data", Refusal("number_taken", SENTENCES["number_taken"], {"value": given}))
        number = given or self.pool.take(KINDS[name], act.at)
        return (number, "") if name == "report_no" else ("", number)

    def _linked(self, one: Prepared, act: Act, found: Decided, refused: set[UUID]) -> dict[UUID, Linked]:
        """Other cases that the act names; one that is in the database or was refused gives a clear reason."""
        linked: dict[UUID, Linked] = {}
        for other in _others(act):
            line = found.timelines.get(other)
            if line is not None and line.case is not None:
                linked[other] = Linked(other, line.case.state, line.case.parent, line.case.children)
            elif other in self.known.there or other in refused:
                code = "linked_there" if other in self.known.there else "linked_refused"
                column = "parent" if act.name == "merge" else "data"
                raise _Refused(one, column, Refusal(code, SENTENCES[code], {"value": one.row.cells.get("parent", "–")}))
        return linked


def _others(act: Act) -> list[UUID]:
    """Cases that a merge or a split names; what is malformed is for `decide` to refuse."""
    if act.name == "merge":
        return [UUID(act.data["into"])] if "into" in act.data else []
    parts = act.data.get("parts")
    return [UUID(p["id"]) for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []


def _item(one: Prepared, case: Case) -> int | None:
    """The open step of the request that a row names by kind or number."""
    which = one.content.which
    for request in case.requests:
        if request.state == "open" and which in (request.kind, str(request.no)):
            subject = f"r{request.no}"
            return next((i.no for i in case.work if i.kind == "approve" and i.subject == subject), None)
    raise _Refused(one, "request", Refusal("no_request", MESSAGES["no_request"], {"value": which[:40]}))


def _named(act: Act) -> dict[str, list[Any]]:
    """What an act names, by type: bodies, people, files."""
    found: dict[str, list[Any]] = {"body": [], "person": [], "media": []}
    types = _TYPES[act.name]
    for name, value in act.data.items():
        kind = _SAME.get(types.get(name, ""))
        if kind:
            found[kind].extend(v for v in (value if isinstance(value, list) else [value]) if isinstance(v, int | str))
    return found


def moments_of(groups: Sequence[list[Prepared]]) -> set[datetime]:
    """All moments at which something happens."""
    return {one.act.at for acts in groups for one in acts}

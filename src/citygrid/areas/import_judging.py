"""Which rows of a file fit with the areas that there are: the same checks as for a city folder, round by round."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import shapely
from shapely import Geometry

from citygrid.areas import fitting
from citygrid.areas.drafts import CODE_KINDS, Draft, Drafts
from citygrid.areas.import_plan import Ending, Fault, Row, Verdict
from citygrid.areas.import_rows import Sent
from citygrid.areas.import_state import State
from citygrid.areas.models import LADDER
from citygrid.standards.codes import CodeProfile
from citygrid.standards.formats import CodeError
from citygrid.standards.reports import Problem, Report
from citygrid.tabular import NOTICES

MESSAGES = {
    "has_parts": "%(code)s is not in the file, but has parts in these days: it does not end.",
    "too_young": "%(code)s is not in the file, but begins or ends about this day: left alone.",
}
ROUNDS = 20
"""A row that fits only with a wrong one is wrong too: so often is looked again at the most."""


@dataclass(slots=True)
class Judge:
    kind: str
    file: str
    at: date
    crs: str
    state: State
    ending: Ending
    profile: CodeProfile
    faults: list[Fault] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    surfaces: dict[int, float] = field(default_factory=dict)
    moved: dict[int, bool] = field(default_factory=dict)

    @property
    def here(self) -> dict[str, Draft]:
        return self.state.known[self.kind]

    def judged(self, sent: list[Sent]) -> tuple[list[Row], list[Fault], list[Problem], dict[int, float]]:
        for one in sent:
            self._complete(one)
        fitted, follows = self._fitted(sent)
        rows = [self._row(one) for one in sent]
        rows += [self._ended(draft) for draft in self._ends(sent)]
        rows += [_following(draft, self.state.known[draft.kind][draft.code]) for draft in follows]
        for one in sent:
            self.faults += [
                Fault(problem, one.code, one.drawn)
                for problem in one.problems
                if one.draft is None and problem.code not in NOTICES and problem.code not in fitted
            ]
        return rows, self.faults, self.notes, self.surfaces

    def _refuse(
        self, one: Sent, column: str, code: str, message: str, params: Mapping[str, object] | None = None
    ) -> None:
        told = {name: str(value) for name, value in (params or {}).items()}
        one.problems.append(Problem(self.file, one.number, column, code, message, told))
        one.draft = None

    def _complete(self, one: Sent) -> None:
        """Name, parent and shape that the file leaves as they are; what the past of the code forbids."""
        draft, known = one.draft, self.here.get(one.code)
        if draft is None:
            return None
        if one.code in self.state.later:
            message = "%(code)s changes again from %(date)s: import from a later day."
            return self._refuse(
                one, "code", "later_row", message, {"code": one.code, "date": self.state.later[one.code]}
            )
        if known is None and one.code in self.state.retired:
            message = "The code %(code)s ended on %(date)s; a code is never used again."
            params = {"code": one.code, "date": self.state.retired[one.code]}
            return self._refuse(one, "code", "code_retired", message, params)
        if known is not None:
            draft.name = draft.name if "name" in draft.facts else known.name
            draft.derived = known.derived and draft.shape is None
            draft.shape = draft.shape or known.shape
        if draft.shape is None:
            message = "No shape is given and no parts are there to make it from."
            return self._refuse(one, "geometry", "no_shape", message)
        if self.kind != LADDER[0]:
            self._find_parent(one, draft, known)
        return None

    def _find_parent(self, one: Sent, draft: Draft, known: Draft | None) -> None:
        above = self.state.known[LADDER[LADDER.index(self.kind) - 1]]
        wanted = draft.facts.get("parent")
        if wanted is None and known is not None:
            draft.parent = known.parent
        elif wanted is None:
            draft.parent = self._by_code(draft, above) or _by_place(draft, above.values())
        else:
            draft.parent = above.get(str(wanted))
        if draft.parent is None:
            message = "There is no area %(parent)s above it in these days."
            self._refuse(one, "parent", "unknown_parent", message, {"parent": str(wanted or "–")})

    def _by_code(self, draft: Draft, above: Mapping[str, Draft]) -> Draft | None:
        try:
            code = self.profile.parse(CODE_KINDS[self.kind], draft.code)
            parent = self.profile.parent(code)
        except CodeError:
            return None
        return above.get(parent.text) if parent is not None else None

    def _fitted(self, sent: list[Sent]) -> tuple[frozenset[str], list[Draft]]:
        """Take out, round by round, what does not fit; the codes of the faults drawn here, and derived areas that
        follow their parts."""
        for _ in range(ROUNDS):
            after, follows = self._after(sent)
            report = Report()
            self.surfaces = fitting.check(after, self.at, report)
            if not self._blame(report, after, {one.number: one for one in sent if one.draft is not None}):
                break
        self._gaps(report, after)
        return frozenset({"overlap", "outside_parent", "part_outside"}), follows

    def _changes(self, one: Sent) -> tuple[str, ...]:
        known, draft = self.here.get(one.code), one.draft
        if draft is None or known is None:
            return ()
        parents = (draft.parent.code if draft.parent else "", known.parent.code if known.parent else "")
        found = (
            ("name", draft.name != known.name),
            ("parent", parents[0] != parents[1]),
            ("shape", self._has_moved(draft, known)),
        )
        return tuple(name for name, differs in found if differs)

    def _has_moved(self, draft: Draft, known: Draft) -> bool:
        if id(draft) not in self.moved:
            self.moved[id(draft)] = _moved(draft, known)
        return self.moved[id(draft)]

    def _after(self, sent: list[Sent]) -> tuple[Drafts, list[Draft]]:
        """The areas as they would be, as far as the file touches them: what is above, beside and below."""
        good = {one.code: one.draft for one in sent if one.draft is not None}
        ended = {draft.code for draft in self._ends(sent)}
        kept = [draft for code, draft in self.here.items() if code not in good and code not in ended]
        layers: dict[str, list[Draft]] = {kind: [] for kind in (*LADDER, "duty_grid")}
        beside = [*kept, *good.values()]
        step = LADDER.index(self.kind)
        follows = self._follow(step, beside, {d.parent.code for d in good.values() if d.parent}, ended)
        touched = {draft.parent.code for draft in good.values() if draft.parent is not None}
        if step:
            above = self.state.known[LADDER[step - 1]]
            tops = {code: _alone(follows.get(code) or above[code]) for code in touched}
            layers[LADDER[step - 1]] = [tops[code] for code in sorted(touched)]
            beside = [draft for draft in beside if draft.parent is not None and draft.parent.code in touched]
            for draft in beside:
                draft.parent = tops[draft.parent.code] if draft.parent else None
        layers[self.kind] = beside
        if step + 1 < len(LADDER):
            moved = {one.code: one.draft for one in sent if one.draft is not None and "shape" in self._changes(one)}
            for draft in self.state.known[LADDER[step + 1]].values():
                if draft.parent is not None and draft.parent.code in moved:
                    below = Draft(
                        draft.kind, draft.code, draft.name, draft.span, draft.shape, "", draft.line, draft.facts
                    )
                    below.parent = moved[draft.parent.code]
                    layers[draft.kind].append(below)
        return Drafts(self.crs, layers), list(follows.values())

    def _follow(self, step: int, parts: list[Draft], touched: set[str], ended: set[str]) -> dict[str, Draft]:
        """Areas above whose shape is the union of their parts, with the new union: code -> draft."""
        found: dict[str, Draft] = {}
        touched = touched | {d.parent.code for c, d in self.here.items() if c in ended and d.parent is not None}
        for kind in reversed(LADDER[:step]):
            layer, new = dict(self.state.known[kind]), {}
            for code in touched:
                known = layer.get(code)
                shapes = [p.shape for p in parts if p.parent is not None and p.parent.code == code and p.shape]
                if known is None or not known.derived or not shapes:
                    continue
                union = shapely.union_all(shapes, grid_size=10**-7)
                draft = Draft(kind, code, known.name, (self.at, None), union, "", known.line, known.facts, 0, True)
                draft.parent = known.parent
                if _moved(draft, known):
                    new[code] = draft
            found |= new
            touched = {draft.parent.code for draft in new.values() if draft.parent is not None}
            parts = [*(draft for code, draft in layer.items() if code not in new), *new.values()]
        return found

    def _ends(self, sent: list[Sent]) -> list[Draft]:
        """The areas that end, because the file has those beside them and not them."""
        if self.ending == "none" or any(not one.code for one in sent) or not sent:
            return []
        codes = {one.code for one in sent}
        parents = {one.draft.parent.code for one in sent if one.draft is not None and one.draft.parent is not None}
        found = []
        for code, draft in self.here.items():
            beside = self.ending == "all" or (draft.parent is not None and draft.parent.code in parents)
            if beside and code not in codes:
                found.append(draft)
        return [draft for draft in found if not self._held(draft)]

    def _held(self, draft: Draft) -> bool:
        """Whether something stands in the way of its end; told once."""
        step = LADDER.index(self.kind) + 1
        parts = step < len(LADDER) and any(d.parent is draft for d in self.state.known[LADDER[step]].values())
        if not parts and draft.span[0] < self.at and draft.span[1] is None:
            return False
        code = "has_parts" if parts else "too_young"
        if not any(note.params.get("code") == draft.code for note in self.notes):
            self.notes.append(Problem(self.file, 0, "code", code, MESSAGES[code], {"code": draft.code}))
        return True

    def _blame(self, report: Report, after: Drafts, rows: Mapping[int, Sent]) -> bool:
        """Rows of the file that do not fit lose their draft; whether any did."""
        lines = {(draft.kind, draft.file, draft.line): draft for draft in after.all()}
        any_wrong = False
        for problem in report.problems:
            if problem.code == "gap":
                continue
            found = [d for kind in LADDER if (d := lines.get((kind, problem.file, problem.line)))]
            for draft in found:
                blamed, told, shape = self._blamed(problem, draft, after)
                one = rows.get(blamed.line) if blamed is not None and blamed.file else None
                if one is not None and one.draft is not None:
                    one.problems.append(told)
                    self.faults.append(Fault(told, one.code, shape))
                    one.draft, any_wrong = None, True
        return any_wrong

    def _blamed(self, problem: Problem, draft: Draft, after: Drafts) -> tuple[Draft | None, Problem, Geometry | None]:
        if problem.code == "overlap":
            other = next((d for d in after.layers[draft.kind] if d.code == problem.params["other"]), None)
            return draft, problem, _common(draft, other)
        outside = draft.shape.difference(draft.parent.shape) if draft.shape and draft.parent else None
        if draft.file:
            return draft, problem, outside
        above = draft.parent
        params = {"part": draft.code, "m2": problem.params["m2"]}
        message = "%(m2)s m² of its part %(part)s would lie outside of it."
        line = above.line if above else 0
        return above, Problem(self.file, line, "geometry", "part_outside", message, params), outside

    def _gaps(self, report: Report, after: Drafts) -> None:
        """Gaps do not stop an import (a survey grows), but they are told and drawn."""
        communities = {(draft.file, draft.line): draft for draft in after.layers["community"]}
        for problem in report.problems:
            draft = communities.get((problem.file, problem.line)) if problem.code == "gap" else None
            if draft is not None and draft.shape is not None:
                parts = [g.shape for g in after.layers["grid"] if g.parent is not None and g.parent.code == draft.code]
                told = Problem(
                    self.file, draft.line if draft.file else 0, "geometry", "gap", problem.message, problem.params
                )
                self.faults.append(Fault(told, draft.code, draft.shape.difference(shapely.union_all(parts))))

    def _row(self, one: Sent) -> Row:
        known, draft = self.here.get(one.code), one.draft
        before = known.shape if known else None
        if draft is None:
            name, parent = (known.name, str(known.facts["parent"] or "")) if known else ("", "")
            return Row(one.number, self.kind, one.code, name, parent, "wrong", one.drawn, before, (), one.problems)
        differs = self._changes(one)
        verdict: Verdict = "new" if known is None else "changed" if differs else "same"
        parent = draft.parent.code if draft.parent else ""
        facts = self.kind, one.code, draft.name, parent
        return Row(one.number, *facts, verdict, draft.shape, before, differs, one.problems, draft)

    def _ended(self, draft: Draft) -> Row:
        parent = draft.parent.code if draft.parent else ""
        return Row(0, self.kind, draft.code, draft.name, parent, "ended", None, draft.shape, (), [], draft)


def _following(draft: Draft, known: Draft) -> Row:
    parent = draft.parent.code if draft.parent else ""
    shapes = draft.shape, known.shape
    return Row(0, draft.kind, draft.code, draft.name, parent, "changed", *shapes, ("shape",), [], draft)


def _alone(draft: Draft) -> Draft:
    """The same area without what is above it."""
    return replace(draft, parent=None, members=[])


def _moved(draft: Draft, known: Draft) -> bool:
    if draft.shape is known.shape:
        return False
    if draft.shape is None or known.shape is None:
        return True
    return not shapely.equals_exact(shapely.normalize(draft.shape), shapely.normalize(known.shape), 10**-7)


def _by_place(draft: Draft, above: Iterable[Draft]) -> Draft | None:
    """The area above that holds its middle."""
    middle = shapely.point_on_surface(draft.shape)
    return next((one for one in above if one.shape is not None and one.shape.covers(middle)), None)


def _common(draft: Draft, other: Draft | None) -> Geometry | None:
    if other is None or draft.shape is None or other.shape is None:
        return None
    return draft.shape.intersection(other.shape)

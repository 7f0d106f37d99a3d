"""One act on many cases: each is tried alone, and each has its own answer.

The id of each act follows from the batch's and the case's, so that a double click, or a page sent again, does nothing
twice. Only acts whose content can be the same for all are done this way; who judges looks at each case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from citygrid.cases import acting, reading
from citygrid.cases.asking import actor_of
from citygrid.cases.submission import Submission
from citygrid.organization.seats import Signed
from citygrid.process import Refusal
from citygrid.process.acts import ACTS, ITEM_KINDS, ActSpec
from citygrid.process.transitions import FROM
from citygrid.rulebook.slices import NoRules, rules_at
from citygrid.web.refusals import Told, tell

MOST = 200
"""Cases in one batch."""
CHUNK = 20
"""Cases in one request: the page asks for the next ones by itself."""
ALIKE = frozenset(("text", "bool", "choice", "moment", "limit", "person"))
"""Types of content that can be the same for all cases; places, classes, files and numbers cannot."""
EACH_ITS_OWN = frozenset(
    ("finding", "inspect", "reopen", "follow_up", "confirm", "archive", "declare_ownerless", "unmerge")
)
"""Acts that say something of one case, though their content would fit many."""
# What is done to many at once most often comes first.
FIRST = ("sign", "accept", "send_check", "assign_worker", "urge", "mark", "comment")


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen row: the case, and from a desk the work item with its kind."""

    case: UUID
    item: int | None = None
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.case}:{self.item}:{self.kind}" if self.item is not None else str(self.case)

    @property
    def key(self) -> str:
        return f"{self.case}:{self.item or ''}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case. `told`: why not; None when it is done. `repeated`: it was done already."""

    case: UUID
    number: str
    told: Told | None = None
    repeated: bool = False


def picks_of(values: Iterable[str]) -> list[Pick]:
    """Chosen rows as the page sends them (`case` or `case:item:kind`); each once, what is none left out."""
    found = dict.fromkeys(pick for value in values if (pick := _pick(value)) is not None)
    return list(found)


def _pick(value: str) -> Pick | None:
    case, _, rest = value.partition(":")
    no, _, kind = rest.partition(":")
    item = int(no) if no.isascii() and no.isdigit() and len(no) < 9 else None
    try:
        return Pick(UUID(case), item, kind if kind in ITEM_KINDS else "")
    except ValueError:
        return None


def alike(spec: ActSpec) -> ActSpec | None:
    """The act with the fields that can be the same for all; None when it cannot be done to many."""
    if spec.creates or spec.internal or spec.judging or spec.name in EACH_ITS_OWN:
        return None
    if any(field.required and field.type not in ALIKE for field in spec.fields):
        return None
    return replace(spec, fields=tuple(field for field in spec.fields if field.type in ALIKE))


def acts_for(signed: Signed, now: datetime) -> list[ActSpec]:
    """The acts that this post may do to many cases, by the variant in force for the city."""
    try:
        may = rules_at(now).variant(None).acts
    except NoRules:
        return []
    role = signed.role.code
    able = [one for spec in ACTS.values() if (one := alike(spec)) is not None]
    mine = [spec for spec in able if any(role in may.get(key, ()) for key in may if key.partition(":")[0] == spec.name)]
    return sorted(mine, key=lambda spec: FIRST.index(spec.name) if spec.name in FIRST else len(FIRST))


def answered_by(act: str, kind: str) -> bool:
    """Whether the act answers work items of that kind."""
    return any(row.act == act and row.answers == kind for rows in FROM.values() for row in rows)


def run(
    signed: Signed, batch: UUID, act: str, data: Mapping[str, Any], picks: Sequence[Pick], now: datetime
) -> Iterator[Result]:
    """Does the act to each case, one after the other. What is refused stands in its result and stops nothing."""
    actor = actor_of(signed)
    for pick in picks:
        item = pick.item if pick.item is not None and answered_by(act, pick.kind) else None
        submission = Submission(pick.case, uuid5(batch, pick.key), act, data, None, item)
        answer = acting.submit(submission, actor, signed.scope, now)
        if isinstance(answer, Refusal):
            yield Result(pick.case, _number(signed, pick.case), tell(answer, act))
        else:
            yield Result(pick.case, answer.case.case_no or answer.case.report_no, None, answer.repeated)


def _number(signed: Signed, case: UUID) -> str:
    """How the case is called, as far as this person may see it."""
    found = reading.case_for(signed.scope, case)
    return (found.case_no or found.report_no) if found is not None else "–"

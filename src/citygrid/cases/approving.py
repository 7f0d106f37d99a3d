"""What the form of an approval says before it is sent: under which delegation this post would grant the request."""

from dataclasses import dataclass, field
from datetime import datetime

from citygrid.cases import delegations, wording
from citygrid.cases.delegation_models import Delegation
from citygrid.process import Actor, Case
from citygrid.process.delegating import Power, covering, fitting
from citygrid.process.refusal import Refused
from citygrid.rulebook.slices import rules_at
from citygrid.web.refusals import Told, tell


@dataclass(frozen=True, slots=True)
class Standing:
    """`grounds`: document and the most that one approval may grant (empty: any). `missing`: why there is none."""

    grounds: list[tuple[str, str]] = field(default_factory=list)
    missing: Told | None = None


def standing(case: Case, item: int | None, actor: Actor, at: datetime) -> Standing | None:
    """On what the actor's last word on a request would rest, whatever its length; None where nothing is needed."""
    owed = case.item(item) if item is not None else None
    if owed is None or owed.kind != "approve":
        return None
    request = case.requests[int(owed.subject[1:]) - 1]
    variant = rules_at(at).variant(case.place.district if case.place is not None else None)
    last = request.step + 1 >= request.steps
    if not last or request.kind not in variant.cite_delegation or actor.role in variant.delegators:
        return None
    areas = frozenset(case.place.areas) if case.place is not None else frozenset[int]()
    wanted = Power(request.kind, actor.person, case.class_id, areas, (at,))
    given = delegations.held(actor, at)
    try:
        covering(given, wanted)
    except Refused as refused:
        return Standing(missing=tell(refused.refusal, "approve"))
    codes = [one.code for one in fitting(given, wanted)]
    rows = {row.code: row for row in Delegation.objects.filter(code__in=codes)}
    return Standing([(rows[code].document, wording.limit(rows[code].longest)) for code in codes])

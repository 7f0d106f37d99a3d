"""Guards: small named questions that an act must pass. Deciding and offering ask the same ones."""

from citygrid.process.acts import PARTS, ActSpec
from citygrid.process.model import Act, Actor, Case, Request, WorkItem
from citygrid.process.refusal import refuse
from citygrid.process.rules import Variant
from citygrid.process.states import Side
from citygrid.process.transitions import UNASKED, Transition

# Tasks given to one collector by name: nobody else of the body answers them (reassign_task gives them away).
PERSONAL = frozenset({"verify", "check"})
# Steps of a chain are for the role that the chain names: a dispatcher does not take the office's step.
BY_ROLE = frozenset({"approve", "review_appeal"})


def may(spec: ActSpec, actor: Actor, variant: Variant) -> None:
    """The actor's post may do this act at all (the variant says who); internal acts are the system's."""
    if actor.role == "system":
        return
    if spec.internal or not any(actor.role in variant.acts.get(key, frozenset()) for key in _keys(spec.name)):
        raise refuse("not_your_role", act=spec.name)


def _keys(act: str) -> tuple[str, ...]:
    """An act is allowed as such or by its part (`request:void`); which part it is, its effect looks at."""
    return _KEYS.get(act) or (act,)


_KEYS = {act: (act, *(f"{act}:{part}" for part in parts)) for act, parts in PARTS.items()}


def files(actor: Actor, case: Case, variant: Variant) -> bool:
    """Whether this post files cases of that source, where the source names who does."""
    named = variant.source(case.source).file
    return not named or actor.role in named or actor.role == "system"


def holds(actor: Actor, item: WorkItem) -> bool:
    """Whether the work item is this actor's, or their body's, to answer."""
    if actor.role == "system":
        return True
    holder = item.holder
    if holder.person is not None and (item.kind in PERSONAL or holder.body is None):
        return actor.person == holder.person
    return holder.body is not None and actor.body == holder.body


def owes(act: Act, item: WorkItem) -> bool:
    """Whether this act is the holder's answer to the item; a step of a chain is for its own role."""
    actor = act.actor
    return holds(actor, item) and (
        act.name not in BY_ROLE or actor.role in (item.holder.role, "system")
    )


def not_party(case: Case, spec: ActSpec, actor: Actor) -> None:
    """Nobody judges what they handled (DESIGN section 2, S3-19): personal, and only the supervising side judges."""
    if not spec.judging or actor.role == "system":
        return
    if actor.side is not Side.SUPERVISING:
        raise refuse("wrong_side", side=Side.SUPERVISING.value)
    if actor.person in case.handlers:
        raise refuse("party")


def is_party(case: Case, request: Request, actor: Actor) -> bool:
    """The last step of an approval is not for the asker nor for whoever handled the case; but a unit's return to the
    centre that handed it down is that centre's own matter. No step of an appeal is for who appealed, nor for who
    reviewed it already, on whatever post (S2-13)."""
    if actor.role == "system":
        return False
    if request.kind == "appeal":
        return actor.person in (request.asker, *request.reviewers) or actor.person in case.handlers
    if request.step + 1 < request.steps:
        return False
    held = case.assignment(request.assignment or 0)
    within = request.kind == "return" and held is not None and held.parent is not None
    return actor.person == request.asker or (not within and actor.person in case.handlers)


def not_asker(case: Case, request: Request, actor: Actor) -> None:
    if is_party(case, request, actor):
        raise refuse("party")


def answered(case: Case, act: Act, row: Transition) -> WorkItem | None:
    """The open work item that this act answers. The one it names, else the actor's only one of the kind."""
    if act.item is not None:
        item = case.item(act.item)
        if item is None:
            raise refuse("item_closed", item=act.item)
        if row.answers is not None and item.kind != row.answers:
            raise refuse("wrong_item", item=act.item, act=act.name)
        if row.answers is not None and not owes(act, item):
            raise refuse("not_yours")
        return item if row.answers is not None else None
    if row.answers is None:
        return None
    # Settling a return answers the main line, whatever other requests are open beside it.
    of_kind = [i for i in case.work if i.kind == row.answers and (i.main or act.name != "settle" or i.kind == "settle")]
    mine = [i for i in of_kind if owes(act, i)]
    if act.name in BY_ROLE:
        # Of several to decide, first those that this actor may decide.
        mine.sort(key=lambda i: is_party(case, case.requests[int(i.subject[1:]) - 1], act.actor))
    if mine:
        # Several children or requests may be open: the oldest first.
        return mine[0]
    if act.name in UNASKED and not of_kind:
        return None
    raise refuse("not_yours") if of_kind else refuse("item_closed", item=row.answers)

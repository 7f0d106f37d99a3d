"""Refusals: a code for machines, a sentence for people, parameters for both. A refused act leaves no trace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """`message % params` is the sentence (English source; pages translate it)."""

    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % dict(self.params)


class Refused(Exception):  # noqa: N818 - not an error of the program: an answer
    """Carries a refusal out of the depth of a decision; `decide` turns it into its answer."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


MESSAGES: dict[str, str] = {
    "unknown_act": "There is no act named %(act)s.",
    "no_such_case": "There is no such case.",
    "case_exists": "A case with this id is there already.",
    "wrong_state": "%(act)s is not possible while the case is %(state)s.",
    "item_closed": "The work item %(item)s is no longer open.",
    "wrong_item": "The work item %(item)s is not answered by %(act)s.",
    "not_your_role": "Your post may not do this: %(act)s.",
    "not_yours": "This is owed by somebody else.",
    "wrong_side": "This is for the %(side)s side only.",
    "party": "You handled this case or asked for this; somebody else must judge it.",
    "field_missing": "%(field)s is missing.",
    "field_wrong": "%(field)s is not valid: %(value)s.",
    "field_unknown": "%(field)s does not belong to this act.",
    "future": "The time that you gave lies in the future.",
    "unknown_class": "There is no class %(value)s in force.",
    "unknown_condition": "There is no filing condition %(value)s for this class.",
    "unknown_source": "There is no source %(value)s in force.",
    "source_act": "A report from %(value)s is not entered by this act: %(act)s.",
    "source_role": "Your post may not enter reports from %(value)s.",
    "source_file": "A case from %(value)s is filed by others: %(roles)s.",
    "unknown_ground": "There is no ground %(value)s for a referral.",
    "not_safety": "The class is not one of public safety: there is nothing to confirm.",
    "safety_denied": "A person found no danger to the public: choose another condition.",
    "class_missing": "Choose the class first.",
    "condition_missing": "Choose a filing condition: it gives the limit.",
    "outside_area": "The place is not in the service area (as it stands since %(since)s).",
    "outside_transfer": "The place lies outside the service area: it can only be transferred.",
    "near_cases": "There are open cases of the same class nearby: %(cases)s. Merge, or say that this one is distinct.",
    "unknown_media": "The file %(value)s does not exist.",
    "evidence_missing": "%(count)s photo(s) are needed here.",
    "films_missing": "%(count)s film(s) are needed here.",
    "sounds_missing": "%(count)s sound recording(s) are needed here.",
    "enforcement_missing": "This class needs the enforcement facts: what was done to the culprit.",
    "cost_missing": "The cost to the public must be recorded here.",
    "unknown_body": "There is no active body %(value)s.",
    "not_a_handler": "The body %(value)s does not handle cases.",
    "unknown_person": "There is no person %(value)s.",
    "same_body": "The body %(value)s has this case already.",
    "not_lower": "The body %(value)s does not belong to the body that forwards.",
    "assist_open": "Assisting units have not fed back yet: %(bodies)s.",
    "forwarded_open": "The unit that you forwarded to has not fed back yet.",
    "no_assignment": "There is no open assignment of your body.",
    "request_open": "A request of this kind is open already.",
    "request_most": "This was granted %(most)s time(s) already, which is the most.",
    "request_late": "This can only be asked before the limit is over.",
    "request_long": "More than %(longest)s cannot be asked.",
    "request_past": "The date asked for is not after now.",
    "no_request": "There is no open request %(value)s.",
    "not_the_asker": "Only who asked may withdraw.",
    "no_rule": "The rules of this city do not provide for this: %(what)s.",
    "delegation_missing": "The office has not delegated this approval to your post.",
    "delegation_over": "What the office delegated to your post ended on %(ended)s.",
    "delegation_coming": "What the office delegated to your post begins on %(begins)s.",
    "delegation_class": "What the office delegated to your post does not cover this class.",
    "delegation_area": "What the office delegated to your post does not cover this place.",
    "delegation_long": "The office delegated at most %(longest)s to your post: grant less, or ask the office for more.",
    "not_fixed": "The check did not find it fixed: it cannot be closed as qualified.",
    "self_handle_class": "This class may not be handled by collectors themselves.",
    "merge_self": "A case cannot be merged into itself.",
    "merge_into": "The case %(value)s cannot take others: it is %(state)s.",
    "merge_has_children": "Other cases are merged into this one: unmerge them first, or merge the other way round.",
    "unknown_link": "There is no case %(value)s.",
    "task_party": "The person %(value)s handled this case and may not judge it: name somebody else.",
    "other_body": "The person %(value)s does not belong to the unit.",
    "not_later": "The new date must be after the present due.",
    "can_tell": "The check gave a result: choose one of the four results.",
    "no_duty": "Nobody is on duty there: name the collector.",
    "no_finding": "There is no proposed finding %(value)s.",
    "own_finding": "A finding is confirmed by a second person.",
    "finding_of_own": "The collector works in your unit: somebody of another unit must confirm this finding.",
    "finding_on_self": "This finding is on yourself: somebody else must judge it.",
    "finding_not_confirmed": "There is no confirmed finding %(value)s.",
    "finding_by_third": "You proposed or confirmed this finding: a third person must undo it.",
    "reopened": "The case was reopened already.",
    "appealed": "This was appealed already.",
    "archived": "The case was archived already.",
    "nothing_to_retime": "No open clock would change.",
    "not_lapsed": "The work item %(item)s is not past its limit.",
    "too_early": "It is not time yet.",
    "calendar_gap": "The work calendar %(calendar)s has no year %(year)s.",
    "same_value": "Nothing would change.",
}


def refuse(code: str, **params: Any) -> Refused:
    """The exception to raise for a refusal; the message comes from the one table."""
    return Refused(Refusal(code, MESSAGES[code], params))

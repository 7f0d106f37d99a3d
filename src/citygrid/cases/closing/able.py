"""Who may do an act by the variants in force: roles are data, so a desk's entry in the bar asks here."""

from django.utils import timezone

from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import NoRules, rules_at


def may_do(signed: Signed | None, *acts: str) -> bool:
    """Whether the role of the seat may do one of the acts, in any variant in force. Nobody before a city is loaded."""
    if signed is None:
        return False
    try:
        variants = rules_at(timezone.now()).variants.values()
    except NoRules:
        return False
    return any(signed.role.code in variant.acts.get(act, ()) for variant in variants for act in acts)

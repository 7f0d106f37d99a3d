"""`citygrid verify` for confirmed checks of the maintenance fund: each still gives its digest, and is what the audit
noted when it was confirmed. The audit has a chain of its own, so who writes an amount anew with its digest, takes a
confirmed check away, or makes one up, is seen too."""

from collections.abc import Iterator, Mapping
from typing import Any

from citygrid.evaluation.standing_models import FundCheck
from citygrid.evaluation.upkeep import funds
from citygrid.trust.models import AuditRecord

CONFIRM = "confirm_fund"


def faults() -> Iterator[str]:
    """A line for each fault."""
    noted = _noted()
    for one in FundCheck.objects.select_related("unit").order_by("pk").iterator():
        yield from _of(one, noted.pop(str(one.pk), None))
    for gone in noted:
        yield f"{gone}: check_missing: the audit says that it was confirmed"


def _of(one: FundCheck, noted: Mapping[str, Any] | None) -> Iterator[str]:
    confirmed = one.state == FundCheck.State.CONFIRMED
    if confirmed and not funds.genuine(one):
        yield f"{one.pk}: check_altered: it does not give the digest beside it"
    if confirmed and noted is None:
        yield f"{one.pk}: not_as_noted: the audit does not say that it was confirmed"
    if noted is None:
        return
    if not confirmed:
        yield f"{one.pk}: not_confirmed: the audit says that it was confirmed, state {one.state}"
    # The audit of older ones names version and amount only.
    said = {"version": one.version, "amount": str(one.amount), "digest": one.digest, "person": one.confirmed_by_id}
    if any(said[name] != value for name, value in noted.items()):
        yield f"{one.pk}: not_as_noted: the audit notes another amount, version, digest or person"


def _noted() -> dict[str, dict[str, Any]]:
    """Check -> what the audit has of it from when it was confirmed."""
    rows = AuditRecord.objects.filter(subject_kind="fund", act=CONFIRM, outcome="done").order_by("pk")
    found = {}
    for subject, params, person in rows.values_list("subject_id", "params", "person").iterator():
        found[subject] = {name: params[name] for name in ("version", "amount", "digest") if name in params}
        found[subject]["person"] = person
    return found

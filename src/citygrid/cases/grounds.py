"""依据: the delegation that an approval rests on, for the timeline and the requests of the case page (S1-20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from citygrid.cases import wording
from citygrid.cases.delegation_models import Delegation
from citygrid.process import Case, Entry


@dataclass(frozen=True, slots=True)
class Ground:
    """The number of the document, and where the delegation stands (empty: it is not known here)."""

    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the case in words. `at`: when it was decided, or asked while it is open."""

    kind: str
    state: str
    at: datetime
    length: str = ""
    ground: Ground | None = None


def grounds_of(case: Case) -> dict[str, Ground]:
    """The grounds that the requests of a case cite, by code; whoever sees the case may read them."""
    codes = {one.delegation for one in case.requests if one.delegation}
    if not codes:
        return {}
    known = dict(Delegation.objects.filter(code__in=codes).values_list("code", "document"))
    return {
        code: Ground(known[code], reverse("cases:delegation", args=[code])) if code in known else Ground(code)
        for code in codes
    }


def ground_of(entry: Entry, known: Mapping[str, Ground]) -> Ground | None:
    """What this entry cites, if it is an approval that does."""
    cited = (row.get("delegation") for row in entry.data.get("request", ()) if entry.type == "approve")
    return next((known[code] for code in cited if code in known), None)


def requests_of(case: Case, known: Mapping[str, Ground]) -> Sequence[Asked]:
    """All requests of a case, the newest first."""
    states = {
        "open": _("to be decided"),
        "granted": wording.answer("granted", True),
        "refused": wording.answer("granted", False),
        "withdrawn": _("withdrawn"),
    }
    return [
        Asked(
            wording.choice(one.kind),
            states.get(one.state, one.state),
            one.decided_at or one.asked_at,
            wording.limit(one.limit),
            known.get(one.delegation or ""),
        )
        for one in sorted(case.requests, key=lambda one: -one.no)
    ]

"""Who is given a delegation, or loses it, hears of it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citygrid.cases import wording
from citygrid.cases.delegation_models import Delegation
from citygrid.messages import events, sending
from citygrid.messages.events import Event, Told
from citygrid.messages.people import To
from citygrid.messages.sending import Draft
from citygrid.organization.models import Post
from citygrid.web.words import office_day, say

GIVEN = "delegation_given"
NAMES = frozenset({"giver", "kinds", "first", "document"})


def register() -> None:
    events.declare(
        Event(GIVEN, _("Approvals delegated to me"), NAMES, frozenset({"delegate"}), _words, _sample,
              lambda told: reverse("cases:delegations"))
    )  # fmt: skip


def tell(row: Delegation, at: datetime) -> None:
    """Tells whoever holds the post, or the role in the body. In the transaction that keeps the delegation."""
    to = To(post=row.post_id) if row.post_id is not None else To(body=row.body_id, role=row.role)
    params = {"giver": row.giver_post_id, "kinds": list(row.kinds), "first": row.first_day.isoformat(),
              "document": row.document}  # fmt: skip
    sending.send([Draft(GIVEN, row.code, {"delegate": [to]}, None, params)], at)


def _words(told: Sequence[Told]) -> list[dict[str, str]]:
    posts = Post.objects.in_bulk([one.params["giver"] for one in told])
    return [
        {
            "giver": str(posts.get(one.params["giver"], "–")),
            "kinds": say(("、", ", ")).join(wording.choice(kind) for kind in one.params["kinds"]),
            "first": office_day(date.fromisoformat(one.params["first"])),
            "document": one.params["document"],
        }
        for one in told
    ]


def _sample() -> dict[str, str]:
    first = office_day(date(2026, 1, 1))
    return {"giver": say(("办公室主任", "Head of the office")), "kinds": wording.choice("extend"), "first": first,
            "document": "〔2026〕1"}  # fmt: skip

"""The pages of teams in one frame: tabs for what the post may open."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citygrid.collection.teams import seeing
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed

TABS: tuple[tuple[str, Any, tuple[str, ...], tuple[str, ...]], ...] = (
    ("team", _("Who is where"), (seeing.SEE, seeing.LEAD), ()),
    ("team_workload", _("Workload and quota"), (seeing.SEE, seeing.LEAD), ("team_behind",)),
    ("roll_calls", _("Roll calls"), (seeing.SEE, seeing.LEAD), ("roll_call",)),
    ("samples", _("Samples"), (seeing.LEAD,), ("sample",)),
    ("quotas", _("Quotas"), (seeing.SEE, seeing.LEAD, seeing.MAKE), ()),
    (
        "statements",
        _("Statements of contractors"),
        (seeing.MAKE, seeing.SETTLE, seeing.OBJECT),
        ("statement", "statement_line"),
    ),
)
"""Address, label, the rights of which one opens it, pages that belong to it."""


def page(
    request: HttpRequest, signed: Signed, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """The page `collection/teams/<template>.html` in the frame."""
    shown = [
        (name, reverse(f"collection:{name}"), label, more)
        for name, label, rights, more in TABS
        if any(may(signed, right) for right in rights)
    ]
    return render(request, f"collection/teams/{template}.html", {**context, "tabs": shown}, status=status)

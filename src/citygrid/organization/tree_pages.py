"""The organization as a tree, and the roles with what each may do: for whoever keeps accounts, posts or the audit."""

from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from citygrid.organization import rights
from citygrid.organization.models import Body, Post, Role, ScopeKind, Seat, Side
from citygrid.organization.people_pages import READERS
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.organization.workbooks.workbook_pages import WRITERS


@dataclass(slots=True)
class Branch:
    """A body with its posts (and who holds them) and the bodies below it."""

    body: Body
    posts: list[tuple[Post, list[str]]] = field(default_factory=list)
    below: list["Branch"] = field(default_factory=list)


@require_safe
@right_required(*READERS)
def tree(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Bodies below bodies, their posts and holders today."""
    today = timezone.localdate()
    alive = Body.objects.filter(Q(active_until=None) | Q(active_until__gt=today)).order_by("code")
    branches = {body.pk: Branch(body) for body in alive}
    holders: dict[int, list[str]] = {}
    held = Seat.objects.filter(until=None, person__is_active=True).order_by("id")
    for post, name in held.values_list("post_id", "person__name"):
        holders.setdefault(post, []).append(name)
    for post_row in Post.objects.filter(active=True).select_related("role").order_by("code"):
        if post_row.body_id in branches:
            branches[post_row.body_id].posts.append((post_row, holders.get(post_row.pk, [])))
    tops: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.body.parent_id or 0)
        (above.below if above is not None else tops).append(branch)
    context = {
        "branches": tops,
        "count": len(branches),
        "may_edit": rights.may(signed, "organization.edit"),
        "may_send": any(rights.may(signed, right) for right in WRITERS),
    }
    return render(request, "organization/tree.html", context)


@require_safe
@right_required(*READERS)
def roles(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Every role: side, how far it sees, what it may open, how many hold it."""
    counted = Role.objects.annotate(
        holders=Count("posts__seats", filter=Q(posts__seats__until=None, posts__active=True), distinct=True)
    )
    rows = [
        {
            "role": role,
            "side": Side(role.side).label,
            "scope": ScopeKind(role.scope).label,
            "rights": [rights.LABELS.get(right, right) for right in role.rights],
        }
        for role in counted.order_by("side", "code")
    ]
    return render(request, "organization/roles.html", {"rows": rows})

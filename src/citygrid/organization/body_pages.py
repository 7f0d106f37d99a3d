"""The page of a body: what it is, who belongs to it, whom it supervises and handles for, its record (S0-43)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citygrid.areas.models import Area
from citygrid.organization import body_seeing, kinds, records, row_forms, state
from citygrid.organization.models import Body, Member, Person, Post, Relation, Seat, UnitRecord
from citygrid.organization.rights import may
from citygrid.organization.rosters import cityclock
from citygrid.organization.seats import Signed, seat_required
from citygrid.organization.unit_models import Nature, RelationKind
from citygrid.organization.workbooks.workbook_words import LEVELS

PAGE = 50


@dataclass(frozen=True, slots=True)
class Held:
    """A post and who holds it now."""

    post: Post
    seats: list[Seat]
    ident: str


@dataclass(frozen=True, slots=True)
class Related:
    """A relation and the body at its other end."""

    relation: Relation
    other: Body
    ident: str


@never_cache
@require_safe
@seat_required
def body(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """One body with all that is known of it."""
    one = seen(signed, code)
    today = cityclock.day_of(timezone.now())
    nature = kinds.natures().get(one.kind, Nature.OTHER)
    readable = body_seeing.readable(signed, Body.objects.all())
    record = records.newest(one)
    context = {
        "body": one,
        "kind": kinds.name_of(one.kind),
        "level": LEVELS.get(one.level, one.level),
        "nature": nature,
        "ended": one.active_until is not None and one.active_until <= today,
        "above": one.parent if one.parent and readable.filter(pk=one.parent.pk).exists() else None,
        "parent": one.parent,
        "children": readable.filter(_alive(today), parent=one).order_by("code"),
        "areas": _areas(one.areas, today),
        "posts": _posts(one),
        "relations": _relations(one, today),
        "record": record,
        "has": {file.purpose for file in record.files.all()} if record else set(),
        "team": _team(record),
        "members": _members(one, today) if nature == Nature.COMMISSION else [],
        "former": one.members.filter(until__lte=today).select_related("person").order_by("-until"),
        "desks": _numbered(one, one.desks.filter(active=True)),
        "extensions": _numbered(one, one.extensions.filter(active=True).select_related("desk", "post")),
        "may_edit": may(signed, "organization.edit"),
        "may_keep": body_seeing.may_keep_record(signed, one),
        "may_people": any(may(signed, right) for right in ("accounts.edit", "posts.assign", "audit.read")),
        "own": signed.body.pk == one.pk,
    }
    return render(request, "organization/body.html", context)


@never_cache
@require_safe
@seat_required
def units(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The handling bodies that the post may look at, with who is in charge, and what their records lack (S0-26)."""
    today = cityclock.day_of(timezone.now())
    words, after = request.GET.get("q", "").strip()[:60], request.GET.get("after", "")[:40]
    found = body_seeing.readable(signed, Body.objects.filter(_alive(today), side="handling", code__gt=after))
    if words:
        found = found.filter(Q(name__icontains=words) | Q(short_name__icontains=words) | Q(code=words))
    rows = list(found.order_by("code")[: PAGE + 1])
    newest = state.newest_records().filter(body__in=rows[:PAGE]).prefetch_related("files")
    kept = {record.body_id: record for record in newest}
    context = {
        "q": words,
        "rows": [{"body": one, "kind": kinds.name_of(one.kind), **_lacks(kept.get(one.pk))} for one in rows[:PAGE]],
        "after": rows[PAGE - 1].code if len(rows) > PAGE else None,
    }
    return render(request, "organization/units.html", context)


def seen(signed: Signed, code: str) -> Body:
    """The body; one that the post may not look at does not exist (404)."""
    one = get_object_or_404(Body.objects.select_related("parent"), code=code)
    if not body_seeing.may_read(signed, one):
        raise Http404
    return one


def _lacks(record: UnitRecord | None) -> dict[str, Any]:
    files = {one.purpose for one in record.files.all()} if record else set()
    team = bool(record and (record.team or record.team_people))
    return {"record": record, "marks": [team, "rules" in files, "plan" in files, bool(record and record.funding)]}


def _alive(today: date) -> Q:
    return Q(active_until=None) | Q(active_until__gt=today)


def _areas(codes: Iterable[str], today: date) -> list[dict[str, str]]:
    rows = Area.objects.filter(code__in=list(codes), valid_from__lte=today).exclude(valid_to__lte=today)
    names = dict(rows.values_list("code", "name"))
    return [{"code": code, "name": names.get(code, "")} for code in codes]


def _posts(one: Body) -> list[Held]:
    now = timezone.now()
    held = Seat.objects.filter(Q(until=None) | Q(until__gt=now), since__lte=now, person__is_active=True)
    rows = one.posts.filter(active=True).select_related("role").order_by("code")
    seats = held.select_related("person", "stand_in_for").order_by("id")
    found: QuerySet[Post] = rows.prefetch_related(Prefetch("seats", queryset=seats, to_attr="now"))
    return [Held(post, getattr(post, "now", []), row_forms.ident_of(post.code)) for post in found]


def _numbered(one: Body, rows: QuerySet[Any]) -> list[Any]:
    """Desks or extensions, each with what an address names it by."""
    found = list(rows.order_by("number"))
    for row in found:
        row.ident = row_forms.ident_of(one.code, row.number)
    return found


def _relations(one: Body, today: date) -> list[dict[str, Any]]:
    """By what they are, as the body sees them: it supervises, is supervised by, handles for, is handled for by."""
    rows = Relation.objects.filter(Q(body=one) | Q(other=one)).exclude(until__lte=today)
    found: dict[tuple[str, bool], list[Related]] = {}
    for row in rows.select_related("body", "other").order_by("sector", "body__code", "other__code"):
        ours = row.body_id == one.pk
        ident = row_forms.ident_of(row.kind, row.body.code, row.other.code, row.sector)
        related = Related(row, row.other if ours else row.body, ident)
        found.setdefault((row.kind, ours), []).append(related)
    order = [(kind, ours) for kind in RelationKind.values for ours in (True, False)]
    return [{"kind": kind, "ours": ours, "rows": found[kind, ours]} for kind, ours in order if (kind, ours) in found]


def _members(one: Body, today: date) -> list[dict[str, Any]]:
    order = {"chair": 0, "deputy": 1, "member": 2}
    rows = one.members.filter(Q(until=None) | Q(until__gt=today)).select_related("person")
    found = sorted(rows, key=lambda row: (order[row.part], row.pk))
    return [{"member": row, "ident": _ident(one, row)} for row in found]


def _ident(one: Body, row: Member) -> str:
    return row_forms.ident_of(one.code, row.person.login if row.person else "", row.name, row.since.isoformat())


def _team(record: UnitRecord | None) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=record.team_people if record else []).order_by("pinyin", "login")

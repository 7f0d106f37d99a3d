"""Units by typing: name, short name, English name, code, pinyin or its initials; those that can be dispatched to."""

from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.cases import directory, naming
from citygrid.coordination.able import able
from citygrid.coordination.dispatching import loads
from citygrid.organization import tree
from citygrid.organization.models import Body
from citygrid.organization.pinyin import key
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.states import Side

MOST = 12
ACTS = ("dispatch", "settle", "forward", "order_first", "request")
"""Whoever names a unit in one of these may look for one by typing."""


@dataclass(frozen=True, slots=True)
class Known:
    """`sounds`: pinyin with and without blanks, and its initials."""

    id: int
    code: str
    name: str
    texts: tuple[str, ...]
    sounds: tuple[str, ...]


@lru_cache(maxsize=2)
def _known(_version: int) -> tuple[Known, ...]:
    rows = Body.objects.exclude(side=Side.SUPERVISING.value).order_by("code")
    return tuple(_one(row) for row in rows)


def _one(row: Body) -> Known:
    sounds: set[str] = set()
    for text in (row.name, row.short_name):
        spoken = key(text) if text else ""
        sounds |= {spoken.replace(" ", ""), "".join(part[0] for part in spoken.split())}
    texts = tuple(text.lower() for text in (row.code, row.name, row.short_name, row.name_en) if text)
    return Known(row.pk, row.code, row.name, texts, tuple(sorted(sounds - {""})))


def find(typed: str, most: int = MOST) -> list[Known]:
    """Bodies that may handle and have not ended; beginnings first. Nothing typed finds nothing."""
    words = typed.strip().lower()
    if not words:
        return []
    book = directory.current()
    alive = [one for one in _known(tree.version()) if (body := book.bodies.get(one.id)) is not None and body.active]
    ranked = [(rank, one) for one in alive if (rank := _rank(one, words)) is not None]
    return [one for _r, one in sorted(ranked, key=lambda pair: (pair[0], pair[1].code))[:most]]


def _rank(one: Known, words: str) -> int | None:
    if words in one.texts or words in one.sounds:
        return 0
    if any(text.startswith(words) for text in (*one.texts, *one.sounds)):
        return 1
    if any(words in text for text in one.texts) or (len(words) > 1 and any(words in text for text in one.sounds)):
        return 2
    return None


def words(body: int) -> str:
    return naming.body(body)


def number(text: str | None) -> int | None:
    """A number of the database as a form sends it; None for whatever is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


@require_safe
@seat_required
def pick_unit(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The list to pick from while typing, each with what it has on its hands."""
    now = timezone.now()
    found = find(request.GET.get("words", "")[:60]) if able(signed, now, *ACTS) else []
    load = loads.of([one.id for one in found], now)
    picks = [
        (one.id, naming.body(one.id), _("%(open)s open, %(late)s overdue")
         % {"open": load[one.id].open, "late": load[one.id].late})
        for one in found
    ]  # fmt: skip
    return render(request, "cases/picks.html", {"picks": picks, "typed": request.GET.get("words", "")})

"""Saved lists and chosen columns of a person. A shared list is seen by the post or the body, changed by its maker."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from citygrid.cases.list_models import ListColumns, SavedList
from citygrid.cases.lists import columns
from citygrid.organization.seats import Signed
from citygrid.process import Refusal

MOST = 30
"""Saved lists of one person for one kind of list."""
LONGEST_NAME = 60


def seen_by(signed: Signed, which: str) -> QuerySet[SavedList]:
    """The person's own, then those that the post or the body shares, in the order of the tabs."""
    shared = Q(post=signed.post) | Q(body=signed.body)
    return SavedList.objects.filter(Q(person=signed.person) | shared, list=which).order_by("place", "name", "pk")


def save(
    signed: Signed, which: str, name: str, query: str, share: str, place: int, at: datetime
) -> SavedList | Refusal:
    """Keeps a list under a name; the same name of the same person is written anew. `share`: `post`, `body` or empty."""
    name = " ".join(name.replace("\0", "").split())[:LONGEST_NAME]
    if not name:
        return Refusal("list_name", "Give the list a name.")
    mine = SavedList.objects.filter(person=signed.person, list=which)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        message = "You have %(most)s saved lists: take one away first."
        return Refusal("lists_most", message, {"most": MOST})
    facts = {
        "query": query[:400],
        "post": signed.post if share == "post" else None,
        "body": signed.body if share == "body" else None,
        "place": place,
    }
    try:
        with transaction.atomic():
            made, _new = SavedList.objects.update_or_create(
                person=signed.person, list=which, name=name, defaults=facts, create_defaults={**facts, "made_at": at}
            )
    except IntegrityError:  # a double click: the other one made it
        made = mine.get(name=name)
    return made


def forget(signed: Signed, number: int) -> SavedList | None:
    """Takes away one of the person's own; None for any other."""
    found = SavedList.objects.filter(person=signed.person, pk=number).first()
    if found is not None:
        SavedList.objects.filter(pk=found.pk).delete()
    return found


def columns_of(signed: Signed, which: str) -> list[columns.Column]:
    """The columns that the person chose for a list, or the usual ones."""
    kept = ListColumns.objects.filter(person=signed.person, list=which).values_list("columns", flat=True).first()
    return columns.chosen(which, kept or ())


def choose(signed: Signed, which: str, keys: Iterable[str]) -> None:
    """Keeps a choice of columns; none, or the usual ones, is no choice."""
    known = [one.key for one in columns.of_list(which)]
    wanted = [key for key in known if key in set(keys)]
    if not wanted or wanted == [key for key in known if key in columns.usual(which)]:
        ListColumns.objects.filter(person=signed.person, list=which).delete()
    else:
        ListColumns.objects.update_or_create(person=signed.person, list=which, defaults={"columns": wanted})

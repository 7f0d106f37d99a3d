"""Saved lists and chosen columns of a person. A shared list is seen by the post or the body, changed by its maker."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
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


class Tab(NamedTuple):
    """A saved list as the tabs show it."""

    pk: int
    name: str
    query: str
    mine: bool
    shared: bool


_TABS = """select id, name, query, person_id = %s, post_id is not null or body_id is not null from cases_savedlist
    where list = %s and (person_id = %s or post_id = %s or body_id = %s) order by place, name, id limit 60"""


def tabs(signed: Signed, which: str) -> list[Tab]:
    """What `seen_by` gives, in plain SQL: every work list asks for it."""
    person = signed.person.pk
    with connection.cursor() as run:
        run.execute(_TABS, [person, which, person, signed.post.pk, signed.body.pk])
        return [Tab(*row) for row in run.fetchall()]


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
    with connection.cursor() as run:
        mine = "select columns from cases_listcolumns where person_id = %s and list = %s"
        run.execute(mine, [signed.person.pk, which])
        kept = run.fetchone()
    return columns.chosen(which, kept[0] if kept else ())


def choose(signed: Signed, which: str, keys: Iterable[str]) -> None:
    """Keeps a choice of columns; none, or the usual ones, is no choice."""
    known = [one.key for one in columns.of_list(which)]
    wanted = [key for key in known if key in set(keys)]
    if not wanted or wanted == [key for key in known if key in columns.usual(which)]:
        ListColumns.objects.filter(person=signed.person, list=which).delete()
    else:
        ListColumns.objects.update_or_create(person=signed.person, list=which, defaults={"columns": wanted})

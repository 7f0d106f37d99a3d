"""Who tells where it is: a person at their post, or a vehicle by its code (统一GPS监管, S2-02)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from citygrid.cases.database import cursor, plain
from citygrid.collection.positions_models import Positioned
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Scope

VEHICLES = b"""
select code, id, body_id from collection_positioned
where kind = 'vehicle' and active and code = any(array(select jsonb_array_elements_text(%s::jsonb)))"""
"""Codes as JSON: a gateway sends thousands, and a list would be written and read again one by one."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A row of the register, as far as its fixes need it."""

    pk: int
    body: int
    person: int | None = None


def of_person(signed: Signed) -> Thing:
    """The signed-in person as a positioned thing, of the body of the post in use; entered when it is the first time."""
    thing, _ = Positioned.objects.get_or_create(
        kind=Positioned.Kind.PERSON, person=signed.person, defaults={"body": signed.body}
    )
    if thing.body_id != signed.body.pk:
        thing.body = signed.body
        thing.save(update_fields=["body"])
    return Thing(thing.pk, signed.body.pk, signed.person.pk)


def vehicles(codes: Iterable[str], scope: Scope) -> dict[str, Thing]:
    """Active vehicles of these codes whose body is within the scope, by code; others do not exist for the asker."""
    with plain() as connection:
        found = cursor(connection).execute(VEHICLES, [json.dumps(list(codes))]).fetchall()
    seen = {body for body in {body for _, _, body in found} if scope.holds(bodies=[body])}
    return {code: Thing(pk, body) for code, pk, body in found if body in seen}

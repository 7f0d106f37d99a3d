"""Who tells where it is: a person at their post, or a vehicle by its code (统一GPS监管, S2-02)."""

from collections.abc import Iterable

from citygrid.collection.positions_models import Positioned
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Scope


def of_person(signed: Signed) -> Positioned:
    """The signed-in person as a positioned thing, of the body of the post in use; entered when it is the first time."""
    thing, _ = Positioned.objects.get_or_create(
        kind=Positioned.Kind.PERSON, person=signed.person, defaults={"body": signed.body}
    )
    if thing.body_id != signed.body.pk:
        thing.body = signed.body
        thing.save(update_fields=["body"])
    return thing


def vehicles(codes: Iterable[str], scope: Scope) -> dict[str, Positioned]:
    """Active vehicles of these codes whose body is within the scope, by code; others do not exist for the asker."""
    rows = Positioned.objects.filter(kind=Positioned.Kind.VEHICLE, code__in=list(codes), active=True)
    return {row.code: row for row in rows if scope.holds(bodies=[row.body_id])}

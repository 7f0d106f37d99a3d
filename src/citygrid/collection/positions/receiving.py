"""A batch as it was sent: read, told apart by fault, stored. The same for a person's device and for a gateway."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from citygrid.cases.database import plain
from citygrid.collection.patrol.in_force import rules_on
from citygrid.collection.positions import days, things
from citygrid.collection.positions.checking import read
from citygrid.collection.positions.storing import Batch, store
from citygrid.collection.positions_models import Positioned
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import metric

UNKNOWN = "unknown_thing"


@dataclass(frozen=True, slots=True)
class Received:
    """`refused`: the number of each refused fix (or thing) in the request, with the code."""

    new: int
    repeated: int
    refused: Sequence[tuple[int, str]]


def of_person(signed: Signed, fixes: Sequence[Any], device: UUID, session: UUID | None, now: datetime) -> Received:
    """Fixes of the signed-in person, as many as were sent; `session`: the patrol."""
    thing = things.of_person(signed)
    return _receive([(n, thing, raw) for n, raw in enumerate(fixes)], device, session, now, [])


def of_vehicles(signed: Signed, sent: Mapping[str, Sequence[Any]], now: datetime) -> Received:
    """Fixes of vehicles by code; numbers run through all fixes in the order in which they were sent. All fixes of a
    code that is no active vehicle of the asker's bodies are refused (`unknown_thing`)."""
    known = things.vehicles(sent, signed.scope)
    rows: list[tuple[int, Positioned, Any]] = []
    refused: list[tuple[int, str]] = []
    number = 0
    for code, fixes in sent.items():
        thing = known.get(code)
        for raw in fixes:
            if thing is None:
                refused.append((number, UNKNOWN))
            else:
                rows.append((number, thing, raw))
            number += 1
    return _receive(rows, None, None, now, refused)


def _receive(
    rows: Sequence[tuple[int, Positioned, Any]],
    device: UUID | None,
    session: UUID | None,
    now: datetime,
    refused: list[tuple[int, str]],
) -> Received:
    profile = profile_at(now)
    rules = rules_on(profile.localday(now)).positions
    oldest = int(days.first_kept(now, rules.keep_days).timestamp() * 1000)
    newest = int((now + timedelta(seconds=rules.future_seconds)).timestamp() * 1000)
    batch = Batch(device=device, session=session)
    for number, thing, raw in rows:
        found = read(raw, oldest, newest)
        if isinstance(found, str):
            refused.append((number, found))
        else:
            batch.add(number, thing, found)
    with plain() as connection:
        stored = store(connection, batch, metric(profile.data["metric_crs"]), now)
    refused += [(number, "outside_projection") for number in stored.outside]
    return Received(stored.new, stored.repeated, sorted(refused))

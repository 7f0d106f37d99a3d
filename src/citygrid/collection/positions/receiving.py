"""A batch as it was sent: read, told apart by fault, stored. The same for a person's device and for a gateway."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

import numpy as np

from citygrid.cases.database import plain
from citygrid.collection.patrol.in_force import rules_on
from citygrid.collection.positions import days, things
from citygrid.collection.positions.columns import read_many
from citygrid.collection.positions.storing import Batch, store
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
    return _receive([(things.of_person(signed), fixes)], now, device, session)


def of_vehicles(signed: Signed, sent: Mapping[str, Sequence[Any]], now: datetime) -> Received:
    """Fixes of vehicles by code; numbers run through all fixes in the order in which they were sent. All fixes of a
    code that is no active vehicle of the asker's bodies are refused (`unknown_thing`)."""
    known = things.vehicles(sent, signed.scope)
    return _receive([(known.get(code), fixes) for code, fixes in sent.items()], now)


def _receive(
    sent: Sequence[tuple[things.Thing | None, Sequence[Any]]],
    now: datetime,
    device: UUID | None = None,
    session: UUID | None = None,
) -> Received:
    """A thing that is None is unknown."""
    profile = profile_at(now)
    rules = rules_on(profile.localday(now)).positions
    oldest = int(days.first_kept(now, rules.keep_days).timestamp() * 1000)
    newest = int((now + timedelta(seconds=rules.future_seconds)).timestamp() * 1000)
    whose = np.repeat(np.arange(len(sent)), np.array([len(fixes) for _, fixes in sent], dtype=np.int64))
    fixes, faulty = read_many(list(chain.from_iterable(fixes for _, fixes in sent)), oldest, newest)
    unknown = np.array([thing is None for thing, _ in sent], dtype=bool)[whose]
    refused = [(n, code) for n, code in faulty if not unknown[n]]
    refused += [(n, UNKNOWN) for n in np.flatnonzero(unknown).tolist()]
    fixes = fixes.at(~unknown[fixes.place])
    known = [thing for thing, _ in sent if thing is not None]
    number = np.cumsum([thing is not None for thing, _ in sent], dtype=np.int64) - 1
    batch = Batch(known, number[whose[fixes.place]], fixes, device, session)
    with plain() as connection:
        stored = store(connection, batch, metric(profile.data["metric_crs"]), now)
    refused += [(number, "outside_projection") for number in stored.outside]
    return Received(stored.new, stored.repeated, sorted(refused))

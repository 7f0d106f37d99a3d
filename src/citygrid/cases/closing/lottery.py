"""Drawing lots: the same seed and the same pool give the same cases, whoever repeats it. Pure.

Each case has a ticket: the SHA-256 of seed and id. The lowest tickets win. With strata each has its share by size,
the largest remainders first, and one at least as far as the number allows, so that no small unit is never looked at."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID


def ticket(seed: str, case: UUID) -> bytes:
    return hashlib.sha256(f"{seed}:{case}".encode()).digest()


def pool_hash(cases: Iterable[UUID]) -> str:
    """Hash of the ids of all cases that could be drawn, in rising order: hexadecimal."""
    found = hashlib.sha256()
    for case in sorted(cases):
        found.update(case.bytes)
    return found.hexdigest()


def shares(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """How many of each stratum: their sum is `wanted`, or all there are; none has more than its size."""
    total = sum(sizes.values())
    wanted = min(wanted, total)
    if not wanted:
        return dict.fromkeys(sizes, 0)
    names = sorted(sizes, key=lambda one: (-sizes[one], one))
    given = {one: sizes[one] * wanted // total for one in names}
    left = wanted - sum(given.values())
    for one in sorted(names, key=lambda one: (given[one] > 0, -(sizes[one] * wanted % total), one)):
        if left and given[one] < sizes[one]:
            given[one] += 1
            left -= 1
    for one in names:  # what the remainders left over, when small strata are full
        more = min(left, sizes[one] - given[one])
        given[one] += more
        left -= more
    return given


def draw(pool: Mapping[str, Sequence[UUID]], wanted: int, seed: str) -> list[tuple[str, UUID]]:
    """The winners with their stratum, in the order of their tickets."""
    given = shares({name: len(cases) for name, cases in pool.items()}, wanted)
    won = [
        (ticket(seed, case), name, case)
        for name, cases in pool.items()
        for case in sorted(cases, key=lambda one: ticket(seed, one))[: given[name]]
    ]
    return [(name, case) for _ticket, name, case in sorted(won)]

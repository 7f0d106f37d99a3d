"""Drawing lots that anybody can draw again, and what a sample says of the whole. Pure: no database, no clock.

The order is that of the SHA-256 of `seed:key`: whoever knows the seed and the keys gets the same order anywhere. The
seed is made before the keys are looked at and is kept with the result."""

import hashlib
import math
from collections.abc import Collection, Mapping
from statistics import NormalDist


def ranked(seed: str, keys: Collection[str]) -> list[str]:
    """The keys in the order in which they are drawn; the same for the same seed whatever their order was."""
    return sorted(keys, key=lambda key: (hashlib.sha256(f"{seed}:{key}".encode()).hexdigest(), key))


def shares(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """How many to draw of each stratum: in proportion to its size, at least one of each where there are enough to
    draw, never more than there are. The names of the strata decide ties."""
    whole = sum(sizes.values())
    wanted = min(max(wanted, 0), whole)
    filled = [name for name, size in sizes.items() if size]
    found = dict.fromkeys(sizes, 0) | dict.fromkeys(filled, 1 if wanted >= len(filled) else 0)
    while sum(found.values()) < wanted:
        room = [name for name in filled if found[name] < sizes[name]]
        found[min(room, key=lambda name: (found[name] - wanted * sizes[name] / whole, name))] += 1
    return found


def drawn(seed: str, strata: Mapping[str, Collection[str]], wanted: int) -> dict[str, list[str]]:
    """Stratum -> the keys drawn of it, in their order."""
    numbers = shares({name: len(keys) for name, keys in strata.items()}, wanted)
    return {name: ranked(f"{seed}:{name}", keys)[: numbers[name]] for name, keys in strata.items()}


def digest(keys: Collection[str]) -> str:
    """The hash of what was drawn from, so that it can be shown to be the same."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


def wilson(good: float, of: float, confidence: float = 0.95) -> tuple[float, float]:
    """The Wilson score interval of a share (0 to 1): what the share of the whole may be. (0, 1) for an empty sample.
    E. B. Wilson, JASA 22 (1927), 209. ValueError for numbers that make no share."""
    if not 0 <= good <= of or not 0 < confidence < 1:
        raise ValueError("no share")
    if of == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, spread = good / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    # At the ends the bound is the share itself; floats would miss it by a hair.
    low = 0.0 if good == 0 else max(0.0, middle - half)
    return low, 1.0 if good == of else min(1.0, middle + half)

"""Ids of what is imported: UUIDv5 of system, case and act number, so that a second run makes the same ones."""

from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

_ROOT = uuid5(NAMESPACE_URL, "citygrid:import-history")


@lru_cache(maxsize=64)
def _system(name: str) -> UUID:
    return uuid5(_ROOT, name)


def case_id(system: str, number: str) -> UUID:
    """The id of a case by the number that the other system gave it."""
    return uuid5(_system(system), number)


def act_id(case: UUID, number: int) -> UUID:
    """The id of a case's act; acts are numbered from 1 in the order of their time."""
    return uuid5(case, str(number))


def reopened_id(closed: UUID, act: UUID) -> UUID:
    """The id of the case that `reopen` opens (the same as the process gives it)."""
    return uuid5(closed, f"reopen:{act}")

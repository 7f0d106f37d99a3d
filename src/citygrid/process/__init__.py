"""The case process (DESIGN section 4): pure functions over frozen dataclasses. `decide` and `evolve` are the doors."""

from citygrid.process.deciding import decide
from citygrid.process.evolving import evolve, replay
from citygrid.process.facts import NO_FACTS, BodyFact, Facts, Linked
from citygrid.process.model import (
    SYSTEM,
    Act,
    Actor,
    Assignment,
    Case,
    Entry,
    Finding,
    Holder,
    Place,
    Request,
    WorkItem,
)
from citygrid.process.offers import Offer, creations, offers
from citygrid.process.refusal import MESSAGES, Refusal, refuse
from citygrid.process.step import Decision

__all__ = [
    "MESSAGES",
    "NO_FACTS",
    "SYSTEM",
    "Act",
    "Actor",
    "Assignment",
    "BodyFact",
    "Case",
    "Decision",
    "Entry",
    "Facts",
    "Finding",
    "Holder",
    "Linked",
    "Offer",
    "Place",
    "Refusal",
    "Request",
    "WorkItem",
    "creations",
    "decide",
    "evolve",
    "offers",
    "refuse",
    "replay",
]

"""The tables of collection; each room's stand in a module of its own."""

from citygrid.collection.patrol_models import DayLog, Patrol, PatrolRules
from citygrid.collection.positions_models import Positioned
from citygrid.collection.syncing_models import Device, SentEntry, SentFile
from citygrid.collection.teams_models import (
    Called,
    Objection,
    PriceList,
    Quota,
    RollCall,
    Sample,
    Sampled,
    Statement,
    StatementLine,
)

__all__ = [
    "Called",
    "DayLog",
    "Device",
    "Objection",
    "Patrol",
    "PatrolRules",
    "Positioned",
    "PriceList",
    "Quota",
    "RollCall",
    "Sample",
    "Sampled",
    "SentEntry",
    "SentFile",
    "Statement",
    "StatementLine",
]

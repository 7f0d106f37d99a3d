"""The tables of collection; each room's stand in a module of its own."""

from citygrid.collection.evidence_models import Anomaly, Evidence, EvidenceRules, Finding, FindingStep, Likeness
from citygrid.collection.patrol_models import DayLog, Patrol, PatrolRules
from citygrid.collection.positions_models import Positioned
from citygrid.collection.surveys_models import BorderAnswer, BorderRule, Campaign, SurveyAnswer, SurveyTask
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
    "Anomaly",
    "BorderAnswer",
    "BorderRule",
    "Called",
    "Campaign",
    "DayLog",
    "Device",
    "Evidence",
    "EvidenceRules",
    "Finding",
    "FindingStep",
    "Likeness",
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
    "SurveyAnswer",
    "SurveyTask",
]

"""Models of this app that Django keeps; the facts are tables of their own (`facts.sql`)."""

from citygrid.evaluation.closing_models import Correction, FrozenRows, FrozenVersion, PeriodClose, ScoreAppeal
from citygrid.evaluation.entry_models import Entry, EntryFile
from citygrid.evaluation.scheme_models import SchemeChange
from citygrid.evaluation.standing_models import FundCheck, StandingCheck, StandingDraw, StandingFile, StandingReport

__all__ = [
    "Correction",
    "Entry",
    "EntryFile",
    "FrozenRows",
    "FrozenVersion",
    "FundCheck",
    "PeriodClose",
    "SchemeChange",
    "ScoreAppeal",
    "StandingCheck",
    "StandingDraw",
    "StandingFile",
    "StandingReport",
]

"""Models of this app that Django keeps; the facts are tables of their own (`facts.sql`)."""

from citygrid.evaluation.entry_models import Entry, EntryFile
from citygrid.evaluation.standing_models import FundCheck, StandingCheck, StandingDraw, StandingFile, StandingReport

__all__ = [
    "Entry",
    "EntryFile",
    "FundCheck",
    "StandingCheck",
    "StandingDraw",
    "StandingFile",
    "StandingReport",
]

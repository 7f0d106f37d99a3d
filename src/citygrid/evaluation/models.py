"""Models of this app that Django keeps; the facts are tables of their own (`facts.sql`)."""

from citygrid.evaluation.entry_models import Entry, EntryFile

__all__ = ["Entry", "EntryFile"]

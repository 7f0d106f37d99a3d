"""The tables of collection; each room's stand in a module of its own."""

from citygrid.collection.syncing_models import Device, SentEntry, SentFile

__all__ = ["Device", "SentEntry", "SentFile"]

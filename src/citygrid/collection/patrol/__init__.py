"""Shifts of collectors in the field: signed in and out, tracks, coverage, hints."""

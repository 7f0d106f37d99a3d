"""The tests mirror the source: one file per behaviour."""

"""The tables of coordination; each room's stand in a module of its own."""

from citygrid.coordination.commission_models import AgendaItem, Attendance, LibraryReport, Meeting
from citygrid.coordination.dispatch_models import Batch, BatchLine, Looked
from citygrid.coordination.dispute_models import Precedent

__all__ = ["AgendaItem", "Attendance", "Batch", "BatchLine", "LibraryReport", "Looked", "Meeting", "Precedent"]

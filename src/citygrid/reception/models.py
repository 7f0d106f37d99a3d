"""The tables of reception; each room's stand in a module of its own."""

from citygrid.reception.permit_models import Permit, PermitKind, SentPermits
from citygrid.reception.safety_models import Mute
from citygrid.reception.shift_models import HandOver, Sitting

__all__ = ["HandOver", "Mute", "Permit", "PermitKind", "SentPermits", "Sitting"]

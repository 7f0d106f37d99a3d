"""The tables of reception; each room's stand in a module of its own."""

from citygrid.reception.call_models import Article, Call, CallEvent, ReplyText, Transfer
from citygrid.reception.permit_models import Permit, PermitKind, SentPermits
from citygrid.reception.safety_models import Mute
from citygrid.reception.shift_models import HandOver, Sitting

__all__ = [
    "Article",
    "Call",
    "CallEvent",
    "HandOver",
    "Mute",
    "Permit",
    "PermitKind",
    "ReplyText",
    "SentPermits",
    "Sitting",
    "Transfer",
]

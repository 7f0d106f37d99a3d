"""The ways out of the house behind one interface; which providers there are is the server's settings
(`config/message_providers.py`)."""

from citygrid.messages.channels.interface import Channel, Outcome, Parcel
from citygrid.messages.channels.registry import channel

__all__ = ["Channel", "Outcome", "Parcel", "channel"]

"""What each act does: one small function per act, by stage. The table of who, from and to is `transitions.py`."""

from citygrid.process.acts import ACTS
from citygrid.process.effects import (  # noqa: F401 - importing a module registers its effects
    aftermath,
    checking,
    confirming,
    dispatching,
    disputing,
    filing,
    handling,
    intake,
    linking,
    remarks,
    requests,
    timing,
    verifying,
)
from citygrid.process.effects.registry import EFFECTS

assert set(EFFECTS) == set(ACTS), set(EFFECTS) ^ set(ACTS)

__all__ = ["EFFECTS"]

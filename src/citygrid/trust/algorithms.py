"""Which hash new links, roots and digests are made with: the city's profile chooses (SHA-256, or SM3 of GB/T 32905).

What was made before a change stays as it is: anchors, seals and proofs name their algorithm, an entry's and a text's is
the one that gives the hash beside it (`chain.algorithm_of`).
"""

from collections.abc import Callable
from datetime import datetime

from citygrid.trust.chain import ALGORITHMS

Chooser = Callable[[datetime], str]


class _Chosen:
    by: Chooser | None = None


def choose_by(chooser: Chooser) -> None:
    """A package above that knows the city's profile says which; called in `AppConfig.ready`."""
    _Chosen.by = chooser


def algorithm_at(at: datetime) -> str:
    """The algorithm for what is made at a moment (aware); SHA-256 before a city is loaded."""
    return _Chosen.by(at) if _Chosen.by is not None else ALGORITHMS[0]

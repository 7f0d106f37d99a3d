"""What everybody may read: the newest version of closed periods that were published and are public, and nothing else.

Scores of people (posts, collectors, persons in charge) are never public, whatever a city's rules say (GB/T 30428.4:
results of areas and departments are published)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from citygrid.evaluation import closing
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.closing_models import FrozenRows, FrozenVersion, PeriodClose
from citygrid.evaluation.definitions import Count, Definitions
from citygrid.evaluation.results import Scores
from citygrid.evaluation.scheme import Scheme
from citygrid.evaluation.subjects import PEOPLE

PERSONAL = frozenset({"post", *PEOPLE})


@dataclass(frozen=True, slots=True)
class Published:
    """A published period. `version`: 1, or more after corrections; `digest`: the hash of what was frozen."""

    id: UUID
    period: str
    version: int
    digest: str
    published_at: datetime
    scores: Scores
    row: FrozenVersion

    @property
    def scheme(self) -> Scheme | None:
        """The scheme by which it was scored; None where another text stands in its place now."""
        day = datetime.fromisoformat(self.scores.last).date()
        found = catalogue(day).schemes.get(self.scores.scheme)
        return found if found is not None and found.hash == self.scores.hash else None

    def totals(self) -> list[tuple[Count, int]]:
        """The counts behind all its objects, as they were frozen: cases, tasks and acts, no sums of other numbers."""
        if self.scores.by == "supervisor":  # a case of a unit with two supervisors would count twice
            return []
        known = definitions(self)
        subjects = {row.subject for row in self.scores.rows()}
        found: dict[str, int] = {}
        rows = FrozenRows.objects.filter(version=self.row, subject__in=subjects)
        for key, cases in rows.values_list("key", "cases"):
            found[key] = found.get(key, 0) + len(cases)
        counts = [one for one in known.all.values() if isinstance(one, Count) and not one.sum]
        return [(one, found[one.key]) for one in counts if one.key in found]


def definitions(one: Published) -> Definitions:
    """The indicators of its scheme, as they are on its last day."""
    book = catalogue(datetime.fromisoformat(one.scores.last).date())
    return book.definitions.get(one.scores.scheme) or Definitions()


def published(most: int | None = None) -> list[Published]:
    """All of them, the latest period first."""
    rows = PeriodClose.objects.filter(state=PeriodClose.State.PUBLISHED, public=True)
    return [one for one in map(_of, rows.order_by("-last", "-first", "scheme")[:most]) if one is not None]


def find(close: UUID) -> Published | None:
    """One of them, or None for what is not to be read by everybody."""
    rows = PeriodClose.objects.filter(state=PeriodClose.State.PUBLISHED, public=True, pk=close)
    return next((one for one in map(_of, rows) if one is not None), None)


def marks() -> Iterable[tuple[str, int]]:
    """Period and version of all that is published, for the mark by which a kept page is known."""
    rows = FrozenVersion.objects.filter(close__state=PeriodClose.State.PUBLISHED, close__public=True)
    return [(str(close), number) for close, number in rows.order_by("close", "number").values_list("close", "number")]


def _of(close: PeriodClose) -> Published | None:
    version = close.versions.defer("text").order_by("-number").first()
    if version is None or close.published_at is None:
        return None
    scores = _scores(version.pk, version.hash)
    if scores.by in PERSONAL:
        return None
    return Published(close.pk, close.period, version.number, version.hash, close.published_at, scores, version)


@lru_cache(maxsize=128)
def _scores(version: int, digest: str) -> Scores:
    """What was frozen is read once: it never changes, and everybody may ask for it."""
    return closing.scores_of(FrozenVersion.objects.get(pk=version, hash=digest))

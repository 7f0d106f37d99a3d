"""Places by what they are called: names, aliases, addresses, abbreviations, pinyin, initials, typing errors."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from citygrid.geocoding import candidates, ranking, texts, words
from citygrid.geocoding.candidates import Candidate
from citygrid.geocoding.models import Kind
from citygrid.geocoding.ranking import Question

AREA_DENIED = 0.12
"""What a place loses that lies in another district or street than the one named."""
INITIALS_LONGEST = 8
CERTAIN = 0.965
"""What fits so well (the very name, the same sounds, the same initials) is meant: nothing similar is looked for."""
BEGINS_SO = 0.88
ENOUGH = 10
"""So many that begin as it was typed: more would not be read."""
KIND_BONUS = {"street": 0.006, "area": 0.004, "estate": 0.003, "landmark": 0.003, "door_plate": 0.0}


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score. `fits`: without what kind, fame and nearness add."""

    candidate: Candidate
    score: float
    fits: float
    how: str


class Hunt:
    """The search for the places of one question: at first what needs no guessing, further only when asked."""

    def __init__(
        self,
        said: str,
        day: date,
        near: tuple[float, float] | None = None,
        kinds: Collection[str] | None = None,
    ) -> None:
        self.day, self.near, self.kinds = day, near, kinds
        self.questions, self.named = understandings(said)
        self.best: dict[int, Scored] = {}
        self.fits: dict[tuple[str, str], tuple[float, str]] = {}
        said_ways = list(dict.fromkeys(question.text for question in self.questions))
        whole = {gram for question in self.questions for gram in question.whole}
        letters = said if self.questions[0].latin and len(said) <= INITIALS_LONGEST else ""
        self._take(candidates.near_by(said_ways, list(whole), said_ways[:2], letters, day))

    @property
    def top(self) -> float:
        return max((one.fits for one in self.best.values()), default=0.0)

    @property
    def certain(self) -> bool:
        """Whether what was found needs no looking further."""
        found = self.best.values()
        return self.top >= CERTAIN or sum(one.fits >= BEGINS_SO for one in found) >= ENOUGH

    def further(self) -> None:
        """Look for what is similar as well."""
        groups: list[list[int]] = []
        for question in self.questions:
            for n, group in enumerate(question.groups()):
                if n == len(groups):
                    groups.append([])
                groups[n].extend(group)
        self._take(candidates.by_grams(groups, self.day))

    def ranked(self) -> list[Scored]:
        """One score for each place, the best first."""
        return sorted(self.best.values(), key=lambda one: (-one.score, len(one.candidate.text), one.candidate.place))

    def _take(self, found: candidates.Found) -> None:
        for candidate in found:
            if self.kinds and candidate.kind not in self.kinds:
                continue
            one = self._score(candidate)
            held = self.best.get(candidate.place)
            if held is None or one.score > held.score:
                self.best[candidate.place] = one

    def _score(self, candidate: Candidate) -> Scored:
        key = (candidate.text, candidate.pinyin)
        known = self.fits.get(key)
        if known is None:
            facts = (candidate.text, candidate.pinyin, candidate.initials)
            known = self.fits[key] = max(ranking.fit(question, *facts) for question in self.questions)
        fits, how = known
        if candidate.role == "d" and how != ranking.EXACT:
            fits -= 0.02
        if self.named and _denied(candidate, self.named):
            fits -= AREA_DENIED
        if how == ranking.EXACT and candidate.role == "a":
            how = ranking.ALIAS
        score = fits + KIND_BONUS[candidate.kind] + 0.01 * candidate.weight / 100
        score += 0.015 * ranking.nearness(candidate.lon, candidate.lat, self.near)
        return Scored(candidate, score, fits, how)


def streets_called(said: Sequence[str], day: date) -> dict[str, list[tuple[int, float]]]:
    """(id, fit) of the streets that have just these names, by name."""
    found: dict[str, dict[int, float]] = {one: {} for one in said}
    for hit in candidates.streets(said, day) if said else ():
        found[hit.text][hit.place] = 1.0
    return {text: sorted(hits.items()) for text, hits in found.items()}


def streets_like(said: str, day: date, least: float) -> list[tuple[int, float]]:
    """(id, fit) of the streets that a text in normal form may mean, those of the best name only."""
    question = Question.of(said)
    sounds = texts.cut(said, 1)[0] if question.latin and texts.cut(said, 1) else question.sounds
    found = candidates.by_grams([texts.street_grams(said, sounds)], day)
    hits = [one for one in found if one.kind == Kind.STREET]
    fits = [(one.place, ranking.fit(question, one.text, one.pinyin, one.initials)[0]) for one in hits]
    best = max((fit for _, fit in fits), default=0.0)
    return sorted({place: fit for place, fit in fits if fit >= max(least, best - 0.001)}.items())


def understandings(said: str) -> tuple[list[Question], frozenset[tuple[str, str]]]:
    """Ways to read a question: as it stands, without names of areas before it, with abbreviations written out; and
    the (level, code) of the areas that stood before it."""
    known = words.current()
    named: set[tuple[str, str]] = set()
    rest = said
    while cut := next((rest[:n] for n in range(known.longest_area, 1, -1) if rest[:n] in known.areas), ""):
        if len(rest) - len(cut) < 2:
            break
        named.update(known.areas[cut])
        rest = rest[len(cut) :]
    questions = [Question.of(said)]
    if rest != said:
        questions.append(Question.of(rest, 0.004))
    numbered = texts.numbered(rest)
    for short, long in known.of["abbreviation"].items():
        if short in numbered and long not in numbered:
            questions.append(Question.of(numbered.replace(short, long), 0.01))
    return questions, frozenset(named)


def _denied(candidate: Candidate, named: frozenset[tuple[str, str]]) -> bool:
    for level, own in (("district", candidate.district), ("street", candidate.street)):
        codes = {code for at, code in named if at == level}
        if codes and own and own not in codes:
            return True
    return False

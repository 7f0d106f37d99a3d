"""Places by what they are called: names, aliases, addresses, abbreviations, pinyin, initials, typing errors."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from citygrid.geocoding import candidates, ranking, texts, words
from citygrid.geocoding.candidates import Candidate
from citygrid.geocoding.models import Kind, Place
from citygrid.geocoding.ranking import Question

AREA_DENIED = 0.12
"""What a place loses that lies in another district or street than the one named."""
PREFIX_LONGEST = 8
KIND_BONUS = {Kind.STREET: 0.006, Kind.AREA: 0.004, Kind.ESTATE: 0.003, Kind.LANDMARK: 0.003, Kind.DOOR_PLATE: 0.0}


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score. `fits`: without what kind, fame and nearness add."""

    candidate: Candidate
    score: float
    fits: float
    how: str


def best_place(said: str, day: date, near: tuple[float, float] | None, least: float) -> tuple[Place, float] | None:
    """The place most likely meant by a text in normal form, with how well it fits."""
    scored = simple(said, day, near)
    if not scored or scored[0].fits < least:
        return None
    return Place.objects.get(pk=scored[0].candidate.place), scored[0].fits


def streets(said: str, day: date, least: float) -> list[tuple[int, float]]:
    """(id, fit) of the streets that a text in normal form may mean, those of the best name only."""
    question = Question.of(said)
    found = candidates.exact([said], day)
    hits = [one for one in found if one.kind == Kind.STREET and one.role != "d"]
    if not hits:
        sounds = texts.cut(said, 1)[0] if question.latin and texts.cut(said, 1) else question.sounds
        hits = [one for one in candidates.by_grams(texts.street_grams(said, sounds), day) if one.kind == Kind.STREET]
    fits = [(one.place, ranking.fit(question, one.text, one.pinyin, one.initials)[0]) for one in hits]
    best = max((fit for _, fit in fits), default=0.0)
    return sorted({place: fit for place, fit in fits if fit >= max(least, best - 0.001)}.items())


def simple(
    said: str, day: date, near: tuple[float, float] | None = None, kinds: Collection[str] | None = None
) -> list[Scored]:
    """The places whose texts answer the question, one score for each, the best first."""
    questions, named = understandings(said)
    found = candidates.exact([question.text for question in questions], day)
    if len(said) <= PREFIX_LONGEST and not (found and len(said) > 3):
        found += candidates.beginning(questions[0].text, day)
        if questions[0].latin:
            found += candidates.beginning(said, day, "initials")
    found += candidates.by_grams((gram for question in questions for gram in question.grams()), day)
    best: dict[int, Scored] = {}
    for candidate in dict.fromkeys(found):
        if kinds and candidate.kind not in kinds:
            continue
        one = _score(candidate, questions, named, near)
        held = best.get(candidate.place)
        if held is None or one.score > held.score:
            best[candidate.place] = one
    return sorted(best.values(), key=lambda one: (-one.score, len(one.candidate.text), one.candidate.place))


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


def _score(
    candidate: Candidate,
    questions: Sequence[Question],
    named: frozenset[tuple[str, str]],
    near: tuple[float, float] | None,
) -> Scored:
    fits, how = max(ranking.fit(q, candidate.text, candidate.pinyin, candidate.initials) for q in questions)
    if candidate.role == "d" and how != ranking.EXACT:
        fits -= 0.02
    if named and _denied(candidate, named):
        fits -= AREA_DENIED
    if how == ranking.EXACT and candidate.role == "a":
        how = ranking.ALIAS
    score = fits + KIND_BONUS[Kind(candidate.kind)] + 0.01 * candidate.weight / 100
    score += 0.015 * ranking.nearness(candidate.lon, candidate.lat, near)
    return Scored(candidate, score, fits, how)


def _denied(candidate: Candidate, named: frozenset[tuple[str, str]]) -> bool:
    for level, own in (("district", candidate.district), ("street", candidate.street)):
        codes = {code for at, code in named if at == level}
        if codes and own and own not in codes:
            return True
    return False

"""What the pages of decision support are asked for: days, a class, a district. What nobody says has its usual answer;
what cannot be understood is refused, with what was wrong (`NoAnswerError`)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citygrid.areas.models import Area
from citygrid.cases import naming
from citygrid.evaluation.asked import LONGEST
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.periods import FIRST_YEAR, LAST_YEAR, Period, period
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Fragment, Scope

TABLE = frozenset({"leader", "evaluator", "office", "shift_leader", "supervisor_dept"})
"""Posts that read the evaluation's table; the others here read what their desk needs."""
READING = TABLE | {"commission", "inspector", "dispatcher", "unit_desk", "person_in_charge"}
UNDOING = frozenset({"evaluator", "office", "shift_leader"})
"""Who says that a recurrence is not the same place: neither who handled nor who checked."""
PAGE, MOST = 100, 1000
"""Rows of a page, unless the address says otherwise; and at most."""
PAGED = ("after", "limit")
KNOWN = frozenset({
    "from", "to", "class", "district", "by", "level", "way", "hours", "metres", "least", "open", "place", "square",
    "words", *PAGED,
})  # fmt: skip
"""All that an address may say; a sheet reads what concerns it. `words`: of the class, as they were typed."""


FIELDS = {"hours": gettext_lazy("Within hours"), "metres": gettext_lazy("Metres"),
          "least": gettext_lazy("Cases at least")}  # fmt: skip
"""What the form calls what an address calls so."""


class NoAnswerError(ValueError):
    """What was asked cannot be understood: a code for machines, a sentence for people."""

    def __init__(self, code: str, sentence: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.sentence, self.params = code, sentence, params


@dataclass(frozen=True, slots=True)
class Asked:
    """The days both included; `class_id` and `district` empty for all. Of a list at most `most` rows after the key
    `after`."""

    signed: Signed
    now: datetime
    period: Period
    class_id: str
    district: int | None
    given: Mapping[str, str]
    after: str = ""
    most: int = PAGE

    @property
    def scope(self) -> Scope:
        return self.signed.scope

    def link(self, **more: Any) -> str:
        """The same question with these words changed, from the first page on; None takes one away."""
        words = {key: value for key, value in self.given.items() if key not in (*more, *PAGED, "words")}
        return "?" + urlencode(words | {key: value for key, value in more.items() if value is not None})

    def whole(self, key: str, usual: int, least: int, most: int) -> int:
        """A whole number from the address. NoAnswerError for what is none within these bounds."""
        return _whole(self.given, key, usual, least, most)

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        """One of these words, the first unless the address says otherwise. NoAnswerError for another."""
        text = self.given.get(key, "") or known[0]
        if text not in known:
            sentence = _("%(name)s is one of: %(known)s.") % {"name": key, "known": ", ".join(known)}
            raise NoAnswerError("no_choice", sentence, name=key, known=list(known))
        return text

    def cases(self) -> Fragment:
        """The condition on cases `c`: what this seat may see, of the class and the district asked for."""
        text, params = self.scope.sql("c")
        terms, values = [text], list(params)
        if self.class_id:
            terms.append("c.class_id = %s")
            values.append(self.class_id)
        if self.district is not None:
            terms.append("c.district = %s")
            values.append(self.district)
        return " and ".join(terms), values

    def facts(self, alias: str, column: str = "unit") -> Fragment:
        """The condition on rows of facts: units of the scope and its areas, as the evaluation's table has them."""
        if self.scope.everything:
            return "true", []
        areas = sorted(self.scope.areas)
        terms = [f"{alias}.{column} = any(%s::bigint[])"]
        terms += [f"{alias}.{level} = any(%s::bigint[])" for level in ("district", "street", "community")]
        return f"({' or '.join(terms)})", [sorted(self.scope.bodies), areas, areas, areas]


def may_see(signed: Any) -> bool:
    """Whether a post reads decision support; its scope says of what."""
    return signed is not None and signed.role.code in READING


def read(given: Mapping[str, str], signed: Signed, now: datetime, days: int) -> Asked:
    """The last `days` days unless the address says otherwise. NoAnswerError for what cannot be understood."""
    words = _words(given)
    known(given, KNOWN)
    zone = zone_at(now)
    last = _day(words, "to", now.astimezone(zone).date())
    first = _day(words, "from", last - timedelta(days=days - 1))
    if words.get("words") and not words.get("class"):
        sentence = _("“%(words)s” is no class yet: choose one of the list.") % {"words": words["words"][:40]}
        raise NoAnswerError("no_class", sentence, name="class")
    if last < first:
        raise NoAnswerError("period_backwards", _("The last day lies before the first."))
    if (last - first).days > LONGEST:
        raise NoAnswerError("period_too_long", _("A period is at most three years."))
    most = _whole(words, "limit", PAGE, 1, MOST)
    of, after = period(first, last, zone, now), words.get("after", "")
    return Asked(signed, now, of, words.get("class", "")[:80], _district(words), words, after, most)


def known(names: Iterable[str], those: Collection[str]) -> None:
    """NoAnswerError when an address says what nobody asks for: a mistyped word must not pass for the usual."""
    for name in names:
        if name not in those:
            sentence = _("“%(name)s” is nothing that can be asked here.") % {"name": name[:40]}
            raise NoAnswerError("no_parameter", sentence, name=name[:40])


def usual(given: Mapping[str, str], signed: Signed, now: datetime, days: int) -> Asked:
    """What is shown beside a refusal: the usual days, and what was typed."""
    return replace(read({}, signed, now, days), given=_words(given))


def no_page() -> NoAnswerError:
    return NoAnswerError("no_page", _("There is no such page."))


def no_cell() -> NoAnswerError:
    return NoAnswerError("no_cell", _("There is no such number to open."))


def districts(scope: Scope) -> list[tuple[int, str]]:
    """The districts that can be asked for: all, or those of the scope."""
    rows = Area.objects.filter(kind="district", valid_to=None).order_by("code")
    if not scope.everything:
        rows = rows.filter(pk__in=scope.areas)
    ids = list(rows.values_list("pk", flat=True))
    names = naming.areas(ids)
    return [(one, names.get(one, str(one))) for one in ids]


def _words(given: Mapping[str, str]) -> dict[str, str]:
    return {key: value[:200].replace("\0", "") for key, value in given.items() if value}


def _day(words: Mapping[str, str], key: str, usual: date) -> date:
    text = words.get(key)
    if text is None:
        return usual
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise NoAnswerError("no_day", _("That is not a day; write it like 2026-03-21."), name=key)
    return found


def _district(words: Mapping[str, str]) -> int | None:
    text = words.get("district")
    if text is None:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    if not naming.areas([number]):
        raise NoAnswerError("no_district", _("There is no such district."), name="district")
    return number


def _whole(words: Mapping[str, str], key: str, usual: int, least: int, most: int) -> int:
    text = words.get(key)
    if text is None:
        return usual
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1
    if not least <= number <= most:
        sentence = _("%(name)s is a whole number from %(least)s to %(most)s.")
        params = {"name": key, "least": least, "most": most}
        raise NoAnswerError("no_number", sentence % (params | {"name": str(FIELDS.get(key, key))}), **params)
    return number

"""What a term `standing:SET` of a score opens to: each value with its check, or the duty whose period had a fault."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from citygrid.evaluation.results import Scores, TermScore
from citygrid.evaluation.rounding import half_up
from citygrid.evaluation.standing import city_files, figures, words
from citygrid.rulebook.slices import localday
from citygrid.web.words import say


def of_term(scores: Scores | None, term: TermScore) -> list[dict[str, Any]]:
    """The lines behind a term, by day; none for a term of another sort."""
    if scores is None or not term.given:
        return []
    first, last = date.fromisoformat(scores.first), date.fromisoformat(scores.last)
    found = figures.behind(term.given, first, last, localday(datetime.fromisoformat(scores.until)))
    return [_line(one) for one in found]


def _line(one: figures.Worth) -> dict[str, Any]:
    duty = city_files.newest(one.duty)
    check = one.how == "check"
    address = reverse("evaluation:standing_check", args=[one.id]) if check else ""
    return {
        "day": one.day, "value": half_up(one.value.numerator, one.value.denominator), "how": words.HOW[one.how],
        "name": say(duty.names) if duty else one.duty,
        "address": address or reverse("evaluation:standing_duty", args=[one.duty]),
    }  # fmt: skip

"""The workbench of indicators: a formula tried on last month, with every object's value, numerator and denominator, and
then proposed as an indicator of the city, which a second person brings into force as any change of a scheme."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citygrid.cases.database import plain
from citygrid.evaluation import catalogue, facts, formulas, scheme_changing, score_printing
from citygrid.evaluation import subjects as subject_names
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.counting import Question, count
from citygrid.evaluation.definitions import SUBJECTS, Definitions, current
from citygrid.evaluation.entry_seeing import SCHEMES
from citygrid.evaluation.exact import values
from citygrid.evaluation.formulas import Formula, FormulaError
from citygrid.evaluation.periods import month_before, period
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.scheme_changing import Wanted
from citygrid.evaluation.scheme_models import SchemeChange
from citygrid.evaluation.scheme_words import OWN
from citygrid.evaluation.subjects import named
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.web.refusals import tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import say

WORDS = ("key", "zh", "en", "formula", "unit", "by", "day", "reason")
SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(SCHEMES)
def workbench(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Try a formula (GET), or propose it as an indicator (POST)."""
    sent = request.POST if request.method == "POST" else request.GET
    words = {name: sent.get(name, "") for name in WORDS}
    words["by"] = words["by"] if words["by"] in SUBJECTS else "unit"
    words["unit"] = words["unit"] if words["unit"] in ("percent", "count") else "percent"
    now = timezone.now()
    today = now.astimezone(zone_at(now)).date()
    words["day"] = words["day"] or today.isoformat()
    known = current(today)
    fault, formula = _read(words, known)
    refusal: list[str] = []
    if request.method == "POST" and formula is not None:
        uid = uuid_of(request.POST.get("uid"))
        if uid is None:
            raise Http404
        answer = _propose(uid, words, signed, now)
        if isinstance(answer, SchemeChange):
            messages.success(request, _("Proposed. Somebody else confirms it."))
            return redirect("evaluation:scheme_change", answer.pk)
        refusal = answer
    context = {
        "words": words, "fault": fault, "refusal": refusal, "sums": _tried(formula, words, known, now, signed),
        "subjects": [(key, str(subject_names.WORDS[key])) for key in SUBJECTS], "before": month_before(today),
        "known": [(key, say(one.names)) for key, one in known.all.items() if words["by"] in known.subjects_of(key)],
        "own": catalogue.text_at(OWN, today), "uid": uuid4(),
        "waits": SchemeChange.objects.filter(code=OWN, state=SchemeChange.State.PROPOSED).first(),
    }  # fmt: skip
    return render(request, "evaluation/workbench.html", context, status=422 if fault or refusal else 200)


def _read(words: dict[str, str], known: Definitions) -> tuple[dict[str, Any] | None, Formula | None]:
    """What is wrong with the formula and where, or the formula."""
    text = words["formula"]
    if not text:
        return None, None
    try:
        formula = formulas.read(text)
        formulas.check_names(formula, lambda key: key in known.all and words["by"] in known.subjects_of(key))
    except FormulaError as error:
        lines = text.split("\n")
        line = lines[error.line - 1].rstrip("\r") if error.line <= len(lines) else ""
        return {
            "sentence": _(error.message) % error.params, "line": error.line, "column": error.column,
            "before": line[: error.column - 1], "at": line[error.column - 1 : error.column] or " ",
            "after": line[error.column :],
        }, None  # fmt: skip
    return None, formula


def _tried(formula: Formula | None, words: dict[str, str], known: Definitions, now: Any, signed: Signed) -> Any:
    """Value, numerator and denominator for each object, over the month before."""
    if formula is None:
        return None
    zone = zone_at(now)
    first, last = month_before(now.astimezone(zone).date())
    question = Question(period(first, last, zone, now), words["by"], scope=signed.scope)
    with plain() as connection:
        facts.catch_up(connection)
        counted = count(connection, known.counts_of(formula.names), question)
    names = named(words["by"], list(counted.numbers))
    rows = []
    for key, numbers in counted.numbers.items():
        derived = {one for whose, one in counted.derived if whose == key}
        exact = values(formula.names, known, numbers, derived)
        value, parts = formula.value(exact), formula.parts(exact)
        query = urlencode({"from": first, "to": last, "by": words["by"], "subject": names[key].text})
        rows.append({
            "name": names[key].name, "code": names[key].code, "text": _shown(value, words["unit"]),
            "over": score_printing.number(parts[0]) if parts else "",
            "under": score_printing.number(parts[1]) if parts else "",
            "uses": [{"name": say(known.all[name].names), "text": score_printing.number(exact[name]),
                      "address": f"{name}/?{query}"} for name in formula.names],
        })  # fmt: skip
    rows.sort(key=lambda row: (row["code"], row["name"]))
    return {"rows": rows[:SHOWN], "more": max(0, len(rows) - SHOWN), "fraction": formula.tree.data == "div"}


def _shown(value: Any, unit: str) -> str:
    if value is None:
        return NOTHING
    return f"{score_printing.shown(value * 100)}%" if unit == "percent" else score_printing.shown(value)


def _propose(uid: UUID, words: dict[str, str], signed: Signed, now: Any) -> SchemeChange | list[str]:
    """Propose the city's own file with the indicator in it, in place of an older one of the same key; or what is
    wrong. It goes the way of every change of a scheme."""
    try:
        day = date.fromisoformat(words["day"])
    except ValueError:
        return [_("That is not a day; write it like 2026-03-21.")]
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,59}", words["key"]) or not words["zh"].strip() or not words["en"].strip():
        return [_("An indicator has a key (small letters, digits, _) and a name in both languages.")]
    wanted = Wanted(OWN, _with_indicator(catalogue.text_at(OWN, day), words), day, words["reason"])
    faults = scheme_changing.checked(wanted).problems
    if faults:
        return [_(problem.message) % dict(problem.params) for problem in faults]
    try:
        return scheme_changing.propose(uid, wanted, signed, now)
    except Refused as error:
        return [tell(error.refusal).sentence]


def _with_indicator(before: str, words: dict[str, str]) -> str:
    """The file's text with this indicator as its last table."""
    tables = re.split(r"(?m)^(?=\[\[formula\]\]$)", before)
    tables = [table for table in tables if f'\nkey = "{words["key"]}"\n' not in table]
    unit = "percent" if words["unit"] == "percent" else ""
    fields = {name: words[name].strip() for name in ("key", "zh", "en", "formula")} | {"unit": unit}
    table = "[[formula]]\n" + "".join(f"{name} = {_quoted(value)}\n" for name, value in fields.items())
    text = "".join(tables).rstrip("\n")
    return f"{text}\n\n{table}" if text else table


def _quoted(text: str) -> str:
    """A TOML string on one line."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(f"\\u{ord(c):04X}" if ord(c) < 32 or c == "\x7f" else c for c in plain) + '"'


_NAMES = {
    "unit": lambda: _("Unit"), "area": lambda: _("Area"), "post": lambda: _("Post"), "class": lambda: _("Class"),
    "source": lambda: _("Source"),
}  # fmt: skip

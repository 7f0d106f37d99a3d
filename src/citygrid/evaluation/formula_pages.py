"""The workbench of indicators: a formula tried on last month, with every object's value, numerator and denominator, and
then brought into force as an indicator of the city; a scheme file the same way."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citygrid.cases.database import plain
from citygrid.evaluation import catalogue, facts, formulas, score_printing
from citygrid.evaluation import subjects as subject_names
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.counting import Question, count
from citygrid.evaluation.definitions import SUBJECTS, Definitions, current
from citygrid.evaluation.entry_seeing import SCHEMES
from citygrid.evaluation.exact import values
from citygrid.evaluation.formulas import Formula, FormulaError
from citygrid.evaluation.periods import month_before, period
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.subjects import named
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.rulebook.models import SchemeRow
from citygrid.rulebook.slices import in_force
from citygrid.trust import audit
from citygrid.web.words import say

OWN = "city_indicators"
"""The file of the city's schemes that indicators made on this page go into."""
WORDS = ("key", "zh", "en", "formula", "unit", "by")
SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(SCHEMES)
def workbench(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Try a formula (GET), or bring it into force (POST)."""
    sent = request.POST if request.method == "POST" else request.GET
    words = {name: sent.get(name, "") for name in WORDS}
    words["by"] = words["by"] if words["by"] in SUBJECTS else "unit"
    words["unit"] = words["unit"] if words["unit"] in ("percent", "count") else "percent"
    now = timezone.now()
    today = now.astimezone(zone_at(now)).date()
    known = current(today)
    fault, formula = _read(words, known)
    refusal: list[str] = []
    if request.method == "POST" and formula is not None:
        refusal = _keep(words, signed, now)
        if not refusal:
            messages.success(request, _("In force from today: %(name)s.") % {"name": words["zh"] or words["key"]})
            return redirect("evaluation:workbench")
    context = {
        "words": words, "fault": fault, "refusal": refusal, "sums": _tried(formula, words, known, now, signed),
        "subjects": [(key, str(subject_names.WORDS[key])) for key in SUBJECTS], "before": month_before(today),
        "known": [(key, say(one.names)) for key, one in known.all.items() if words["by"] in known.subjects_of(key)],
        "own": in_force(SchemeRow, today).filter(code=OWN).values_list("text", flat=True).first() or "",
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
        facts.refresh(connection)
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


def _keep(words: dict[str, str], signed: Signed, now: Any) -> list[str]:
    """Add the indicator to the city's own file, in place of an older one of the same key; or what is wrong."""
    day = now.astimezone(zone_at(now)).date()
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,59}", words["key"]) or not words["zh"].strip() or not words["en"].strip():
        return [_("An indicator has a key (small letters, digits, _) and a name in both languages.")]
    before = in_force(SchemeRow, day).filter(code=OWN).values_list("text", flat=True).first() or ""
    tables = re.split(r"(?m)^(?=\[\[formula\]\]$)", before)
    tables = [table for table in tables if f'\nkey = "{words["key"]}"\n' not in table]
    unit = "percent" if words["unit"] == "percent" else ""
    fields = {name: words[name].strip() for name in ("key", "zh", "en", "formula")} | {"unit": unit}
    table = "[[formula]]\n" + "".join(f"{name} = {_quoted(value)}\n" for name, value in fields.items())
    text = "".join(tables).rstrip("\n")
    report = catalogue.keep(OWN, f"{text}\n\n{table}" if text else table, day)
    if report.ok:
        audit.record(now, "change_indicator", subject=("indicator", words["key"]), person=signed.person.pk)
    return [_(problem.message) % dict(problem.params) for problem in report.problems]


def _quoted(text: str) -> str:
    """A TOML string on one line."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(f"\\u{ord(c):04X}" if ord(c) < 32 or c == "\x7f" else c for c in plain) + '"'


_NAMES = {
    "unit": lambda: _("Unit"), "area": lambda: _("Area"), "post": lambda: _("Post"), "class": lambda: _("Class"),
    "source": lambda: _("Source"),
}  # fmt: skip

"""The texts of a report from its figures: what Word, PDF and page print. Numbers become text here only."""

from typing import Any

from django.utils.translation import gettext as _

from citygrid.bulletins import paragraphs
from citygrid.bulletins.content import Content, Group, Month, Pending, Ranked, Ranking, Share, Total
from citygrid.bulletins.paragraphs import days_name, period_name, signed
from citygrid.evaluation.rounding import NOTHING, printed
from citygrid.web.words import office_day

TITLES = {
    "month": lambda: _("Circular on the comprehensive evaluation of %(period)s"),
    "quarter": lambda: _("Review of the comprehensive evaluation of %(period)s"),
    "year": lambda: _("Yearly report of the comprehensive evaluation of %(period)s"),
}
CONTROLS = {code: None for code in (*range(32), 0x7F, 0xFFFE, 0xFFFF) if chr(code) not in "\t\n\r"}
Sheet = dict[str, Any]
"""A tree as `fields.FIELDS` has it: texts, lists and records."""


def sheet(of: Content) -> Sheet:
    """All fields, in the active language; charts are empty."""
    name = period_name(of.kind, of.span)
    short = [paragraphs.short_month(one.span) for one in of.months]
    groups = [_group(ranking, group, of.best, short) for ranking in of.rankings for group in ranking.groups]
    told = {
        "organ": of.heading.organ, "number": of.heading.number, "to": of.heading.to, "copies": of.heading.copies,
        "title": _title(of, name), "day": office_day(of.heading.day), "period": name,
        "days": days_name(of.span), "before": period_name(of.kind, of.before),
        "year": "" if of.yearly else period_name(of.kind, of.year),
        "overview": paragraphs.overview(of), "totals": [row for one in of.totals for row in _totals(one)],
        "months": [_month(one) for one in of.months], "months_text": paragraphs.months(of),
        "month_counts": "", "month_rates": "", "groups": groups,
        "pending": paragraphs.pending(of), "pending_rows": [_pending(one) for one in of.pending],
        "pending_more": _more(of), "classes": paragraphs.classes(of), "class_rows": [_share(one) for one in of.classes],
        "sources": paragraphs.sources(of), "source_rows": [_share(one) for one in of.sources],
        "safety": paragraphs.safety(of), "method": [_method(of, one) for one in of.rankings],
    }  # fmt: skip
    found: Sheet = plain(told)
    return found


def plain(tree: Any) -> Any:
    """Texts without the signs that no file of words can hold: a name has them from whoever imported it."""
    if isinstance(tree, str):
        return tree.translate(CONTROLS)
    if isinstance(tree, list):
        return [plain(one) for one in tree]
    return {key: plain(one) for key, one in tree.items()} if isinstance(tree, dict) else tree


def _title(of: Content, name: str) -> str:
    title = str(TITLES[of.kind]() % {"period": name})
    return _("%(title)s: %(place)s") % {"title": title, "place": of.place} if of.place else title


def _totals(one: Total) -> list[dict[str, str]]:
    """The row of an indicator; below the reported closing rate the true one."""
    if one.true is None:
        return [_total(one)]
    true = Total(one.key, paragraphs.true_name(one.true), one.unit, one.true.now, one.true.before, one.true.year)
    return [_total(one), _total(true)]


def _total(one: Total) -> dict[str, str]:
    return {
        "name": one.name, "now": paragraphs.shown(one, one.now), "before": paragraphs.shown(one, one.before),
        "year": paragraphs.shown(one, one.year), "change": signed(one.change),
        "year_change": signed(one.year_change),
    }  # fmt: skip


def _month(one: Month) -> dict[str, str]:
    counts = {name: printed(one.values.get(key)) for name, key in (("filed", "filed_cases"), ("closed", "closings"))}
    rates = (("on_time", "handling_on_time_rate"), ("closing", "closing_rate"))
    return {"name": period_name("month", one.span), **counts,
            **{name: paragraphs.percent(one.values.get(key)) for name, key in rates}}  # fmt: skip


def _group(ranking: Ranking, group: Group, best: int, months: list[str]) -> Sheet:
    title = ranking.name if len(ranking.groups) == 1 else f"{ranking.name} · {group.name}"
    return {
        "scheme": ranking.name, "name": group.name, "title": title, "columns": list(group.columns),
        "rows": [_row(row) for row in group.rows], "standing": paragraphs.standing(group, best),
        "causes": paragraphs.causes(group, best), "chart": "",
        "months": months if any(row.months for row in group.rows) else [],
    }  # fmt: skip


def _row(row: Ranked) -> Sheet:
    return {
        "rank": printed(row.rank), "name": row.name, "score": printed(row.score), "grade": row.grade or NOTHING,
        "before": printed(row.before_score), "change": signed(row.change), "before_rank": printed(row.before_rank),
        "values": [cell.value for cell in row.cells], "points": [printed(cell.points) for cell in row.cells],
        "months": [printed(score) for score in row.months],
    }  # fmt: skip


def _pending(one: Pending) -> dict[str, str]:
    return {
        "number": one.number, "kind": one.kind, "unit": one.unit, "area": one.area or NOTHING,
        "filed": office_day(one.filed), "days": str(one.days), "over": printed(one.over),
    }  # fmt: skip


def _more(of: Content) -> str:
    more = of.pending_all - len(of.pending)
    return _("%(more)s more are not listed.") % {"more": more} if of.pending and more else ""


def _share(one: Share) -> dict[str, str]:
    return {"name": one.name, "count": str(one.count), "share": f"{printed(one.share)}%", "before": str(one.before)}


def _method(of: Content, one: Ranking) -> str:
    words = {"scheme": one.name, "hash": one.hash[:12], "version": one.frozen}
    if one.frozen is not None:
        return _("%(scheme)s: the frozen result, version %(version)s (scheme %(hash)s).") % words
    return _("%(scheme)s: counted when the paper was made (scheme %(hash)s).") % words

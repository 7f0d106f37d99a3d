"""Sentences from the figures, as an office writes them (通报); by rules, so that nothing is said that was not counted.

What has no value is left out or called so; equal ones are named together; one alone is not called the best. In the
active language; golden texts in both stand in tests/bulletins/test_paragraphs.py."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from citygrid.bulletins.content import Cell, Content, Group, Month, Pending, Ranked, Share, Span, Total, TrueRate, Value
from citygrid.evaluation.rounding import half_up, printed
from citygrid.web.words import chinese, office_day

MOST_NAMES = 6
"""So many equal ones are named; more are counted."""


def listed(names: Sequence[str]) -> str:
    """`甲、乙、丙`; `A, B, C`."""
    return ("、" if chinese() else ", ").join(names)


def joined(sentences: Sequence[str]) -> str:
    """Sentences of one paragraph."""
    return ("" if chinese() else " ").join(one for one in sentences if one)


def clauses(parts: Sequence[str]) -> str:
    return ("，" if chinese() else ", ").join(part for part in parts if part)


def period_name(kind: str, span: Span) -> str:
    """`2026年3月`, `2026年第一季度`, `2026年`; days where months do not begin with the first."""
    year, month = span.last.year, span.last.month
    if kind == "year":
        return f"{year}年" if chinese() else str(year)
    if kind == "quarter":
        number = (month + 2) // 3
        return f"{year}年第{'一二三四'[number - 1]}季度" if chinese() else f"Q{number} {year}"
    return f"{year}年{month}月" if chinese() else f"{span.last:%B} {year}"


def short_month(span: Span) -> str:
    """`3月`, `Mar`: within a paper about its year."""
    return f"{span.last.month}月" if chinese() else f"{span.last:%b}"


def days_name(span: Span) -> str:
    return _("%(first)s to %(last)s") % {"first": office_day(span.first), "last": office_day(span.last)}


def shown(one: Total, value: Value) -> str:
    return percent(value) if one.unit == "percent" else printed(value)


def percent(value: Value) -> str:
    """`95.20%`, or the dash."""
    return printed(value) if value is None else f"{printed(value)}%"


def change_words(one: Total, change: Value, old: Value) -> str:
    """`增加12件，增幅10.81%`; `上升1.20个百分点`; `持平`. Empty where one of the two is missing."""
    if change is None:
        return ""
    if change == 0:
        return pgettext("compared", "unchanged")
    size = change if change > 0 else -change
    words = {"by": printed(size)}
    if one.unit == "percent":
        return (_("up %(by)s points") if change > 0 else _("down %(by)s points")) % words
    text = (_("up %(by)s") if change > 0 else _("down %(by)s")) % words
    share = half_up(size, old, 100) if isinstance(old, int) and old > 0 else None
    return text if share is None else _("%(change)s (%(share)s%%)") % {"change": text, "share": share}


def overview(of: Content) -> list[str]:
    """A sentence per indicator: the number, and how it moved against the period before and the year before."""
    named = {"name": period_name(of.kind, of.span), "days": days_name(of.span)}
    begin = _("The period is %(name)s (%(days)s).") % named
    if not of.over:
        begin = joined([begin, _("It is not over yet: the figures are those of the moment.")])
    if of.place:
        words = _("The figures are those of %(place)s; ranks are those of the whole group.")
        begin = joined([begin, words % {"place": of.place}])
    elif of.limited:
        begin = joined([begin, _("The figures are those of the issuing body's own area and units.")])
    return [begin, joined([_total(of, one) for one in of.totals])]


def true_name(one: TrueRate) -> str:
    """What the row of the true closing rate is called: with its band, or that nothing can be said."""
    if one.now is None:
        return _("True closing rate (too few re-checks)")
    return _("True closing rate (95%% band %(low)s%% to %(high)s%%)") % {"low": one.low, "high": one.high}


def _true(one: TrueRate | None) -> str:
    if one is None:
        return ""
    if one.now is None:
        return _("too few closings were looked at again to tell the true closing rate")
    words = {"value": one.now, "low": one.low, "high": one.high}
    return _("by what was looked at again, the true closing rate is %(value)s%% (with 95%% certainty %(low)s%% to"
             " %(high)s%%)") % words  # fmt: skip


def _total(of: Content, one: Total) -> str:
    if one.now is None:
        return _("%(name)s: nothing to count it from.") % {"name": one.name}
    said = [_("%(name)s: %(value)s") % {"name": one.name, "value": shown(one, one.now)}]
    moved = "" if of.yearly else change_words(one, one.change, one.before)
    if moved:
        said.append(_("on the period before %(moved)s") % {"moved": moved})
    moved = change_words(one, one.year_change, one.year)
    if moved:
        said.append(_("on the year before %(moved)s") % {"moved": moved})
    said += [true] if (true := _true(one.true)) else []
    return _sentence(clauses(said))


def months(of: Content) -> str:
    """In which months most and fewest cases were filed, and where the closing rate was best and worst; nothing where
    all are alike. A month that is not over says nothing about its year."""
    whole = [one for one in of.months if one.over]
    said = [
        _extremes(whole, "filed_cases", _("Most cases were filed in %(most)s, fewest in %(least)s."), printed),
        _extremes(whole, "closing_rate", _("The closing rate was highest in %(most)s, lowest in %(least)s."), percent),
    ]
    return joined(said)


def _extremes(rows: Sequence[Month], key: str, words: str, text: Callable[[Value], str]) -> str:
    values = [value for one in rows if (value := one.values.get(key)) is not None]
    if not values or min(values) == max(values):
        return ""
    told = {}
    for name, end in (("most", max(values)), ("least", min(values))):
        names = [period_name("month", one.span) for one in rows if one.values.get(key) == end]
        told[name] = _("%(months)s (%(number)s)") % {"months": _some(names), "number": text(end)}
    return words % told


def standing(group: Group, best: int) -> list[str]:
    """Who stands first and last, in one paragraph; who moved most."""
    rows = group.scored
    none = len(group.rows) - len(rows)
    said = []
    if not rows:
        return [_("%(group)s: nobody has a score in this period.") % {"group": group.name}]
    if len(rows) == 1:
        said.append(_("%(group)s: only %(name)s has a score, %(score)s.") % {"group": group.name, **_row(rows[0])})
    elif rows[0].score == rows[-1].score:
        said.append(_("%(group)s: all %(count)s have the same score, %(score)s.") %
                    {"group": group.name, "count": len(rows), "score": rows[0].score})  # fmt: skip
    else:
        first, last = ends(rows, best)
        said.append(_("%(group)s: %(count)s were scored; first stand %(first)s.") %
                    {"group": group.name, "count": len(rows), "first": _named(first)})  # fmt: skip
        said.append(_("Last stand %(last)s.") % {"last": _named(last)} if last else "")
    if none:
        said.append(_("Without a score: %(count)s.") % {"count": none})
    return [joined([*said, *_moves(rows)])]


def ends(rows: Sequence[Ranked], best: int) -> tuple[list[Ranked], list[Ranked]]:
    """The best and the last: `best` of each where there are so many, with those equal to them; nobody is both."""
    count = min(best, len(rows) // 2)
    low, high = rows[-count].score, rows[count - 1].score
    first = [row for row in rows if row.score is not None and high is not None and row.score >= high]
    last = [row for row in rows if row.score is not None and low is not None and row.score <= low]
    return first, [row for row in last if row not in first]


def _moves(rows: Sequence[Ranked]) -> list[str]:
    moved = [(row, row.change) for row in rows if row.change is not None and row.change != 0]
    said = []
    ways: tuple[tuple[Callable[..., Decimal], str], ...] = (
        (max, _("The greatest rise on the period before: %(who)s.")),
        (min, _("The greatest fall: %(who)s.")),
    )
    for take, words in ways:
        right = [(row, change) for row, change in moved if (change > 0) == (take is max)]
        if right:
            end = take(change for _row, change in right)
            said.append(words % {"who": _equal([row for row, change in right if change == end], _moved)})
    return said


def _moved(row: Ranked) -> str:
    change = row.change or Decimal(0)
    if row.before_rank is None or row.rank is None:
        text = _("%(name)s (%(change)s to %(score)s)")
    elif row.before_rank == row.rank:
        text = _("%(name)s (%(change)s to %(score)s, still rank %(rank)s)")
    else:
        text = _("%(name)s (%(change)s to %(score)s, rank %(before)s to %(rank)s)")
    return text % {**_row(row), "change": signed(change), "before": row.before_rank, "rank": row.rank}


def signed(value: Value) -> str:
    """`+1.20`, `-3`, `0`, `–`."""
    return printed(value) if value is None or value <= 0 else f"+{value}"


def causes(group: Group, best: int) -> list[str]:
    """Of the last, from the very last on: the term that cost most, its value, and what was deducted. Those that lost
    the same for the same are told in one sentence."""
    rows = group.scored
    last = rows if len(rows) == 1 else ends(rows, best)[1] if rows and rows[0].score != rows[-1].score else []
    alike: dict[tuple[Cell, ...], list[Ranked]] = {}
    for row in reversed(last):
        alike.setdefault(_costly(row), []).append(row)
    return [_cause(cells, some) for cells, some in alike.items() if cells]


def _costly(row: Ranked) -> tuple[Cell, ...]:
    """The terms that cost most, with their value and no points of their own, then every deduction."""
    terms = [cell for cell in row.cells if cell.lost is not None and not cell.plus]
    most = max((cell.lost for cell in terms if cell.lost is not None), default=None)
    taken = [cell for cell in row.cells if cell.lost is not None and cell.plus]
    return tuple(replace(cell, points=None) for cell in (*(one for one in terms if one.lost == most), *taken))


def _cause(cells: Sequence[Cell], rows: Sequence[Ranked]) -> str:
    terms, taken = ([cell for cell in cells if cell.plus is plus] for plus in (False, True))
    words = {"name": _some([row.name for row in rows])}
    said = []
    if terms:
        names = [_("%(term)s (value %(value)s)") % {"term": one.name, "value": one.value} for one in terms]
        words |= {"terms": listed(names), "lost": str(terms[0].lost)}
        said.append(_lost_most(len(rows), len(terms)) % words)
    said += [_("deducted for %(term)s: %(lost)s points") % {"term": one.name, "lost": one.lost} for one in taken]
    if not terms:
        said[0] = _("%(name)s: %(text)s") % {**words, "text": said[0]}
    return _sentence(clauses(said))


def _lost_most(rows: int, terms: int) -> str:
    """One or several, in one term or the same in each of several."""
    if rows == 1:
        return (_("%(name)s lost most in %(terms)s: %(lost)s points") if terms == 1
                else _("%(name)s lost most in %(terms)s: %(lost)s points in each"))  # fmt: skip
    return (_("%(name)s each lost most in %(terms)s: %(lost)s points") if terms == 1
            else _("%(name)s each lost most in %(terms)s: %(lost)s points in each"))  # fmt: skip


def pending(of: Content) -> str:
    """How many cases are long open, whose, and the longest."""
    if not of.pending_all:
        return _("At the end of the period no case had been open for more than %(days)s days since its filing.") % {
            "days": of.pending_days}  # fmt: skip
    said = [_("At the end of the period, cases open for more than %(days)s days since their filing: %(count)s.") %
            {"days": of.pending_days, "count": of.pending_all}]  # fmt: skip
    units = [_("%(name)s %(count)s") % {"name": name, "count": count} for name, count in of.pending_units[: of.best]]
    said.append(_("Most of them: %(units)s.") % {"units": listed(units)})
    if of.pending:
        said.append(_longest(of.pending))
    return joined(said)


def _longest(rows: Sequence[Pending]) -> str:
    equal = [row for row in rows if row.days == rows[0].days]
    if len(equal) > MOST_NAMES:
        return _("The longest open: %(count)s cases, %(days)s days.") % {"count": len(equal), "days": rows[0].days}
    names = [_("%(number)s (%(kind)s, %(unit)s)") % {"number": row.number, "kind": row.kind, "unit": row.unit}
             for row in equal]  # fmt: skip
    return _("The longest open: %(cases)s, %(days)s days.") % {"cases": listed(names), "days": rows[0].days}


def classes(of: Content) -> str:
    if not of.classes:
        return _("No case was filed in the period.")
    most = [_share(one) for one in of.classes[: of.best]]
    return _("Most cases were filed of: %(classes)s.") % {"classes": listed(most)}


def sources(of: Content) -> str:
    if not of.sources:
        return _("No case was filed in the period.")
    return _("The filed cases by source: %(sources)s.") % {"sources": listed([_share(one) for one in of.sources])}


def _share(one: Share) -> str:
    return _("%(name)s %(count)s (%(share)s%%)") % {"name": one.name, "count": one.count, "share": printed(one.share)}


def safety(of: Content) -> str:
    one = of.safety
    if not (one.filed or one.closed or one.open):
        return _("No case that touches public safety was filed, closed or open.")
    return _("Cases that touch public safety: %(filed)s filed, %(closed)s closed, %(open)s open at the end.") % {
        "filed": one.filed, "closed": one.closed, "open": one.open}  # fmt: skip


def _row(row: Ranked) -> dict[str, object]:
    return {"name": row.name, "score": row.score}


def _named(rows: Sequence[Ranked]) -> str:
    """`甲（98.00分）、乙、丙（均为96.00分）`."""
    said = []
    for score, alike in groupby(rows, lambda row: row.score):
        names = [row.name for row in alike]
        words = {"name": _some(names), "score": score}
        said.append((_("%(name)s (%(score)s)") if len(names) == 1 else _("%(name)s (%(score)s each)")) % words)
    return listed(said)


def _some(names: Sequence[str]) -> str:
    """All names; of many some, and how many there are in all."""
    if len(names) <= MOST_NAMES:
        return listed(names)
    return _("%(some)s and others, %(all)s in all") % {"some": listed(names[:MOST_NAMES]), "all": len(names)}


def _equal(rows: Sequence[Ranked], words: Callable[[Ranked], str]) -> str:
    """Each with its words; where many are equal, some of them and how many there are in all."""
    return _some([words(row) for row in rows])


def _sentence(text: str) -> str:
    return text + ("。" if chinese() else ".")

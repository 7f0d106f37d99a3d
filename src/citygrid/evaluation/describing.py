"""What each number counts, as a page: written from the indicators themselves, so that it cannot say something else."""

from collections.abc import Iterable
from importlib.resources import files

from citygrid.evaluation.definitions import Composed, Count, Definitions, Rate

_MOMENTS = {"overdue": "overdue at the end", "not_due": "not yet due at the end", "open": "open at the end"}


def page(definitions: Definitions) -> str:
    """The page in Markdown: counts, rates, formulas."""
    counts = [one for one in definitions.all.values() if isinstance(one, Count)]
    rates = [one for one in definitions.all.values() if isinstance(one, Rate)]
    head = (files("citygrid.evaluation") / "indicators" / "head.md").read_text(encoding="utf-8")
    lines = [
        head,
        "## Counts",
        "",
        "| key | 指标 | indicator | what it counts | 定义 | moment | by | rests on |",
        _line(8),
    ]
    lines += [_row(_count(one)) for one in counts]
    lines += ["", "## Rates", "", "| key | 指标 | indicator | numerator | denominator | unit | by |", _line(7)]
    lines += [_row(_rate(one, definitions)) for one in rates]
    lines += ["", "## Formulas", "", "| key | 指标 | indicator | formula | 定义 | unit | by |", _line(7)]
    lines += [_row(_formula(one, definitions)) for one in definitions.all.values() if isinstance(one, Composed)]
    return "\n".join(lines) + "\n"


def _count(one: Count) -> list[str]:
    moments = [f"`{one.moment}`"] if one.moment else []
    moments += [_MOMENTS[one.carry]] if one.carry else []
    less = " Exempt ones left out." if "exempt" in one.exclude else ""
    less_zh = "不含统计豁免的。" if "exempt" in one.exclude else ""
    return [f"`{one.key}`", one.names[0], one.names[1], one.means[1] + less, one.means[0] + less_zh,
            ", ".join(moments), ", ".join(one.by), ", ".join(one.rests_on)]  # fmt: skip


def _rate(one: Rate, definitions: Definitions) -> list[str]:
    over, under = (" + ".join(f"`{key}`" for key in keys) for keys in (one.over, one.under))
    return [f"`{one.key}`", *one.names, over, under, one.unit, ", ".join(definitions.subjects_of(one.key))]


def _formula(one: Composed, definitions: Definitions) -> list[str]:
    by = ", ".join(definitions.subjects_of(one.key))
    return [f"`{one.key}`", *one.names, f"`{one.formula.text}`", one.means[0], one.unit, by]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _line(columns: int) -> str:
    return "|" + "---|" * columns

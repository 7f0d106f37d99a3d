"""Hand-made figures of a month, for tests of what is written from them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from citygrid.bulletins.content import (
    Cell,
    Content,
    Group,
    Heading,
    Pending,
    Ranked,
    Ranking,
    Safety,
    Share,
    Span,
    Total,
)

MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))


def unit(name: str, rank: int | None, score: str | None, before: str | None = None, *cells: Cell) -> Ranked:
    """`before`: `97.00/2`, score and rank of the period before."""
    old = before.split("/") if before else None
    return Ranked(
        name, name, name, rank, Decimal(score) if score else None, "", "", int(old[1]) if old else None,
        Decimal(old[0]) if old else None, cells,
    )  # fmt: skip


def term(name: str, value: str, points: str | None, lost: str | None, *, plus: bool = False) -> Cell:
    return Cell(name, name, value, Decimal(points) if points else None, Decimal(lost) if lost else None, plus)


def group(*rows: Ranked) -> Group:
    columns = tuple(cell.name for cell in rows[0].cells) if rows else ()
    return Group("g", "部门", columns, rows, Decimal(100))


def report(*groups: Group, **changes: Any) -> Content:
    ranking = Ranking("department", "专业部门评价", "ab" * 32, None, groups)
    made = Content(
        kind="month", span=MARCH, before=Span(date(2026, 2, 1), date(2026, 2, 28)),
        year=Span(date(2025, 3, 1), date(2025, 3, 31)), over=True,
        heading=Heading("数字城管办公室", "数管〔2026〕3号", "各单位", "", date(2026, 4, 3)),
        totals=(
            Total("filed_cases", "立案案卷数", "count", 120, 100, None),
            Total("closing_rate", "结案率", "percent", Decimal("95.20"), Decimal("96.40"), Decimal("95.20")),
        ),
        rankings=(ranking,) if groups else (), pending=(), pending_units=(), pending_all=0, pending_days=30,
        classes=(Share("a", "暴露垃圾", 80, 50, 120), Share("b", "井盖破损", 40, 50, 120)),
        sources=(Share("collector", "采集员上报", 120, 100, 120),), safety=Safety(2, 1, 1), best=3,
    )  # fmt: skip
    return replace(made, **changes)


def waiting(number: str, days: int, name: str = "环卫中心") -> Pending:
    return Pending(number, number, "暴露垃圾", name, "东街", date(2026, 1, 1), days, None)

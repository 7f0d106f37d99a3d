"""Rows of a work list and the options of its choosers as HTML, in plain Python: a template took most of a page's time
(`bench/desks.py`)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from citygrid.web.escaping import esc

CHOSEN = SafeString(" selected")


def rows(found: Iterable[Mapping[str, Any]], ticks: bool) -> SafeString:
    """The rows that `frame.table` made; `ticks`: each can be chosen for an act on many."""
    say = _("Choose %(number)s") if ticks else ""
    drawn = "\n".join(_row(row, say) for row in found)
    return SafeString(drawn)  # nosec B308, B703 - escaped piece by piece


def _row(row: Mapping[str, Any], say: str) -> str:
    pick = esc(row["pick"])
    css = f"{row['color']} cg-changed" if row.get("changed") else row["color"]
    tick = ""
    if say:
        name = esc(say % {"number": row["number"]})
        tick = (
            '<td class="cg-tick"><input class="form-check-input" type="checkbox" name="pick"'
            f' value="{pick}" form="cg-bulk" aria-label="{name}"></td>'
        )
    cells = "".join(
        f'<td class="{css}">{esc(cell)}</td>' if css else f"<td>{esc(cell)}</td>"
        for css, cell in row["cells"]
    )
    return f'<tr data-row data-lamp data-at="{pick}" class="{css}">{tick}{cells}</tr>'


@lru_cache(maxsize=512)
def options(found: tuple[tuple[str, str, bool], ...]) -> SafeString:
    """The options of a chooser: value, words, whether it is the chosen one."""
    drawn = ((value, CHOSEN if here else "", words) for value, words, here in found)
    return format_html_join("", '<option value="{}"{}>{}</option>', drawn)

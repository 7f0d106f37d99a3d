"""The tag that draws the rows of a work list."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from citygrid.cases.lists import drawing

register = template.Library()


@register.simple_tag
def list_rows(rows: Iterable[Mapping[str, Any]], ticks: Any) -> SafeString:
    """`ticks`: whether the rows can be chosen for an act on many."""
    return drawing.rows(rows, bool(ticks))

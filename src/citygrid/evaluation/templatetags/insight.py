"""Filters of the pages of decision support."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of_key(found: Mapping[str, str] | None, key: str) -> str:
    """What stands under a key; empty for nothing."""
    return (found or {}).get(key, "")

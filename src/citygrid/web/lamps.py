"""How a light stands on a page. Drawn by format strings, not by templates: a list shows a hundred of them."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from citygrid.web.lights import Light


def lamp(of: Light) -> SafeString:
    """The coloured sign with its word."""
    return format_html('<span class="cg-light {}">{}</span>', of.color, of.name)


def time_left(of: Light, ticks: bool = True) -> SafeString:
    """The time left in words; `ticks`: the page's clock goes on counting."""
    if of.due is None:
        return SafeString("")
    due = of.due.isoformat(timespec="seconds")
    counts = format_html(' data-due="{}"', due) if of.ticks and ticks else SafeString("")
    if counts and of.warn_at is not None:
        counts += format_html(' data-warn="{}"', of.warn_at.isoformat(timespec="seconds"))
    shown = format_html('<time class="cg-left {}" datetime="{}" title="{}"{}>{}</time>', of.color, due, of.due_words,
                        counts, of.text)  # fmt: skip
    return shown + _provisional() if of.provisional else shown


def _provisional() -> SafeString:
    why = _("The calendar of that year is not published yet: computed with weekends only")
    return format_html(' <span class="cg-tag" title="{}">{}</span>', why, _("provisional"))

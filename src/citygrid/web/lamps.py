"""How a light stands on a page. Drawn by format strings, not by templates: a list shows a hundred of them."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from citygrid.web.escaping import esc
from citygrid.web.lights import Light


def lamp(of: Light) -> SafeString:
    """The coloured sign with its word."""
    return SafeString(f'<span class="cg-light {of.color}">{esc(of.name)}</span>')  # nosec B308, B703 - escaped


def time_left(of: Light, ticks: bool = True) -> SafeString:
    """The time left in words; `ticks`: the page's clock goes on counting."""
    if of.due is None:
        return SafeString("")
    due = of.due.isoformat(timespec="seconds")
    counts = f' data-due="{due}"' if of.ticks and ticks else ""
    if counts and of.warn_at is not None:
        counts += f' data-warn="{of.warn_at.isoformat(timespec="seconds")}"'
    title = f' title="{esc(of.due_words)}"'
    shown = f'<time class="cg-left {of.color}" datetime="{due}"{title}{counts}>{esc(of.text)}</time>'
    return SafeString(shown + _provisional() if of.provisional else shown)  # nosec B308, B703 - escaped


def _provisional() -> str:
    why = _("The calendar of that year is not published yet: computed with weekends only")
    return f' <span class="cg-tag" title="{esc(why)}">{esc(_("provisional"))}</span>'

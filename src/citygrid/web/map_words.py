"""What the map says, in the reader's language: its modules ask `/map/words.json` (`static/web/map/words.js`)."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

WORDS = (
    gettext_noop("Add the point at the cross-hair"),
    gettext_noop("Area {0}, outline {1}"),
    gettext_noop("Barrier"),
    gettext_noop("Base map"),
    gettext_noop("Cancel"),
    gettext_noop("Changed"),
    gettext_noop("City map"),
    gettext_noop("Remove the measurement"),
    gettext_noop("Click or Enter adds a point, Backspace takes the last back, Shift+Enter finishes, Esc cancels."),
    gettext_noop("Click the place, or press Enter for the cross-hair."),
    gettext_noop("Close"),
    gettext_noop("Copy a link to this view"),
    gettext_noop("Copy the address of this page: it leads to this view"),
    gettext_noop("Distance {0}"),
    gettext_noop("Draw a line"),
    gettext_noop("Draw a point"),
    gettext_noop("Draw a polygon"),
    gettext_noop("Drawing"),
    gettext_noop("Ended"),
    gettext_noop("Fault"),
    gettext_noop("Finish"),
    gettext_noop("Full screen"),
    gettext_noop("Further layers"),
    gettext_noop("Landscape"),
    gettext_noop("Layers"),
    gettext_noop("Legend"),
    gettext_noop("Map tools"),
    gettext_noop("Measure a distance"),
    gettext_noop("Measure an area"),
    gettext_noop("N"),
    gettext_noop("New"),
    gettext_noop("Next"),
    gettext_noop("No base map"),
    gettext_noop("North is up"),
    gettext_noop("Open"),
    gettext_noop("Parts of the city map"),
    gettext_noop("Portrait"),
    gettext_noop("Present"),
    gettext_noop("Print"),
    gettext_noop("Printed {0}"),
    gettext_noop("Proposed"),
    gettext_noop("Remove what was drawn"),
    gettext_noop("Selected"),
    gettext_noop("Sheet"),
    gettext_noop("Take the last point back"),
    gettext_noop("The browser may not tell where you are"),
    gettext_noop("The layers could not be loaded. Load the page anew."),
    gettext_noop("The link is copied"),
    gettext_noop("The shapes could not be loaded"),
    gettext_noop("The whole city"),
    gettext_noop("This browser does not offer a full screen"),
    gettext_noop("This is no shape"),
    gettext_noop("Title"),
    gettext_noop("Unchanged"),
    gettext_noop("Warning"),
    gettext_noop("Where am I"),
    gettext_noop("Without a name"),
    gettext_noop("You, within {0} m"),
    gettext_noop("Your place is not known"),
    gettext_noop("Zoom in"),
    gettext_noop("Zoom out"),
    gettext_noop("from zoom {0}"),
    gettext_noop("{0} does not answer"),
    gettext_noop("{0} of {1}"),
    gettext_noop("{0} selected"),
)
"""Every sentence of the modules, with {0}, {1} for values; a test compares."""


_MORE: list[str] = []


def add(words: Iterable[str]) -> None:
    """A package above brings the words of its own modules."""
    _MORE.extend(word for word in words if word not in _MORE)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The sentences by their English ones. Kept by browsers for a while: they are the same for everybody."""
    answer = JsonResponse({word: gettext(word) for word in (*WORDS, *_MORE)})
    answer.headers["Cache-Control"] = "private, max-age=3600"
    patch_vary_headers(answer, ["Cookie", "Accept-Language"])
    return answer

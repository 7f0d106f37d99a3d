"""Where browsers look for an icon that a page did not name (a paper, a picture, JSON)."""

from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(private=True, max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """To the icon of the pages; no cookie, no database."""
    return HttpResponseRedirect(static("web/icon.svg"))

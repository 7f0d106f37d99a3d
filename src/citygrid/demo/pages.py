"""How far the demo city's story is told: a line below the bar of every page while the rest follows as a job, and while
its months are closed then."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citygrid.demo import appraising
from citygrid.demo.telling import progress


@require_safe
def loading(request: HttpRequest) -> HttpResponse:
    """The fragment; it asks again every five seconds until all is told and closed, then it is gone."""
    told = progress()
    percent = None if told is None else told[0] * 100 // told[1]
    context = {"percent": percent, "closing": told is None and appraising.wanted()}
    return render(request, "demo/loading.html", context)


class Told:
    """Once all is told there is nothing to ask the database for any more."""

    all = False

    @classmethod
    def wanted(cls) -> bool:
        """Whether pages should show the line."""
        if not cls.all:
            cls.all = progress() is None and not appraising.wanted()
        return not cls.all

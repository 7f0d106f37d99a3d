"""All addresses of the site; each package keeps its own in `urls.py`."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from citygrid.config import health

# Under which address a package's pages stand. Only packages that have addresses are taken.
ADDRESSES = {
    "citygrid.web": "",
    "citygrid.organization": "",
    "citygrid.media": "",
    "citygrid.areas": "",
    "citygrid.rulebook": "",
    "citygrid.cases": "",
    "citygrid.evaluation": "",
    "citygrid.history": "",
    "citygrid.console": "",
    "citygrid.demo": "",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health.page, name="health"),
    *(
        path(address, include(f"{package}.urls"))
        for package, address in ADDRESSES.items()
        if find_spec(f"{package}.urls") is not None
    ),
]

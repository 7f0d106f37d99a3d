"""All addresses of the site; each package keeps its own in `urls.py`."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from citygrid.config import health
from citygrid.web.api import api

# Under which address a package's pages stand. Only packages that have addresses are taken.
ADDRESSES = {
    "citygrid.web": "",
    "citygrid.organization": "",
    "citygrid.media": "",
    "citygrid.areas": "",
    "citygrid.rulebook": "",
    "citygrid.maps": "",
    "citygrid.basedata": "",
    "citygrid.geocoding": "",
    "citygrid.cases": "",
    "citygrid.personal": "",
    "citygrid.reception": "",
    "citygrid.collection": "",
    "citygrid.coordination": "",
    "citygrid.bulletins": "",
    "citygrid.evaluation": "",
    "citygrid.history": "",
    "citygrid.console": "",
    "citygrid.demo": "",
}

for package in ADDRESSES:
    if package != "citygrid.web" and find_spec(f"{package}.api") is not None:
        api.add_router("", import_module(f"{package}.api").router)

handler400 = "citygrid.web.brief.bad_request"
handler404 = "citygrid.web.brief.not_found"

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health.page, name="health"),
    path("api/v1/", api.urls),
    *(
        path(address, include(f"{package}.urls"))
        for package, address in ADDRESSES.items()
        if find_spec(f"{package}.urls") is not None
    ),
]

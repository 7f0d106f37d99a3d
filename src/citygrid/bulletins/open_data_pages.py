"""Open data for everybody: what there is, what it means, under which licence; the files themselves."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from citygrid.bulletins import open_data_kept, open_data_rules
from citygrid.bulletins.open_data_columns import TABLES
from citygrid.bulletins.public_pages import FRESH, kept
from citygrid.web.context import Names
from citygrid.web.words import chinese, say

KINDS = {
    "csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8", "txt": "text/plain; charset=utf-8",
}  # fmt: skip


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The files with their hashes, the dictionary, the licence."""
    row, rules = open_data_kept.newest(), open_data_rules.current()
    context: dict[str, Any] = {
        "city": Names.of_city(chinese()), "row": row, "rules": rules,
        "publisher": rules.publisher if chinese() or not rules.publisher_en else rules.publisher_en,
        "files": sorted(row.files.items()) if row else [],
        "tables": [
            (name, [(one.key, say(one.names), say(one.means)) for one in columns]) for name, columns in TABLES.items()
        ],
    }  # fmt: skip
    return kept(request, render(request, "bulletins/open_data.html", context))


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of the newest release."""
    row = open_data_kept.newest()
    path = open_data_kept.path_of(row, name) if row is not None else None
    if row is None or path is None:
        raise Http404
    answer = FileResponse(path.open("rb"), content_type=KINDS[path.suffix.removeprefix(".")])
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    answer["ETag"] = f'"{row.files[name]["sha256"]}"'
    patch_cache_control(answer, public=True, max_age=FRESH)
    return answer

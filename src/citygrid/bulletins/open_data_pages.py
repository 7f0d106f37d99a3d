"""Open data for everybody: what there is, what it means, under which licence; the files themselves."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import condition, require_safe

from citygrid.bulletins import open_data, open_data_kept, open_data_rules
from citygrid.bulletins.open_data_columns import TABLES
from citygrid.bulletins.open_data_models import OpenRelease
from citygrid.bulletins.public_pages import FRESH, kept
from citygrid.web.context import Names
from citygrid.web.words import chinese, say

KINDS = {
    "csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8", "txt": "text/plain; charset=utf-8",
    "parquet": open_data.MEDIA["parquet"],
}  # fmt: skip


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The files with their hashes, the dictionary, the licence."""
    row, rules = open_data_kept.newest(), open_data_rules.current()
    context: dict[str, Any] = {
        "city": Names.of_city(chinese()), "row": row, "rules": rules,
        "publisher": rules.publisher if chinese() or not rules.publisher_en else rules.publisher_en,
        "files": sorted(row.files.items()) if row else [], "history": open_data_kept.history() if row else [],
        "tables": [
            (name, [(one.key, say(one.names), say(one.means)) for one in columns]) for name, columns in TABLES.items()
        ],
    }  # fmt: skip
    return kept(request, render(request, "bulletins/open_data.html", context))


def _release(digest: str | None) -> OpenRelease | None:
    return open_data_kept.newest() if digest is None else open_data_kept.known(digest)


def _mark(request: HttpRequest, name: str, digest: str | None = None) -> str | None:
    row = _release(digest)
    return f'"{row.files[name]["sha256"]}"' if row is not None and name in row.files else None


@require_safe
@condition(etag_func=_mark)
def file(request: HttpRequest, name: str, digest: str | None = None) -> HttpResponseBase:
    """A file of the newest release, or of one that is called by its hash: that never changes, but a city may stop
    telling it, so no copy lasts longer."""
    row = _release(digest)
    path = open_data_kept.path_of(row, name) if row is not None else None
    if row is None or path is None:
        raise Http404
    answer = FileResponse(path.open("rb"), content_type=KINDS[path.suffix.removeprefix(".")])
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    patch_cache_control(answer, public=True, max_age=FRESH)
    return answer

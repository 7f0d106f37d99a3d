"""The app's page, its worker, manifest, icons and files. They hold nothing of anybody: everybody may load them, and a
device keeps them; who is signed in is asked by the API alone."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import ResponseHeaders
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from citygrid.collection.field import app_files, icon
from citygrid.collection.field.entrance import ADDRESS
from citygrid.web import policy

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
NOTHING_ELSE = "default-src 'none'"
"""The policy of a file, which is no page: said in few bytes, for there are many files on a bad line."""


class _Same(ResponseHeaders):
    """Headers whose `Vary` stays as it was said first. A file of the app is the same for everybody; with the cookies
    and languages that middleware adds to it, a browser would fetch each file again when the worker wants it."""

    def __setitem__(self, key: str, value: str | bytes | int) -> None:
        if key.lower() != "vary" or "Vary" not in self:
            super().__setitem__(key, value)


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The one page of the app; its screens are drawn by modules."""
    found = app_files.current()
    base = f"{ADDRESS}files/{found.version}/"
    chinese = request.headers.get("Accept-Language", "").lower().startswith("zh")  # as the app asks (core/words.js)
    context = {
        "version": found.version,
        "base": base,
        "first": found.first,
        "sheets": found.sheets,
        "words": f"words/{'zh-hans' if chinese else 'en'}.json",
    }
    answer = render(request, "collection/shell.html", context)
    answer["Cache-Control"] = ASK_AGAIN
    policy.admit_own_media(answer)
    return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: its text after the version and the list of files that it keeps. Another version, another
    text: that is how browsers see that there is a new one."""
    found = app_files.current()
    told = {"version": found.version, "files": found.kept, "shell": ADDRESS}
    text = b"const APP = " + json.dumps(told).encode() + b";\n" + found.worker
    return HttpResponse(text, content_type="text/javascript", headers={"Cache-Control": ASK_AGAIN})


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install it (W3C Web Application Manifest)."""
    told: dict[str, Any] = {
        "id": ADDRESS,
        "start_url": ADDRESS,
        "scope": ADDRESS,
        "name": gettext("Collector's app"),
        "short_name": gettext("Collector's app"),
        "lang": "en" if request.LANGUAGE_CODE == "en" else "zh-Hans",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#12395f",
        "theme_color": "#12395f",
        "icons": [_icon(size, purpose) for size in (192, 512) for purpose in ("any", "maskable")],
    }
    text = json.dumps(told, ensure_ascii=False)
    return HttpResponse(text, content_type="application/manifest+json", headers={"Cache-Control": ASK_AGAIN})


def _icon(size: int, purpose: str) -> dict[str, str]:
    address = reverse("collection:app_icon", args=[purpose, size])
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@require_safe
def app_icon(request: HttpRequest, purpose: str, size: int) -> HttpResponse:
    """The icon in one of the sizes that phones ask for."""
    if size not in icon.SIZES or purpose not in ("any", "maskable"):
        raise Http404
    content = icon.png(size, maskable=purpose == "maskable")
    return HttpResponse(content, content_type="image/png", headers={"Cache-Control": "public, max-age=86400"})


@require_safe
def one_file(request: HttpRequest, version: str, path: str) -> HttpResponse:
    """A file of the app, packed where the browser takes it. Of another version there is only what is here now, and the
    browser may not keep that."""
    found = app_files.current()
    file = found.files.get(path)
    if file is None:
        raise Http404
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    kept = FOR_GOOD if version == found.version else "no-store"
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding", "Content-Security-Policy": NOTHING_ELSE}
    headers |= {"Content-Encoding": "gzip"} if packed else {}
    answer = HttpResponse(file.packed if packed else file.plain, content_type=file.kind, headers=headers)
    answer.headers = _Same(dict(answer.headers))
    return answer

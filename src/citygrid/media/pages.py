"""Sending a file and looking at one. What a person may not see does not exist for them (404)."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.response import HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from citygrid.media import marked, permission, scanning, storing
from citygrid.media.checking import MediaError
from citygrid.media.limits import largest
from citygrid.media.models import File

P = ParamSpec("P")
PLAYED = ("audio", "video")
"""Kinds that a page plays as they came; everything else as it came is a download."""


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """POST `file`: 201 with id, kind, sha256, made_at, lon, lat; 401, or 422 with code, message, params."""
    if not permission.comes_in(request):
        return JsonResponse({"code": "signed_out", "message": _("Please sign in again.")}, status=401)
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise MediaError("empty", "The file is empty.")
        if (sent.size or 0) > largest():
            message = "The file has %(size)s bytes; at most %(most)s are taken."
            raise MediaError("too_large", message, {"size": sent.size, "most": largest()})
        file = storing.store(sent.read(), sent.name or "", request.user.pk, timezone.now())
    except MediaError as error:
        text = _(error.message) % error.params
        return JsonResponse({"code": error.code, "message": text, "params": error.params}, status=422)
    return JsonResponse(_facts(file), status=201)


def _facts(file: File) -> dict[str, object]:
    return {
        "id": str(file.pk),
        "kind": file.kind,
        "sha256": file.sha256,
        "width": file.width,
        "height": file.height,
        "made_at": file.made_at.isoformat() if file.made_at else None,
        "lon": file.lon,
        "lat": file.lat,
    }


def _for_insiders(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Whoever is not signed in to the end is sent to do so."""

    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not permission.comes_in(request):
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@_for_insiders
def original(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """The file as it came, as a download; sound and film can be played. 409 while it waits for the scanner."""
    file = _seen(request, file_id)
    if file.scan == scanning.UNSCANNED:
        sentence = _("This file waits for the virus scanner. Please try again later.")
        return HttpResponse(sentence, status=409, content_type="text/plain; charset=utf-8")

    def made() -> HttpResponseBase:
        return FileResponse(
            storing.original(file), content_type=file.mime, as_attachment=file.kind not in PLAYED, filename=_name(file)
        )

    return _kept(request, file.sha256, made)


@require_GET
@_for_insiders
def small(request: HttpRequest, file_id: UUID, px: int = storing.SMALL) -> HttpResponseBase:
    """A picture drawn anew; `px` is one of `storing.SIZES`."""
    file = _seen(request, file_id)
    if file.kind != "image" or px not in storing.SIZES:
        raise Http404

    mark = marked.mark_of(file, px)

    def made() -> HttpResponseBase:
        shown = storing.thumbnail(file, px) if mark is None else storing.with_mark(file, px, mark)
        return HttpResponse(shown, content_type="image/jpeg")

    return _kept(request, f"{file.sha256}-{px}{f'-{mark.key}' if mark is not None else ''}", made)


def _seen(request: HttpRequest, file_id: UUID) -> File:
    file = get_object_or_404(File, pk=file_id)
    if not permission.may_see(request.user, file):
        raise Http404
    return file


ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "audio/mpeg": "mp3", "audio/wav": "wav",
    "audio/ogg": "ogg", "audio/mp4": "m4a", "audio/amr": "amr", "audio/webm": "weba", "video/mp4": "mp4",
    "video/webm": "webm", "video/quicktime": "mov", "video/3gpp": "3gp", "application/pdf": "pdf",
}  # fmt: skip


def _name(file: File) -> str:
    """A name made of the hash: what the sender called it is nobody's business and no path."""
    ending = ENDINGS.get(file.mime) or ("docx" if "word" in file.mime else "xlsx")
    return f"{file.sha256[:12]}.{ending}"


def _kept(request: HttpRequest, tag: str, made: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The content under an id never changes: a browser may keep it, but asks each time whether it may still show it."""
    etag = f'"{tag}"'
    if etag in request.headers.get("If-None-Match", ""):
        answer: HttpResponseBase = HttpResponseNotModified()
    else:
        try:
            answer = made()
        except FileNotFoundError as error:
            raise Http404 from error
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer

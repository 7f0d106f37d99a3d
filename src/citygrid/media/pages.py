"""Sending a file and looking at one. What a person may not see does not exist for them (404)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from citygrid.media import permission, storing
from citygrid.media.checking import MediaError
from citygrid.media.limits import largest
from citygrid.media.models import File


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """POST `file`: 201 with id, kind, sha256, made_at, lon, lat; 401, or 422 with code, message, params."""
    if not request.user.is_authenticated:
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


@require_GET
@login_required
def original(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """The file as it came; documents as a download."""
    file = _seen(request, file_id)
    try:
        content = storing.original(file)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(content, content_type=file.mime, as_attachment=file.kind == "document")
    return _kept(answer, file.sha256)


@require_GET
@login_required
def small(request: HttpRequest, file_id: UUID, px: int = storing.SMALL) -> HttpResponseBase:
    """A small form of a picture; `px` is one of `storing.SIZES`."""
    file = _seen(request, file_id)
    if file.kind != "image" or px not in storing.SIZES:
        raise Http404
    try:
        content = storing.thumbnail(file, px)
    except FileNotFoundError as error:
        raise Http404 from error
    return _kept(HttpResponse(content, content_type="image/jpeg"), f"{file.sha256}-{px}")


def _seen(request: HttpRequest, file_id: UUID) -> File:
    file = get_object_or_404(File, pk=file_id)
    if not permission.may_see(request.user, file):
        raise Http404
    return file


def _kept(answer: HttpResponseBase, tag: str) -> HttpResponseBase:
    """The content under an id never changes, but it is this person's only."""
    answer["ETag"] = f'"{tag}"'
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer

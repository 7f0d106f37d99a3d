"""`/health/`: does this server answer, and does its database? Strangers learn no more than that."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def page(request: HttpRequest) -> JsonResponse:
    """200 {"status": "ok"}, or 503 {"status": "unavailable"} when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable"}, status=503)
    return JsonResponse({"status": "ok"})

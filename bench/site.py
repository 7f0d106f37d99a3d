"""The product's addresses with one more: a bare POST that parses JSON and stores one row in one statement."""

import json
import uuid

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from citygrid.config.urls import urlpatterns as product


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    body = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into bench_bare (id, class_id, lon, lat, content) values (%s, %s, %s, %s, %s) returning id",
            [uuid.uuid4(), body["name"], body["data"]["lon"], body["data"]["lat"], json.dumps(body["data"])],
        )
        row = cursor.fetchone()
    return HttpResponse(json.dumps({"id": str(row[0])}), content_type="application/json")


urlpatterns = [path("bench/bare", bare), *product]

"""The product's addresses with one more: a bare POST that stores the same rows as a report in one statement.

It parses the JSON and executes the same statement with prepared values: no session, no seat, no check, no decision."""

import json
import uuid
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from bench import town
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from citygrid.cases import acting, writing
from citygrid.cases.database import cursor, plain
from citygrid.cases.submission import Submission, to_act
from citygrid.config.urls import urlpatterns as product
from citygrid.process import Decision, decide, evolve
from citygrid.rulebook.slices import rules_at


@lru_cache(maxsize=1)
def prepared() -> tuple[bytes, list[Any], uuid.UUID, str, uuid.UUID]:
    """Statement and values of one report, with the ids and the number to replace in each request."""
    now = datetime.now(UTC)
    data = {"source": "video", "lon": town.PLACE[0], "lat": town.PLACE[1], "text": "路面破损,请尽快处理"}
    submission = Submission(uuid.uuid4(), uuid.uuid4(), "log_call", data)
    act, drafts = to_act(submission, town.actor(town.who("calltaker1", now)), now)
    with plain() as raw:
        facts = acting._facts(raw, None, act, {}, rules_at(now))
    answer = decide(None, act, rules_at(now), facts)
    assert isinstance(answer, Decision)
    change = writing.Change(None, evolve(None, answer.entry), answer.entry, b"", None, None)
    statement, values = writing.creation(change, drafts, now)
    return statement, values, submission.case, facts.report_no, drafts[0].ref.id


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    json.loads(request.body)
    statement, values, case, number, text = prepared()
    new = {case: uuid.uuid4(), text: uuid.uuid4(), number: uuid.uuid4().hex}
    mine = [new.get(v, v) if isinstance(v, uuid.UUID | str) else v for v in values]
    connection.ensure_connection()
    cursor(connection.connection).execute(statement, mine)
    return HttpResponse(json.dumps({"case": str(new[case])}), content_type="application/json")


urlpatterns = [path("bench/bare", bare), *product]

"""The cases of a component, newest first, as a fragment for the component's page: those that the asker may see."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citygrid.cases import naming
from citygrid.cases.database import cursor, plain
from citygrid.organization.seats import Signed, seat_required
from citygrid.organization.visibility import Scope
from citygrid.process.states import STATE_NAMES, State
from citygrid.web.words import say

MOST = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One case. `state`: in the reader's language."""

    id: UUID
    number: str
    state: str
    class_name: str
    received_at: datetime
    closed: bool


def cases_of(component: str, scope: Scope, most: int = MOST) -> list[Line]:
    """Cases that name the component, as far as the scope holds them."""
    seen, params = scope.sql("c")
    with plain() as connection:
        rows = (
            cursor(connection)
            .execute(
                "select c.id, coalesce(c.case_no, c.report_no), c.state, c.class_id, c.received_at, c.closed_at"  # noqa: S608 - the condition holds no input
                f" from cases_case c where c.component = %s and {seen}"
                " order by c.received_at desc, c.id desc limit %s".encode(),
                [component, *params, most],
            )
            .fetchall()
        )
    names = naming.classes(row[3] for row in rows)
    return [
        Line(row[0], row[1], say(STATE_NAMES[State(row[2])]), names.get(row[3] or "", ""), row[4], row[5] is not None)
        for row in rows
    ]


@require_safe
@seat_required
def of_component(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """The fragment. A post that may see none of them sees none."""
    lines = cases_of(code, signed.scope)
    return render(request, "cases/of_component.html", {"lines": lines, "more": len(lines) == MOST})

"""The demo city in the bench's database, once a run, and who is asked for in it."""

import uuid
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.core.management import call_command
from django.db import connection

import citygrid.demo
from citygrid.cases import acting, directory
from citygrid.cases.submission import Submission
from citygrid.console.city import import_city, is_empty
from citygrid.organization.models import Seat
from citygrid.organization.seats import Signed, signed
from citygrid.process import Actor, Refusal
from citygrid.process.states import Side

FOLDER = Path(citygrid.demo.__file__).parent / "city"
PLACE = ("121.5050000", "31.2380000")


@lru_cache(maxsize=1)
def settle() -> None:
    """Tables and the demo city, without cases."""
    call_command("migrate", verbosity=0)
    if is_empty():
        report = import_city(FOLDER)
        assert report.ok, [str(one) for one in report.problems]
    directory.forget()


def who(login: str, at: datetime) -> Signed:
    seat = Seat.objects.select_related("person", "post__body", "post__role").filter(person__login=login).first()
    assert seat is not None, login
    return signed(seat.person, seat, at)


def actor(one: Signed) -> Actor:
    return Actor(one.person.pk, one.post.pk, one.body.pk, one.role.code, Side(one.side))


def call(at: datetime) -> uuid.UUID:
    """One logged call, through the live writer."""
    one = who("calltaker1", at)
    case = uuid.uuid4()
    data = {"source": "video", "lon": PLACE[0], "lat": PLACE[1], "text": "路面破损"}
    answer = acting.submit(Submission(case, uuid.uuid4(), "log_call", data), actor(one), one.scope, at)
    assert not isinstance(answer, Refusal), str(answer)
    return case


def rows_of(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return int(row[0])


def text_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return str(row[0])

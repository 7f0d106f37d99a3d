"""From an order to a kept report: counted, written, filled, stored; told how far, and stopped when somebody says so."""

import hashlib
import json
import logging
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.utils.translation import override

from citygrid.bulletins import papering, reaching
from citygrid.bulletins.content import Content, Heading, Span
from citygrid.bulletins.gathering import Order, Progress, gather, silent
from citygrid.bulletins.models import Report, Template
from citygrid.bulletins.rules_files import Rules
from citygrid.bulletins.rules_kept import current
from citygrid.bulletins.sheet import Sheet, sheet
from citygrid.bulletins.templating import TemplateFaultError
from citygrid.evaluation.computing import NoSchemeError
from citygrid.media import storing
from citygrid.media.checking import MediaError
from citygrid.organization.visibility import NOTHING, Scope, scope_of
from citygrid.web.papers import PaperError

log = logging.getLogger(__name__)
JOB = "citygrid.bulletins.jobs.make"
ACTIVE = (Report.State.WAITING, Report.State.WORKING)
LANGUAGES = {"zh": "zh-hans", "en": "en"}


EXPECTED = (NoSchemeError, PaperError, TemplateFaultError, MediaError)


class CancelledError(Exception):
    """Somebody stopped the work."""


class NotHeldError(Exception):
    """The post for which a report is made is nobody's any more."""


def make(report_id: UUID, now: datetime) -> None:
    """Make the files of a report that waits. Killed in the middle, it is simply made again; what cannot be made says
    why in its row."""
    report = Report.objects.select_related("seat", "template__file").filter(pk=report_id, state__in=ACTIVE).first()
    if report is None:
        return
    try:
        _made(report, now)
    except CancelledError:
        log.info("report %s was stopped", report_id)
    except Exception as error:
        Report.objects.filter(pk=report_id, state__in=ACTIVE).update(
            state=Report.State.FAILED, **_reason(error), done_at=datetime.now(UTC)
        )
        if not isinstance(error, (*EXPECTED, NotHeldError)):
            raise


def give_up(now: datetime) -> int:
    """Reports that nobody makes any more (their job ended without a word) say that they failed; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """update bulletins_report r set state = 'failed', code = 'left', doing = '', done_at = %s
               where state in ('waiting', 'working') and not exists (
                 select 1 from procrastinate_jobs j where j.task_name = %s and j.status in ('todo', 'doing')
                   and j.args->>'report' = r.id::text)""",
            [now, JOB],
        )
        return int(cursor.rowcount)


def _reason(error: Exception) -> dict[str, Any]:
    if isinstance(error, NoSchemeError):
        return {"code": "no_scheme", "said": {"scheme": str(error)}}
    if isinstance(error, PaperError | MediaError):
        return {"code": error.code, "said": {}}
    if isinstance(error, NotHeldError):
        return {"code": "not_held", "said": {}}
    if isinstance(error, TemplateFaultError):
        return {"code": "template_faults", "said": {"faults": str(error)[:500]}}
    return {"code": "unexpected", "said": {}}


def _made(report: Report, now: datetime) -> None:
    scope = _reach(report, now)
    heading = Heading(**{**report.heading, "day": date.fromisoformat(report.heading["day"])})
    span = Span(report.first, report.last)
    with override(LANGUAGES[report.lang]), _Telling(report.pk) as tell:
        place = reaching.name_of(report.area) if report.area else ""
        order = Order(report.kind, span, tuple(report.schemes), heading, scope, place)
        content, texts = written(order, current(), now, tell)
        tell(88, "printing")
        made = papering.files(content, texts, template_bytes(report.template), now)
        tell(97, "keeping")
        _keep(report, texts, made, now)


def _reach(report: Report, now: datetime) -> Scope | None:
    """Of what the report tells: its area, or what its post sees now; None: the whole city. NotHeldError when the post
    is no longer held, or no longer has the area."""
    own = None if report.seat is None else scope_of(report.seat, now)
    lost = report.area and not (reaching.holds(own, report.area) if own is not None else reaching.known(report.area))
    if own == NOTHING or lost:
        raise NotHeldError
    scope = reaching.of_area(report.area) if report.area else own
    if scope is not None and not scope.everything:  # who may read it follows what is told in it
        Report.objects.filter(pk=report.pk).update(everything=False, within=reaching.text_of(scope))
    elif not report.everything:
        Report.objects.filter(pk=report.pk).update(everything=True, within="")
    return scope


def written(order: Order, rules: Rules, now: datetime, tell: Progress = silent) -> tuple[Content, Sheet]:
    """Figures and texts, in the active language."""
    content = gather(order, rules, now, tell)
    return content, sheet(content)


def digest(texts: Sheet) -> str:
    """SHA-256 of the texts: the same figures and sentences have the same."""
    return hashlib.sha256(
        json.dumps(texts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def template_bytes(row: Template | None) -> bytes | None:
    if row is None:
        return None
    with storing.original(row.file) as data:
        return data.read()


def _keep(report: Report, texts: Sheet, made: papering.Files, now: datetime) -> None:
    name = file_name(report)
    with transaction.atomic():
        docx = storing.store(made.docx, f"{name}.docx", None, now)
        pdf = storing.store(made.pdf, f"{name}.pdf", None, now)
        Report.objects.filter(pk=report.pk, state__in=ACTIVE).update(
            state=Report.State.READY, percent=100, doing="", done_at=datetime.now(UTC), sheet=texts,
            digest=digest(texts), docx=docx, pdf=pdf,
        )  # fmt: skip


def file_name(report: Report) -> str:
    parts = ("bulletin", report.kind, report.first, report.last, report.lang, report.area)
    return "_".join(str(one) for one in parts if one)


class _Telling:
    """Writes how far it is on a connection of its own, so that the page sees it; stops when the row was cancelled."""

    def __init__(self, report: UUID) -> None:
        self._report = report
        self._beside = connections.create_connection(DEFAULT_DB_ALIAS)

    def __enter__(self) -> "_Telling":
        self(1, "counting")
        return self

    def __exit__(self, *_exc: object) -> None:
        self._beside.close()

    def __call__(self, percent: int, doing: str) -> None:
        with self._beside.cursor() as cursor:
            cursor.execute(
                "update bulletins_report set state = 'working', percent = %s, doing = %s"
                " where id = %s and state in ('waiting', 'working')",
                [percent, doing, self._report],
            )
            if not cursor.rowcount:
                raise CancelledError

"""Who may ask for a report; asking for one, stopping it, its number; templates by version."""

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import override

from citygrid.bulletins import reaching, templating
from citygrid.bulletins.content import Heading, Span
from citygrid.bulletins.models import Report, Template
from citygrid.bulletins.rules_files import Rules
from citygrid.bulletins.templating import TemplateFaultError
from citygrid.cases import directory, naming
from citygrid.media import storing
from citygrid.organization.models import Body
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.trust import audit

MAKE, RULES = "bulletins.make", "bulletins.rules"
READERS = frozenset({"leader", "evaluator", "office", "shift_leader", "supervisor_dept"})


def may_open(signed: Signed | None) -> bool:
    """Whoever reads the evaluation reads its reports; how far, `seen` says."""
    return signed is not None and (signed.role.code in READERS or may(signed, MAKE))


def heading(rules: Rules, body: int | None, number: str, day: date, lang: str) -> Heading:
    """Who issues, to whom, in the paper's language: as the rules say; without them the city's commission, else the body
    that makes it."""
    zh = lang == "zh"
    organ = rules.organ if zh else rules.organ_en or rules.organ
    if not organ:
        with override("zh-hans" if zh else "en"):
            organ = naming.body(directory.current().levels.get("commission") or body) or naming.city(zh)
    to, copies = (rules.to, rules.copies) if zh else (rules.to_en or rules.to, rules.copies_en or rules.copies)
    return Heading(organ, number, to, copies, day)


def ask(
    report_id: UUID, kind: str, span: Span, schemes: tuple[str, ...], rules: Rules, signed: Signed | None, at: datetime,
    day: date, lang: str, *, schedule: str = "", area: str = "", address: str | None = None,
) -> Report:  # fmt: skip
    """The row of a report and its job, in one transaction; the same id again gives the same row.

    `signed` None: the schedule, which has the whole city. `area`: of that area only, which the caller has allowed.
    Papers of the whole city are numbered through the year."""
    from citygrid.bulletins import jobs  # noqa: PLC0415 - the jobs ask this module

    scope = reaching.of_area(area) if area else signed.scope if signed is not None else None
    everything = scope is None or scope.everything
    whole = scope is None or reaching.whole(scope)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('bulletins.number'))")
        known = Report.objects.filter(pk=report_id).first()
        if known is not None:
            return known
        serial = _next(day.year) if whole and rules.number else None
        number = rules.number.format(year=day.year, serial=serial) if serial is not None else ""
        body = signed.body.pk if signed is not None else None
        said = asdict(heading(rules, body, number, day, lang))
        report = Report.objects.create(
            id=report_id, kind=kind, lang=lang, first=span.first, last=span.last, schemes=list(schemes),
            heading={**said, "day": day.isoformat()}, serial=serial, everything=everything,
            area=area, within="" if everything or scope is None else reaching.text_of(scope),
            seat=signed.seat if signed is not None else None, body=signed.body if signed is not None else None,
            schedule=schedule, template=template_of(kind, lang), asked_at=at,
        )  # fmt: skip
        audit.record(
            at, "ask_bulletin", subject=("bulletin", str(report.pk)), address=address,
            person=signed.person.pk if signed else None, seat=signed.seat.pk if signed else None,
            post=signed.post.pk if signed else None,
            params={"kind": kind, "first": span.first.isoformat(), "last": span.last.isoformat(), "schedule": schedule,
                    "area": area},
        )  # fmt: skip
        jobs.defer(report.pk)
    return report


def _next(year: int) -> int:
    held = Report.objects.filter(heading__day__startswith=f"{year}-").aggregate(most=Max("serial"))["most"]
    return int(held or 0) + 1


def again(report: Report, signed: Signed, at: datetime, address: str | None) -> bool:
    """Make a report that failed or was stopped once more, in its row; False when it is neither."""
    from citygrid.bulletins import jobs  # noqa: PLC0415 - the jobs ask this module

    with transaction.atomic():
        rows = Report.objects.filter(pk=report.pk, state__in=[Report.State.FAILED, Report.State.CANCELLED])
        changed = rows.update(
            state=Report.State.WAITING, percent=0, doing="", code="", said={}, done_at=None,
            template=template_of(report.kind, report.lang),
        )  # fmt: skip
        if changed:
            audit.record(
                at, "ask_bulletin_again", subject=("bulletin", str(report.pk)), person=signed.person.pk,
                seat=signed.seat.pk, post=signed.post.pk, address=address, params={"code": report.code},
            )  # fmt: skip
            jobs.defer(report.pk)
    return bool(changed)


def cancel(report: Report, at: datetime) -> bool:
    """Stop what is not made yet; False when it was too late."""
    waiting = Report.objects.filter(pk=report.pk, state__in=[Report.State.WAITING, Report.State.WORKING])
    return bool(waiting.update(state=Report.State.CANCELLED, doing="", done_at=at))


def template_of(kind: str, lang: str) -> Template | None:
    """The newest version that was not taken back; None: the shipped one."""
    rows = Template.objects.filter(kind=kind, lang=lang, withdrawn_at=None)
    return rows.select_related("file").order_by("-version").first()


def send_template(
    template_id: UUID, kind: str, lang: str, content: bytes, name: str, note: str, signed: Signed, at: datetime,
    address: str | None,
) -> Template:  # fmt: skip
    """A new version of a template. TemplateFaultError or MediaError when it is not taken; then nothing is kept."""
    faults = templating.check(content)
    if faults:
        raise TemplateFaultError(faults)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('bulletins.template'))")
        known = Template.objects.filter(pk=template_id).first()
        if known is not None:
            return known
        held = Template.objects.filter(kind=kind, lang=lang).aggregate(most=Max("version"))["most"]
        file = storing.store(content, name, signed.person.pk, at)
        row = Template.objects.create(
            id=template_id, kind=kind, lang=lang, version=int(held or 0) + 1, name=name[:200], note=note[:500],
            file=file, made_by=signed.person, made_at=at,
        )  # fmt: skip
        _record(at, "send_template", row, signed, address)
    return row


def withdraw_template(row: Template, signed: Signed, at: datetime, address: str | None) -> None:
    """Take a version back: the one before holds again, or the shipped one. Papers made with it stay."""
    with transaction.atomic():
        done = Template.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=signed.person)
        if done:
            _record(at, "withdraw_template", row, signed, address)


def _record(at: datetime, act: str, row: Template, signed: Signed, address: str | None) -> None:
    audit.record(
        at, act, subject=("bulletin_template", str(row.pk)), person=signed.person.pk, seat=signed.seat.pk,
        post=signed.post.pk, address=address, params={"kind": row.kind, "lang": row.lang, "version": row.version},
    )  # fmt: skip


def body_of(report: Report) -> str:
    body: Body | None = report.body
    return naming.body(body.pk) if body is not None else ""

"""Surveys as a whole: bring a file in, have it read, withdraw it (S1-08).

The file is kept as it came, by its hash, so that nothing that was brought is lost."""

import hashlib
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from citygrid.basedata import mappings, progress, staging
from citygrid.basedata.mappings import FileMapping
from citygrid.basedata.models import Register, Survey, SurveyRow
from citygrid.organization.models import Person
from citygrid.process.refusal import Refusal, Refused
from citygrid.rulebook.slices import localday
from citygrid.standards.reports import Report
from citygrid.tabular import TableError
from citygrid.trust import audit

__all__ = ["FileMapping", "create", "discard", "file_of", "keep_file", "progress", "run", "start", "withdraw"]


def folder() -> Path:
    """Where the files of surveys are kept."""
    return Path(settings.DATA) / "surveys"


def keep_file(path: Path) -> tuple[str, int]:
    """Keep a file by its hash: (hash, size). The same bytes are kept once; a file appears whole or not at all."""
    total, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            total.update(part)
            size += len(part)
    digest = total.hexdigest()
    target = _kept(digest, path.suffix)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{uuid4().hex}")
        shutil.copyfile(path, beside)
        beside.replace(target)
    return digest, size


def _kept(digest: str, suffix: str) -> Path:
    return folder() / digest[:2] / f"{digest}{suffix.lower()[:12]}"


def file_of(survey: Survey) -> Path:
    """The file of a survey as it came."""
    return _kept(survey.file_digest, Path(survey.file_name).suffix)


def create(
    path: Path,
    mapping: FileMapping,
    *,
    by: Person | None,
    at: datetime,
    on: date | None = None,
    title: str = "",
    name: str = "",
    complete: dict[str, Any] | None = None,
    id: UUID | None = None,
) -> Survey:
    """A new survey, a draft: `start` has its file read. `on`: the day for which it holds (today).

    The same id again gives the survey that is there; with another file it is refused (`id_used`). Refused
    `mapping_wrong` for a mapping that names what is not known."""
    day = on or localday(at)
    report = Report()
    mappings.check("mapping", mapping, day, report)
    if report.problems or not mapping.code:
        reason = "; ".join(one.message % one.params for one in report.problems) or "code"
        raise Refused(Refusal("mapping_wrong", "The mapping cannot be used: %(reason)s", {"reason": reason}))
    digest, size = keep_file(path)
    register = Register.objects.get(code=mapping.register) if mapping.register else None
    with transaction.atomic():
        survey, new = Survey.objects.get_or_create(
            id=id or uuid4(),
            defaults={
                "title": (title or mapping.title or path.stem)[:120],
                "register": register,
                "origin": mapping.code,
                "file_name": (name or path.name)[-200:],
                "file_digest": digest,
                "file_size": size,
                "mapping": mapping.text(),
                "on": day,
                "complete": complete,
                "made_by": by,
                "made_at": at,
            },
        )
        if not new and survey.file_digest != digest:
            raise Refused(Refusal("id_used", "Another survey has this id."))
        if new:
            audit.record(at, "survey.create", subject=("survey", str(survey.id)), person=by.pk if by else None)
    return survey


def start(survey: Survey) -> None:
    """Have the file read by a job; `progress.of(survey.id)` tells how far it is."""
    from citygrid.basedata import jobs  # noqa: PLC0415 - jobs ask this module to do the work

    Survey.objects.filter(id=survey.id, status=Survey.Status.DRAFT).update(failed=None)
    jobs.stage.defer(survey=str(survey.id))


def run(survey_id: UUID, at: datetime) -> Survey:
    """Read the file now. What makes it unreadable is kept in `failed`; then the survey stays a draft."""
    survey = Survey.objects.get(id=survey_id)
    try:
        return staging.stage(survey_id, file_of(survey), at)
    except TableError as error:
        failed = {"code": error.code, "message": error.message, "params": error.params}
    except Refused as refused:
        if refused.refusal.code == "survey_busy":
            raise
        failed = {"code": refused.refusal.code, "message": refused.refusal.message, "params": refused.refusal.params}
    Survey.objects.filter(id=survey_id, status=Survey.Status.DRAFT).update(failed=failed)
    survey.refresh_from_db()
    return survey


def withdraw(survey: Survey, by: Person | None, at: datetime, reason: str = "") -> Survey:
    """Take a survey back that is not published: its rows stay to be read, nothing comes into the register."""
    with transaction.atomic():
        locked = Survey.objects.select_for_update().get(id=survey.id)
        if locked.status in (Survey.Status.PUBLISHED, Survey.Status.WITHDRAWN):
            message = "The survey is %(status)s: it cannot be withdrawn."
            raise Refused(Refusal("not_open", message, {"status": locked.status}))
        locked.status, locked.decided_by, locked.decided_at = Survey.Status.WITHDRAWN, by, at
        locked.reason = reason[:400]
        locked.save()
        audit.record(at, "survey.withdraw", subject=("survey", str(survey.id)), person=by.pk if by else None)
    return locked


def discard(survey: Survey, by: Person | None, at: datetime) -> None:
    """Forget the rows of a withdrawn survey; the survey itself, its file and the audit stay."""
    with transaction.atomic():
        locked = Survey.objects.select_for_update().get(id=survey.id)
        if locked.status != Survey.Status.WITHDRAWN:
            raise Refused(Refusal("not_withdrawn", "Withdraw the survey first."))
        SurveyRow.objects.filter(survey=locked).delete()
        audit.record(at, "survey.discard", subject=("survey", str(survey.id)), person=by.pk if by else None)

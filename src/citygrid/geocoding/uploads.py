"""Files of addresses on the way: kept in a folder of their own, seen by who sent them, dropped after some days."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from citygrid import tabular
from citygrid.geocoding import batch as batches
from citygrid.geocoding.models import Batch
from citygrid.media import scanning
from citygrid.media.checking import MediaError
from citygrid.standards.coordinates import CoordinateError

MOST_BYTES = 200_000_000
KEPT_DAYS = 14
SUFFIXES = (".csv", ".xlsx", ".txt", ".gpkg", ".zip", ".geojson", ".json", ".geojsonl")


def folder(pk: UUID) -> Path:
    return Path(settings.DATA) / "geocoding" / str(pk)


def given(one: Batch) -> Path:
    """Where the file lies that was sent."""
    return folder(one.pk) / f"given{_suffix(one.name)}"


def answer(one: Batch) -> Path:
    """Where the file lies that is answered: of the same kind where that holds a table, else a CSV."""
    suffix = _suffix(one.name)
    return folder(one.pk) / f"answer{suffix if suffix == '.xlsx' else '.csv'}"


def keep(pk: UUID, sent: "UploadedFile[bytes]", person: int, at: datetime) -> Batch:
    """Keep a file that was sent; the same id of the same person again is the same batch. Raises TableError."""
    name = Path(sent.name or "").name[:200]
    if _suffix(name) not in SUFFIXES:
        raise tabular.TableError("unknown_kind", "%(kind)s is not a kind of file that is read here.", {"kind": name})
    if (sent.size or 0) > MOST_BYTES:
        params = {"most": MOST_BYTES // 1_000_000}
        raise tabular.TableError("too_large", "The file is larger than %(most)s MB.", params)
    known = Batch.objects.filter(pk=pk).first()
    if known is not None:
        return known
    one = Batch(id=pk, person=person, name=name, made_at=at)
    folder(pk).mkdir(parents=True, exist_ok=True)
    with given(one).open("wb") as out:
        for chunk in sent.chunks():
            out.write(chunk)
    try:
        scanning.cleared(given(one), person, at)
    except MediaError as error:
        shutil.rmtree(folder(pk), ignore_errors=True)
        raise tabular.TableError(error.code, error.message, error.params) from None
    one.save()
    return one


def opened(one: Batch, sheet: str = "") -> tabular.Table:
    """The file as a table, without looking for shapes. Raises TableError."""
    return tabular.open_table(given(one), sheet=sheet or one.sheet or None, shapeless=True)


def work(pk: UUID) -> None:
    """Place all rows of a batch; what goes wrong stands in it."""
    with transaction.atomic():
        one = Batch.objects.select_for_update().filter(pk=pk).exclude(status=Batch.Status.DONE).first()
        if one is None:
            return
        Batch.objects.filter(pk=pk).update(status=Batch.Status.RUNNING, done=0, problem={})
    try:
        with opened(one) as table:
            counts = batches.run(table, one.column, answer(one), at=timezone.now(), crs=one.crs, progress=_teller(pk))
    except (tabular.TableError, CoordinateError) as error:
        problem = {"code": error.code, "message": error.message, "params": {k: str(v) for k, v in error.params.items()}}
        _end(pk, status=Batch.Status.FAILED, problem=problem)
        return
    _end(pk, status=Batch.Status.DONE, done=counts.rows, total=counts.rows, counts=counts.as_json())


def sweep(at: datetime) -> int:
    """Drop the batches older than KEPT_DAYS with their files; how many."""
    old = list(Batch.objects.filter(made_at__lt=at - timedelta(days=KEPT_DAYS)))
    for one in old:
        shutil.rmtree(folder(one.pk), ignore_errors=True)
        one.delete()
    return len(old)


def _teller(pk: UUID) -> batches.Progress:
    def tell(done: int) -> None:
        Batch.objects.filter(pk=pk).update(done=done)

    return tell


def _end(pk: UUID, **facts: Any) -> None:
    Batch.objects.filter(pk=pk).update(ended_at=timezone.now(), **facts)


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if suffix.isascii() else ""

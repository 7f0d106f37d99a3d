"""Releases of open data: made by a job each day, kept under their hash, the newest for everybody while it is on."""

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from citygrid.bulletins import open_data, open_data_rules
from citygrid.bulletins.open_data_models import OpenRelease
from citygrid.bulletins.open_data_rules import OpenRules
from citygrid.bulletins.published import published
from citygrid.cases.database import plain
from citygrid.evaluation import facts

KEPT = 3
"""Older folders are taken away; their rows stay, with the hashes of what they were."""


def make(now: datetime) -> OpenRelease | None:
    """The data of now. Nothing new where they say what a release said (it is noted that it was looked at); None while
    the city's rules have it off."""
    rules = open_data_rules.current()
    if not rules.on:
        return None
    making = _folder("making")
    with plain() as connection:
        facts.refresh(connection)
    with transaction.atomic(), plain() as connection:
        written = open_data.write(connection, rules, published(), making, now)
    there = OpenRelease.objects.filter(digest=written.digest).first()
    target = _folder(written.digest)
    if not target.exists():
        making.rename(target)
    shutil.rmtree(making, ignore_errors=True)
    if there is not None:
        there.made_at = there.made_at if there == _latest() else now
        there.checked_at = now
        there.rules = open_data_rules.bounds(rules)  # today's rules tell the very same
        there.save()
        _tidy(rules)
        return there
    made = OpenRelease.objects.create(
        digest=written.digest, made_at=now, checked_at=now, cases=written.cases, withheld=written.withheld,
        results=written.results, files=written.files, rules=open_data_rules.bounds(rules),
    )  # fmt: skip
    _tidy(rules)
    return made


def allowed(row: OpenRelease, rules: OpenRules) -> bool:
    """Whether these rules would tell what a release tells: one that was made by less strict ones is no longer given."""
    return rules.on and open_data_rules.as_strict(row.rules, rules)


def newest() -> OpenRelease | None:
    """What everybody may take; None while it is off, nothing was made yet, or all is less strict than the rules now."""
    rules = open_data_rules.current()
    rows = OpenRelease.objects.order_by("-made_at", "-id")[:KEPT] if rules.on else []
    return next((row for row in rows if allowed(row, rules)), None)


def mark() -> str:
    """The newest release's hash, for pages that are kept."""
    row = newest()
    return row.digest if row is not None else ""


def path_of(row: OpenRelease, name: str) -> Path | None:
    """Where a file of a release lies; None for a name that is not among its files, or one that is gone."""
    if name not in row.files:
        return None
    path = _folder(row.digest) / name
    return path if path.is_file() else None


def known(digest: str) -> OpenRelease | None:
    """A release by its hash, while open data are on and the rules of now would tell it too."""
    row = OpenRelease.objects.filter(digest=digest).first()
    return row if row is not None and allowed(row, open_data_rules.current()) else None


def history(most: int = 24) -> list[tuple[OpenRelease, bool]]:
    """The releases there were, the newest first, and whether their files are still kept."""
    rules = open_data_rules.current()
    if not rules.on:
        return []
    rows = OpenRelease.objects.order_by("-made_at", "-id")[:most]
    return [(row, allowed(row, rules) and all(path_of(row, name) is not None for name in row.files)) for row in rows]


def _latest() -> OpenRelease | None:
    return OpenRelease.objects.order_by("-made_at", "-id").first()


def _folder(name: str) -> Path:
    return Path(settings.DATA) / "open_data" / name


def _tidy(rules: OpenRules) -> None:
    """Takes away the files of what is too old, and of what the rules would not tell any more."""
    for n, row in enumerate(OpenRelease.objects.order_by("-made_at", "-id")):
        if n >= KEPT or not allowed(row, rules):
            shutil.rmtree(_folder(row.digest), ignore_errors=True)

"""The part of a city folder that is about cases: `delegations.toml`, what the office lets others approve (S1-20).

[dispatchers]
giver = "office"            # the post of the office that gives
role = "dispatcher"         # to whom: `post`, or `role` and `body`
body = "centre"
kinds = ["extend"]
longest = "5 work_day"      # the most that one approval may grant; left out: any
classes = []                # ids, or prefixes that end in *; left out: all
areas = []                  # codes; left out: everywhere
first_day = 2024-01-01
last_day = 2026-12-31       # left out: until it is withdrawn
document = "..."
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from citygrid.cases import delegations, giving
from citygrid.cases.delegation_models import Delegation
from citygrid.cases.giving import Giving
from citygrid.organization.models import Post
from citygrid.process.refusal import Refused
from citygrid.rulebook.slices import profile_at
from citygrid.standards.reports import Report

FILE = "delegations.toml"
TEXTS = ("giver", "post", "role", "body", "longest", "document")
LISTS = ("kinds", "classes", "areas")
DAYS = ("first_day", "last_day")
ORDER = ("giver", "post", "role", "body", "kinds", "longest", "classes", "areas", "first_day", "last_day", "document")
_BARE = re.compile(r"[A-Za-z0-9_-]{1,60}")


def load(folder: Path, at: date) -> Report:
    """Give what the folder delegates from that day on; what it lacks is withdrawn. Nothing is kept with a problem.

    A delegation is never changed: other content under a known code is a problem. A folder without the file says
    nothing about delegations, and they stay as they are."""
    report = Report()
    path = folder / FILE
    if not path.exists():
        return report
    rows = _rows(path, at, report)
    if report.ok:
        with transaction.atomic():
            for row in rows:
                if row.pk is None:
                    row.save()
            _withdraw_others(rows, at)
        report.count("delegations", len(rows))
    return report


def dump(folder: Path, at: date) -> None:
    """Write what is in force on that day or begins later; no file when there is nothing."""
    start = delegations.midnight(at, profile_at(_noon(at)).timezone)
    alive = Delegation.objects.filter(Q(last_day=None) | Q(last_day__gte=at))
    alive = alive.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=start))
    parts = [_text(row) for row in alive.select_related("giver_post", "post", "body").order_by("code")]
    if parts:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text("\n".join(parts), encoding="utf-8", newline="\n")


def _rows(path: Path, at: date, report: Report) -> list[Delegation]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        report.add(FILE, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)})
        return []
    found = []
    for code in sorted(tables):
        row = _row(code, tables[code], at, report)
        if row is not None:
            found.append(row)
    return found


def _row(code: str, facts: Any, at: date, report: Report) -> Delegation | None:
    if not isinstance(facts, dict) or not _BARE.fullmatch(code) or code == "new":  # an address of its own
        report.add(FILE, 0, code, "not_a_delegation", "%(code)s is not a table of a delegation.", {"code": code})
        return None
    if not _typed(code, facts, report):
        return None
    giver = Post.objects.select_related("role").filter(code=facts["giver"]).first()
    if giver is None:
        message = "There is no post %(value)s."
        report.add(FILE, 0, f"{code}.giver", "unknown_post", message, {"value": facts["giver"]})
        return None
    moment = _noon(at)
    try:
        if not delegations.holds_power(giver.role.code, moment):
            raise giving.refused("delegation_no_power", field="giver")
        row = giving.checked(_giving(code, facts), moment)
    except Refused as refused:
        one = refused.refusal
        params = {key: str(value) for key, value in one.params.items()}
        report.add(FILE, 0, f"{code}.{one.params.get('field', '')}", one.code, one.message, params)
        return None
    row.giver_post = giver
    row.given_at = delegations.midnight(row.first_day, profile_at(moment).timezone)
    return _known(row, report)


def _known(row: Delegation, report: Report) -> Delegation | None:
    """The row that is there already, when it says the same."""
    known = Delegation.objects.filter(code=row.code).first()
    if known is None:
        return row
    row.file_id = known.file_id  # a folder holds no files
    if giving.content(known) != giving.content(row) or known.giver_post_id != row.giver_post_id:
        message = "The delegation %(code)s is given already and is never changed: give another under a new code."
        report.add(FILE, 0, row.code, "delegation_changed", message, {"code": row.code})
        return None
    return known


def _typed(code: str, facts: Mapping[str, Any], report: Report) -> bool:
    """Whether keys and kinds of values are right; what is not is in the report."""
    wrong = [key for key in facts if key not in ORDER]
    for key in wrong:
        report.add(FILE, 0, f"{code}.{key}", "unknown_key", "A delegation has no %(key)s.", {"key": key})
    bad = [key for key in TEXTS if not isinstance(facts.get(key, ""), str)]
    bad += [key for key in LISTS if not _texts(facts.get(key, []))]
    bad += [key for key in DAYS if type(facts.get(key, date.min)) is not date]
    bad += [key for key in ("giver", "kinds", "first_day", "document") if key not in facts]
    for key in sorted(set(bad)):
        report.add(
            FILE, 0, f"{code}.{key}", "missing_or_wrong", "%(key)s is missing, or is no such value.", {"key": key}
        )
    return not wrong and not bad


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _giving(code: str, facts: Mapping[str, Any]) -> Giving:
    return Giving(
        code=code,
        kinds=tuple(facts["kinds"]),
        first_day=facts["first_day"],
        last_day=facts.get("last_day"),
        classes=tuple(facts.get("classes", ())),
        areas=tuple(facts.get("areas", ())),
        **{key: facts.get(key, "") for key in ("post", "role", "body", "longest", "document")},
    )


def _withdraw_others(rows: list[Delegation], at: date) -> None:
    start = delegations.midnight(at, profile_at(_noon(at)).timezone)
    gone = Delegation.objects.exclude(code__in=[row.code for row in rows]).filter(withdrawn_at=None)
    for row in gone.filter(Q(last_day=None) | Q(last_day__gte=at)):
        row.withdrawn_at = max(start, row.given_at)
        row.save(update_fields=["withdrawn_at"])


def _text(row: Delegation) -> str:
    facts: dict[str, Any] = {
        "giver": row.giver_post.code,
        "post": row.post.code if row.post is not None else "",
        "role": row.role,
        "body": row.body.code if row.body is not None else "",
        "document": row.document,
        **{key: getattr(row, key) for key in ("kinds", "longest", "classes", "areas", "first_day", "last_day")},
    }
    return f"[{row.code}]\n" + "".join(f"{key} = {_value(facts[key])}\n" for key in ORDER if facts[key])


def _value(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _noon(at: date) -> datetime:
    """A moment within the city's day."""
    return datetime.combine(at, time(12), UTC)

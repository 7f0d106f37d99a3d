"""A duty made or changed on a page: its block of `standing.toml` is written anew, the rest of the text stays; the new
version holds from that day on, the one before stays for the days before."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction

from citygrid.evaluation.standing import city_files
from citygrid.evaluation.standing.duties import Duty, plain
from citygrid.organization.seats import Signed
from citygrid.standards.reports import Report
from citygrid.trust import audit

TEXTS = ("code", "set", "zh", "en", "sort", "place", "area", "class_id", "unit", "supervisor", "every", "case_class",
         "standard_zh", "standard_en")  # fmt: skip
BARE = ("lon", "lat", "days", "photos", "since", "until")
"""Numbers and days: written as they are typed; what is none of them the file's own reader refuses."""
COUNT = ("count_least", "count_zh", "count_en")
NAMES = (*TEXTS, *BARE, *COUNT, "checklist")
_HEAD = re.compile(r"^[ \t]*\[\[[ \t]*(duty|set)[ \t]*\]\]", re.MULTILINE)
_CODE = re.compile(r"""^[ \t]*code[ \t]*=[ \t]*["']([^"']*)["']""", re.MULTILINE)
_REMARKS = re.compile(r"(?:^[ \t]*(?:#.*)?\n)+\Z", re.MULTILINE)
"""Empty lines and comments at an end: they stand above what follows."""


def typed_of(duty: Duty) -> dict[str, str]:
    """A duty as the fields of its form."""
    found = {name: str(getattr(duty, name)) for name in ("code", "set", "sort", "place", "area", "class_id", "unit",
             "supervisor", "every", "case_class", "days", "since")}  # fmt: skip
    found |= dict(zip(("zh", "en", "standard_zh", "standard_en"), (*duty.names, *duty.standard), strict=True))
    found |= {"until": duty.until.isoformat() if duty.until else "", "photos": str(duty.wanted.photos)}
    if duty.point is not None:
        found |= {"lon": f"{duty.point[0]:.7f}", "lat": f"{duty.point[1]:.7f}"}
    if duty.wanted.least is not None:
        found |= dict(zip(COUNT, (plain(duty.wanted.least), *duty.wanted.of), strict=True))
    found["checklist"] = "\n".join(f"{plain(one.points)} | {one.names[0]} | {one.names[1]}" for one in duty.lines)
    return found


def block(typed: Mapping[str, str], old: Duty | None = None) -> str:
    """The lines of a duty in TOML. A line of the checklist is `points | 中文 | English`; its key stays where its words
    did, so that a check can be compared with an earlier one."""
    word = {name: typed.get(name, "").strip() for name in NAMES}
    rows = ["[[duty]]"]
    for name in TEXTS:
        if word[name]:
            rows.append(f"{name} = {_quoted(word[name])}")
    rows += [f"{name} = {_bare(word[name])}" for name in BARE if word[name]]
    if any(word[name] for name in COUNT):
        least, zh, en = (word[name] for name in COUNT)
        rows.append(f"count = {{least = {_bare(least)}, zh = {_quoted(zh)}, en = {_quoted(en)}}}")
    if old is not None and old.line:
        rows.append(f"line = [{', '.join(f'[{lon:.7f}, {lat:.7f}]' for lon, lat in old.line)}]")
    return "\n".join([*rows, *_checklist(word["checklist"], old)]) + "\n"


def _checklist(text: str, old: Duty | None) -> list[str]:
    keys = {one.names: one.key for one in old.lines} if old else {}
    lines = [line for line in text.splitlines() if line.strip()]
    parts = [([part.strip() for part in line.split("|")] + ["", ""])[:3] for line in lines]
    kept = {keys[(zh, en)] for _, zh, en in parts if (zh, en) in keys}
    free = (key for n in range(1, 1000) if (key := f"line{n}") not in kept)
    rows = []
    for points, zh, en in parts:
        key = keys.pop((zh, en)) if (zh, en) in keys else next(free)
        rows += ["[[duty.check]]", f'key = "{key}"', f"zh = {_quoted(zh)}", f"en = {_quoted(en)}",
                 f"points = {_bare(points)}"]  # fmt: skip
    return rows


def written(text: str, code: str, made: str) -> str:
    """The file with this block in place of the duty's, or behind all others; what is remarked above the next stays."""
    heads = list(_HEAD.finditer(text))
    for n, head in enumerate(heads):
        start, end = head.start(), heads[n + 1].start() if n + 1 < len(heads) else len(text)
        found = _CODE.search(text, start, end)
        if head[1] == "duty" and found is not None and found[1] == code:
            remarks = _REMARKS.search(text[:end], start)
            kept = text[remarks.start() : end] if remarks and "#" in remarks[0] else "\n" if end < len(text) else ""
            return text[:start] + made + kept + text[end:]
    return text + ("\n" if text else "") + made


def save(typed: Mapping[str, str], old: Duty | None, based_on: str, day: date, signed: Signed, at: datetime) -> Report:
    """Brings the new version into force from a day on, or says what is wrong; then nothing is kept. `based_on`: the
    version that was looked at (`mark`): whoever was quicker wins, the other hears of it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('evaluation.standing'))")
        text = city_files.text_at(city_files.DUTIES, day)
        report = Report()
        if mark(text) != based_on:
            report.add(city_files.DUTIES, 0, "", "changed", "The duties have changed meanwhile: look at them again.")
            return report
        code = old.code if old is not None else typed.get("code", "").strip()
        if old is None and code in city_files.book_at(day).duties:
            report.add(city_files.DUTIES, 0, "code", "twice", "The code %(key)s is there twice.", {"key": code})
            return report
        report = city_files.keep(
            city_files.DUTIES, written(text, code, block({**typed, "code": code}, old)), day
        )
        if report.ok:
            audit.record(
                at, "edit_standing", subject=("duty", code), params={"from": day.isoformat()},
                person=signed.person.pk, seat=signed.seat.pk, post=signed.post.pk,
            )  # fmt: skip
    return report


def mark(text: str) -> str:
    """A short word that another text has not."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _quoted(text: str) -> str:
    """A TOML string: JSON's own form is one, controls escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _bare(text: str) -> str:
    """A number or a day as it was typed; anything else becomes a text, which the reader refuses with its field."""
    return text if re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?|\d{4}-\d\d-\d\d", text) else _quoted(text)

"""案卷档案: everything that is known of a case on paper, the same bytes for the same content (S1-53, S0-25).

What the reader may see is decided before: callers stand masked, unless the one who asks has the right and gave a reason
(`callers`). The file says which entry of the chain it shows, with the hash after that entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from citygrid.cases import naming, showing
from citygrid.cases.callers import Caller
from citygrid.cases.closing import due_words
from citygrid.cases.closing.sketch import sketch_of
from citygrid.cases.database import cursor, plain
from citygrid.cases.reading import timeline
from citygrid.media.models import File
from citygrid.media.storing import thumbnail
from citygrid.process import Case, Entry
from citygrid.trust import chain
from citygrid.trust.algorithms import algorithm_at
from citygrid.web import papers
from citygrid.web.words import chinese, office_moment

TEMPLATE = Path(__file__).with_name("dossier.typ")
PICTURE = 960
"""Longest side of a photo on paper, in pixels."""
SHOWN_NAMES = {"sha256": "SHA-256", "sm3": "SM3"}


@dataclass(frozen=True, slots=True)
class Made:
    """The file and its hash (hexadecimal) by the city's algorithm. `version`: the last entry that it shows."""

    content: bytes
    digest: str
    algorithm: str
    version: int


def make(case: Case, at: datetime, lang: str, callers: Sequence[Caller] = ()) -> Made:
    """The dossier of a case as it stands. `at`: up to when an open case is told; a case that is over does not ask.

    Raises PaperError where this server has no font for it."""
    entries = timeline(case)
    until = case.closed_at or at
    with override("zh-hans" if lang.startswith("zh") else "en"):
        pictures: dict[str, bytes] = {}
        data = _data(case, entries, until, pictures, callers)
        content = papers.pdf(TEMPLATE, data, pictures, at=entries[-1].recorded_at, kept=True)
    algorithm = algorithm_at(at)
    return Made(content, chain.digest(content, algorithm).hex(), algorithm, case.version)


def _data(
    case: Case, entries: Sequence[Entry], until: datetime, pictures: dict[str, bytes], callers: Sequence[Caller]
) -> dict[str, Any]:
    view = showing.view_of(case, until)
    assert view.bar is not None
    drawn = sketch_of(case.place, case.received_at)
    number = case.case_no or case.report_no
    return {
        "lang": "zh" if chinese() else "en",
        "words": _words(),
        "title": _("Dossier %(number)s") % {"number": number},
        "city": naming.city(chinese()),
        "number": number,
        "class": view.title,
        "state": view.state,
        "text": view.text,
        "facts": [list(one) for one in view.facts],
        "sketch": drawn.svg if drawn is not None else "",
        "scale": f"{drawn.metres} m" if drawn is not None else "",
        "photos": _photos(view, pictures),
        "callers": [_caller(one) for one in callers],
        "lines": [_line(line, entry) for line, entry in zip(reversed(view.lines), entries, strict=True)],
        "requests": [_asked(one) for one in reversed(view.requests)],
        "parts": [
            [office_moment(one.start), office_moment(one.end), one.holder, one.what, one.natural, one.working,
             one.stopped or "–"]
            for one in view.bar.pieces
        ],
        "holders": [[one.holder, one.what, one.natural, one.working] for one in view.bar.holders],
        "whole": [view.bar.natural, view.bar.working],
        "dues": [_due(one) for one in due_words.clocks(case, entries)],
        "until": office_moment(entries[-1].recorded_at),
        "seals": _seals(case, entries),
    }  # fmt: skip


def _words() -> dict[str, str]:
    """Headings, in the language of the paper."""
    return {
        "dossier": _("Case dossier"), "state": _("State"), "what": _("Facts"), "where": _("Where"),
        "photos": _("Photos"), "caller": _("Caller"), "timeline": _("Timeline"), "requests": _("Requests"),
        "minutes": _("Who held the case"), "dues": _("Why it was due then"), "seals": _("Proof"),
        "from": _("From"), "to": _("To"), "held": _("Held by"), "todo": _("To do"), "natural": _("Clock time"),
        "working": _("Working time"), "stopped": _("Clocks that stood still"), "whole": _("In all"),
        "no": _("No."), "when": _("When"), "act": _("Act"), "who": _("Who"), "result": _("Decision"),
        "ground": _("On the ground of"), "due": _("Due"), "limit": _("Limit"), "counted": _("Counted intervals"),
        "scale": _("The bar shows"), "page": _("Page"), "until": _("As it stood"),
    }  # fmt: skip


def _photos(view: showing.View, pictures: dict[str, bytes]) -> list[dict[str, Any]]:
    """Photos by what they show, each with when it was taken and its whole hash."""
    groups = ((_("Before"), view.before), (_("After"), view.after), (_("At the check"), view.checked))
    ids = [one.id for _title, shown in groups for one in shown]
    known = {str(file.pk): file for file in File.objects.filter(pk__in=ids)}
    found = []
    for title, shown in groups:
        row = [_photo(known[one.id], pictures) for one in shown if one.id in known]
        if row:
            found.append({"title": title, "photos": row})
    return found


def _photo(file: File, pictures: dict[str, bytes]) -> dict[str, str]:
    name = f"{file.sha256}.jpg"
    taken = office_moment(file.made_at) or _("stored %(at)s") % {"at": office_moment(file.stored_at)}
    note = _("Illustration") if file.illustration else ""
    try:
        pictures[name] = thumbnail(file, PICTURE)
    except FileNotFoundError:
        name, note = "", _("The store has lost this file.")
    return {"name": name, "taken": taken, "hash": f"SHA-256\n{file.sha256[:32]}\n{file.sha256[32:]}", "note": note}


def _caller(one: Caller) -> list[str]:
    gone = _("(forgotten)") if one.forgotten else "–"
    return [office_moment(one.at), one.name or gone, one.phone or gone]


def _line(line: showing.Line, entry: Entry) -> dict[str, Any]:
    """One entry: the moment that counts, the one of the record where it differs, who, what was said."""
    recorded = ""
    if entry.recorded_at.replace(second=0, microsecond=0) != entry.effective_at.replace(second=0, microsecond=0):
        recorded = _("recorded %(at)s") % {"at": office_moment(entry.recorded_at)}
    facts = [list(one) for one in line.facts]
    if line.ground is not None:
        facts.append([_("On the ground of"), line.ground.words])
    if line.photos:
        facts.append([_("Photos"), ", ".join(one.caption.rsplit(" ", 1)[-1] for one in line.photos)])
    return {
        "no": entry.seq, "at": office_moment(entry.effective_at), "recorded": recorded, "act": line.title,
        "who": line.who, "body": line.body, "state": line.state, "late": _("late") if line.late else "", "facts": facts,
    }  # fmt: skip


def _asked(one: Any) -> list[str]:
    ground = one.ground.words if one.ground is not None else "–"
    return [office_moment(one.at), f"{one.kind} {one.length}".strip(), one.state, ground]


def _due(one: due_words.Told) -> dict[str, Any]:
    limit = " + ".join((one.limit, *one.added)) if not one.given else _("given, not computed")
    return {
        "what": f"{one.what} {one.holder}",
        "due": one.due,
        "limit": " · ".join(part for part in (limit, one.calendar) if part),
        "over": f"{one.over} {_('late') if one.late else _('in time')}" if one.over else "",
        "steps": [[at, words, due] for at, words, due, _entry in one.steps],
        "days": "; ".join(f"{day.day} {' '.join(day.periods)}".strip() for day in one.days),
        "total": one.total,
        "provisional": _("provisional") if one.provisional else "",
    }


def head_after(case: Case, seq: int) -> bytes:
    """The hash of the chain after an entry; empty bytes where there is none."""
    with plain() as connection:
        row = cursor(connection).execute(
            "select e.head from cases_head h join cases_entry e on e.case_id = h.case_id and e.month = h.month"
            " where h.case_id = %s and e.seq = %s", [case.id, seq],
        ).fetchone()  # fmt: skip
    return bytes(row[0]) if row is not None else b""


def _seals(case: Case, entries: Sequence[Entry]) -> list[list[str]]:
    """What the paper can be proved by: the chain's hash after the last entry shown, and the rules."""
    last = entries[-1]
    rows: Mapping[str, str] = {
        _("Entries shown"): _("1 to %(last)s") % {"last": last.seq},
        _("Hash of the chain after the last entry"): head_after(case, last.seq).hex(),
        _("Rules that it was filed under"): case.rules,
        _("Id of the case"): str(case.id),
    }
    return [[label, value] for label, value in rows.items() if value]

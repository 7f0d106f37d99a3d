"""The periodic report of the problem library: frozen when it is issued, as rows and as PDF (S0-48)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from citygrid.cases import directory, naming, wording
from citygrid.coordination.commission import library
from citygrid.coordination.commission.words import ground_words, kind_words
from citygrid.coordination.commission_models import LibraryReport
from citygrid.coordination.months import Month
from citygrid.media import storing
from citygrid.organization.models import Body, Person
from citygrid.organization.seats import Signed
from citygrid.process.moments import maybe_moment, stamp
from citygrid.trust import audit
from citygrid.web import papers
from citygrid.web.words import chinese, office_day, office_moment

PAPER = Path(__file__).with_name("library.typ")
MOST = 5000


def issue(signed: Signed, month: Month, at: datetime, address: str | None) -> LibraryReport:
    """The library as it stands at this moment, kept for good under the month's next number. PaperError when this server
    cannot print; then nothing is kept."""
    rows = [row_of(one) for one in library.problems(signed.scope, at, most=MOST)]
    body = commission_of(signed)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('coordination.library_report'), %s)", [body.pk])
        number = LibraryReport.objects.filter(body=body, month=month.first).count() + 1
        data = _paper(rows, body, month, number, at)
        file = storing.store(papers.pdf(PAPER, data), f"library-{month.text}-{number}.pdf", signed.person.pk, at)
        report = LibraryReport.objects.create(
            month=month.first, number=number, at=at, body=body, by=Person.objects.get(pk=signed.person.pk), rows=rows,
            file=file,
        )  # fmt: skip
        audit.record(
            at, "issue_library_report", subject=("library_report", str(report.pk)), person=signed.person.pk,
            seat=signed.seat.pk, post=signed.post.pk, address=address, params={"rows": len(rows)},
        )  # fmt: skip
    return report


def commission_of(signed: Signed) -> Body:
    """The commission of the city; where it has none, the body of the post in use."""
    found = directory.current().levels.get("commission")
    return Body.objects.get(pk=found if found is not None else signed.body.pk)


def row_of(one: library.Problem) -> dict[str, Any]:
    """Ids, codes and moments only."""
    return {
        "case": str(one.case),
        "number": one.number,
        "kind": one.kind,
        "class_id": one.class_id,
        "district": one.district,
        "community": one.community,
        "unit": one.unit,
        "received_at": stamp(one.received_at),
        "since": stamp(one.since),
        "due": stamp(one.due) if one.due is not None else None,
        "mode": one.mode,
        "ground": one.ground,
        "returns": one.returns,
        "suspensions": one.suspensions,
    }


def lines(rows: Sequence[Mapping[str, Any]], at: datetime) -> list[dict[str, Any]]:
    """Rows of a report in words of the reader."""
    classes = naming.classes(row["class_id"] for row in rows)
    areas = naming.areas(one for row in rows for one in (row["district"], row["community"]))
    grounds, kinds = ground_words(at), kind_words()
    return [
        {
            "case": row["case"],
            "number": row["number"],
            "kind": kinds[row["kind"]] + (f"（{wording.choice(row['mode'])}）" if row["mode"] else ""),
            "title": classes.get(row["class_id"] or "", row["class_id"] or "–"),
            "where": " ".join(areas[i] for i in (row["district"], row["community"]) if i in areas),
            "unit": naming.body(row["unit"]) or "–",
            "since": office_day(maybe_moment(row["since"])),
            "due": office_day(maybe_moment(row["due"])) or "–",
            "ground": grounds.get(row["ground"] or "", row["ground"] or "–"),
            "returns": row["returns"],
        }
        for row in rows
    ]


def summary(rows: Sequence[Mapping[str, Any]], at: datetime) -> list[tuple[str, int]]:
    """How many of each kind, and on which ground."""
    kinds, grounds = kind_words(), ground_words(at)
    by_kind = Counter(row["kind"] for row in rows)
    by_ground = Counter(row["ground"] for row in rows if row["ground"])
    told = [(kinds[kind], by_kind[kind]) for kind in library.KINDS]
    return told + [(grounds.get(code, code), number) for code, number in by_ground.most_common()]


def _paper(rows: list[dict[str, Any]], body: Body, month: Month, number: int, at: datetime) -> dict[str, Any]:
    return {
        "lang": "zh" if chinese() else "en",
        "title": _("Report of the problem library"),
        "body": body.name if chinese() or not body.name_en else body.name_en,
        "month": month.text,
        "line": _("No. %(number)s, as of %(at)s") % {"number": number, "at": office_moment(at)},
        "summary": [[label, str(count)] for label, count in summary(rows, at)],
        "heads": [_("Number"), _("Kind"), _("Problem"), _("Area"), _("Unit"), _("Since"), _("Ground"), _("Returns")],
        "rows": [
            [one["number"], one["kind"], one["title"], one["where"], one["unit"], one["since"], one["ground"],
             str(one["returns"])]
            for one in lines(rows, at)
        ],
        "none": _("The library is empty."),
    }  # fmt: skip

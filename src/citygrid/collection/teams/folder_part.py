"""Quotas and price lists of a city folder: `quotas.csv` and `collection_prices.toml`. A file that is absent changes
nothing; one that is there adds its versions, and none is taken away: what was once in force stays."""

import csv
import io
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from citygrid.collection.models import PriceList, Quota
from citygrid.collection.teams import prices, quotas
from citygrid.organization.models import Body, Post
from citygrid.standards.reports import Report

QUOTAS, PRICES = "quotas.csv", "collection_prices.toml"
COLUMNS = ("since", "body", "post", "measure", "amount")


def load(folder: Path, at: date) -> Report:
    """Takes both files over, or nothing when one has a fault."""
    report = Report()
    rows = _read_quotas(folder / QUOTAS, report) if (folder / QUOTAS).exists() else []
    lists = _read_prices(folder / PRICES, report) if (folder / PRICES).exists() else []
    if not report.ok:
        return report
    with transaction.atomic():
        for one in rows:
            keys = {name: one[name] for name in ("since", "body", "post", "measure")}
            Quota.objects.update_or_create(**keys, defaults={"amount": one["amount"]})
        for one in lists:
            keys = {name: one.pop(name) for name in ("since", "body")}
            PriceList.objects.update_or_create(**keys, defaults=one)
    report.count("quotas", len(rows))
    report.count("price_lists", len(lists))
    return report


def dump(folder: Path, at: date) -> None:
    """Writes all versions; no file where there is none."""
    quotas_kept = Quota.objects.select_related("body", "post")
    rows = sorted(
        [
            one.since.isoformat(), one.body.code if one.body else "", one.post.code if one.post else "", one.measure,
            "" if one.amount is None else _plain(one.amount),
        ]
        for one in quotas_kept
    )  # fmt: skip
    if rows:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
        (folder / QUOTAS).write_text(out.getvalue(), encoding="utf-8", newline="\n")
    lists = sorted(
        PriceList.objects.select_related("body"), key=lambda one: (one.since, one.body.code if one.body else "")
    )
    if lists:
        (folder / PRICES).write_text("\n".join(_toml(one) for one in lists), encoding="utf-8", newline="\n")


def _read_quotas(path: Path, report: Report) -> list[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    missing = set(COLUMNS) - set(reader.fieldnames or ())
    if missing:
        report.add(QUOTAS, 1, "", "no_column", "The column %(name)s is missing.", {"name": sorted(missing)[0]})
        return []
    bodies, posts = dict(Body.objects.values_list("code", "pk")), dict(Post.objects.values_list("code", "pk"))
    found = []
    for line, cells in enumerate(reader, start=2):
        one = {name: (cells.get(name) or "").strip() for name in COLUMNS}
        before = len(report.problems)
        kept = {
            "since": _day(one["since"], QUOTAS, line, report),
            "body_id": _known(one["body"], bodies, "body", line, report),
            "post_id": _known(one["post"], posts, "post", line, report),
            "measure": one["measure"],
            "amount": prices.number_of(one["amount"]) if one["amount"] else None,
        }
        if one["body"] and one["post"]:
            report.add(QUOTAS, line, "post", "two_subjects", "A quota is for a body or for a post, not for both.", {})
        if one["measure"] not in quotas.MEASURES:
            message = "There is no quota called %(measure)s."
            report.add(QUOTAS, line, "measure", "unknown_quota", message, {"measure": one["measure"][:40]})
        amount = kept["amount"]
        if one["amount"] and (amount is None or not 0 <= amount < Decimal("1000000")):
            message = "The amount %(value)s is not a number with at most two decimals."
            report.add(QUOTAS, line, "amount", "bad_amount", message, {"value": one["amount"][:40]})
        if len(report.problems) == before:
            kept["body"] = Body.objects.filter(pk=kept.pop("body_id")).first()
            kept["post"] = Post.objects.filter(pk=kept.pop("post_id")).first()
            found.append(kept)
    return found


def _read_prices(path: Path, report: Report) -> list[dict[str, Any]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        report.add(PRICES, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)[:200]})
        return []
    bodies = {one.code: one for one in Body.objects.all()}
    found = []
    for number, one in enumerate(data.get("list", []), start=1):
        before = len(report.problems)
        since, currency, days = one.get("since"), one.get("currency"), one.get("objection_days")
        if not isinstance(since, date):
            report.add(PRICES, number, "since", "bad_day", "%(value)s is not a day.", {"value": str(since)[:40]})
        if not isinstance(currency, str) or len(currency) != 3 or not currency.isascii():
            report.add(PRICES, number, "currency", "bad_currency", "A currency has three letters, such as CNY.", {})
        if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= 365:
            message = "The days for objections are a whole number up to 365."
            report.add(PRICES, number, "objection_days", "bad_objection_days", message, {})
        _known(one.get("body", ""), bodies, "body", number, report, PRICES)
        lines = prices.checked(one.get("lines"), PRICES, report)
        if len(report.problems) == before:
            body = bodies[one["body"]] if one.get("body") else None
            found.append({"since": since, "body": body, "currency": currency, "objection_days": days, "lines": lines})
    return found


def _day(text: str, file: str, line: int, report: Report) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        report.add(file, line, "since", "bad_day", "%(value)s is not a day.", {"value": text[:40]})
        return None


def _known(code: Any, known: dict[str, Any], column: str, line: int, report: Report, file: str = QUOTAS) -> Any:
    if code and code not in known:
        report.add(file, line, column, "unknown_code", "There is no %(what)s %(code)s.",
                   {"what": column, "code": str(code)[:40]})  # fmt: skip
    return known.get(code) if code else None


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _toml(one: PriceList) -> str:
    parts = ["[[list]]", f"since = {one.since.isoformat()}"]
    if one.body is not None:
        parts.append(f'body = "{one.body.code}"')
    parts += [f'currency = "{one.currency}"', f"objection_days = {one.objection_days}", ""]
    for line in one.lines:
        parts.append("[[list.lines]]")
        for name in ("code", "measure", "price", "below", "free", "name", "name_en"):
            if name in line:
                value = line[name]
                parts.append(f"{name} = {value if name == 'free' else _quoted(value)}")
        parts.append("")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

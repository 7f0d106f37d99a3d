"""`knowledge.toml` of a city folder: the articles of the knowledge base, a table for each code.

[garbage-sorting]
question = "生活垃圾怎么分类？"
answer = "..."
keywords = "垃圾 分类"        # parted by blanks; left out: none
class_id = ""                 # left out: none
body = "wj_sanitation"        # who is responsible for the article; left out: nobody
valid_from = 2024-01-01       # left out: the day of the import
valid_to = 2027-01-01         # the first day on which it holds no longer; left out: for good
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from citygrid.reception.call_models import Article
from citygrid.reception.knowledge import articles
from citygrid.reception.knowledge.articles import NotKeptError, Written
from citygrid.rulebook.reading import Table
from citygrid.standards.reports import Report

FILE = "knowledge.toml"
KEYS = ("question", "answer", "keywords", "class_id", "body", "valid_from", "valid_to")


def load(folder: Path, at: date) -> Report:
    """Keep the folder's articles; one that the file lacks ends on that day. A folder without the file says nothing."""
    report = Report()
    path = folder / FILE
    if not path.exists():
        return report
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        report.add(FILE, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)})
        return report
    moment = timezone.now()  # of keeping it, whatever day the city is loaded for
    kept = []
    for code in sorted(tables):
        written = _written(code, tables[code], report)
        if written is None:
            continue
        try:
            articles.keep(written, None, moment, at)
            kept.append(code)
        except NotKeptError as error:
            report.add(FILE, 0, f"{code}.{error.field}", error.code, articles.MESSAGES[error.code], error.params)
    if report.ok:
        gone = Article.objects.filter(current=True).exclude(code__in=kept)
        gone.filter(valid_to=None, valid_from__lt=at).update(valid_to=at)
        report.count("articles", len(kept))
    return report


def dump(folder: Path, at: date) -> None:
    """Write the articles in force on that day; no file when there are none."""
    parts = [_text(one) for one in articles.valid(at).select_related("body").order_by("code")]
    if parts:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text("\n".join(parts), encoding="utf-8", newline="\n")


def _written(code: str, facts: Any, report: Report) -> Written | None:
    if not isinstance(facts, dict):
        report.add(FILE, 0, code, "not_an_article", "%(code)s is no table of an article.", {"code": code})
        return None
    before = len(report.problems)
    table = Table(FILE, report, facts, code)
    table.known(*KEYS)
    texts = {name: table.text(name, needed=name in ("question", "answer")) for name in KEYS[:5]}
    days: dict[str, date] = {}
    for name in KEYS[5:]:
        value = facts.get(name)
        if type(value) is date:
            days[name] = value
        elif value is not None:
            table.problem(name, "wrong_type", "%(key)s must be %(wanted)s.", wanted="a day")
    if len(report.problems) > before:
        return None
    return Written(code, **texts, valid_from=days.get("valid_from"), valid_to=days.get("valid_to"))


def _text(one: Article) -> str:
    facts: dict[str, Any] = {
        "question": one.question, "answer": one.answer, "keywords": one.keywords, "class_id": one.class_id,
        "body": one.body.code if one.body is not None else "", "valid_from": one.valid_from, "valid_to": one.valid_to,
    }  # fmt: skip
    return f"[{one.code}]\n" + "".join(f"{key} = {quoted(value)}\n" for key, value in facts.items() if value)


def quoted(value: Any) -> str:
    """A day or a text as TOML writes it, on one line."""
    if isinstance(value, date):
        return value.isoformat()
    signs = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(signs.get(sign, sign) for sign in str(value)) + '"'

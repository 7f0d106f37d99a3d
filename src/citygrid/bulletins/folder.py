"""The reports' part of a city folder: `bulletins.toml`, and the Word templates `bulletins/KIND_LANG.docx`."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db.models import Max

from citygrid.bulletins import open_data_folder, ordering, rules_kept, templating
from citygrid.bulletins.content import KINDS
from citygrid.bulletins.models import Template
from citygrid.bulletins.rules_files import FILE, LANGUAGES, read
from citygrid.maps import toml_text
from citygrid.media import storing
from citygrid.standards.reports import Report

FOLDER = "bulletins"


def load(folder: Path, at: date) -> Report:
    """The rules and templates become those of the folder; a template with faults is told with where."""
    report = Report()
    moment = datetime.combine(at, time(12), UTC)
    path = folder / FILE
    if path.is_file():
        table = read(path.read_text(encoding="utf-8"), report)
        if report.ok:
            kept = rules_kept.keep(table, moment, None)
            report.merge([kept])
            if kept.ok:
                report.count("bulletin rules", len(table))
    for kind in KINDS:
        for lang in LANGUAGES:
            _template(folder / FOLDER / f"{kind}_{lang}.docx", kind, lang, moment, report)
    report.merge([open_data_folder.load(folder, at)])
    return report


def _template(path: Path, kind: str, lang: str, at: datetime, report: Report) -> None:
    if not path.is_file():
        return
    content = path.read_bytes()
    faults = templating.check(content)
    for one in faults:
        report.add(f"{FOLDER}/{path.name}", 0, one.where, one.code, one.message, dict(one.params))
    if faults:
        return
    file = storing.store(content, path.name, None, at)
    held = ordering.template_of(kind, lang)
    if held is None or held.file_id != file.pk:
        most = Template.objects.filter(kind=kind, lang=lang).aggregate(most=Max("version"))["most"]
        Template.objects.create(id=uuid4(), kind=kind, lang=lang, version=int(most or 0) + 1, name=path.name, file=file,
                                made_at=at)  # fmt: skip
    report.count("bulletin templates", 1)


def dump(folder: Path, at: date) -> None:
    """Write the city's own rules and the templates in force; nothing where there are none."""
    open_data_folder.dump(folder, at)
    own = rules_kept.own()
    if own:
        (folder / FILE).write_text(text_of(own), encoding="utf-8")
    for kind in KINDS:
        for lang in LANGUAGES:
            row = ordering.template_of(kind, lang)
            if row is not None:
                (folder / FOLDER).mkdir(exist_ok=True)
                with storing.original(row.file) as data:
                    (folder / FOLDER / f"{kind}_{lang}.docx").write_bytes(data.read())


def text_of(table: Mapping[str, Any]) -> str:
    """The table as TOML: values, then a table for each schedule."""
    plain = [f"{toml_text.key(key)} = {toml_text.value(value)}\n" for key, value in table.items() if key != "schedule"]
    rows = table.get("schedule", [])
    lists = ["\n[[schedule]]\n" + "".join(f"{toml_text.key(k)} = {toml_text.value(v)}\n" for k, v in row.items())
             for row in rows]  # fmt: skip
    return "".join([*plain, *lists])

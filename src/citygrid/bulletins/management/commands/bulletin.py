"""`citygrid bulletin`: the report of a period as Word, PDF and JSON into a folder; or the shipped template."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from citygrid.bulletins import making, office_paper, ordering, papering, reaching
from citygrid.bulletins.content import KINDS, Span
from citygrid.bulletins.gathering import Order
from citygrid.bulletins.rules_kept import current
from citygrid.bulletins.spans import newest_over, span_of
from citygrid.bulletins.templating import TemplateFaultError
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.computing import NoSchemeError
from citygrid.web.papers import PaperError


class Command(BaseCommand):
    help = "A report of the evaluation (without --period: the newest that is over) as DOCX, PDF and JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=KINDS, default="month")
        parser.add_argument("--period", metavar="YYYY-MM", help="a month, or any month of the quarter or year")
        parser.add_argument("--scheme", action="append", metavar="CODE", help="may be given several times")
        parser.add_argument("--area", metavar="CODE", default="", help="of a district, street or community only")
        parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="the folder for the files")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")
        parser.add_argument("--template", type=Path, metavar="FILE", help="a Word template in place of the city's")
        parser.add_argument("--shipped-template", action="store_true", help="write the shipped template, nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["to"]
        folder.mkdir(parents=True, exist_ok=True)
        if options["shipped_template"]:
            target = folder / f"bulletin_template_{options['lang']}.docx"
            target.write_bytes(office_paper.shipped(options["lang"]))
            self.stdout.write(str(target))
            return
        with translation.override(making.LANGUAGES[options["lang"]]):
            self._make(folder, options)

    def _make(self, folder: Path, options: dict[str, Any]) -> None:
        now, rules = timezone.now(), current()
        today = now.astimezone(zone_at(now)).date()
        kind, lang = options["kind"], options["lang"]
        span = self._span(kind, options["period"], today, rules.begins)
        heading = ordering.heading(rules, None, "", today, lang)
        area = options["area"]
        if area and not reaching.known(area):
            raise CommandError(f"There is no district, street or community with the code {area}.")
        scope, place = (reaching.of_area(area), reaching.name_of(area)) if area else (None, "")
        order = Order(kind, span, tuple(options["scheme"] or ("department",)), heading, scope, place)
        template = ordering.template_of(kind, lang)
        content = options["template"].read_bytes() if options["template"] else making.template_bytes(template)
        try:
            figures, texts = making.written(order, rules, now)
            made = papering.files(figures, texts, content, now)
        except NoSchemeError as error:
            raise CommandError(f"There is no scheme {error}.") from error
        except (PaperError, TemplateFaultError) as error:
            raise CommandError(str(error)) from error
        name = "_".join(str(one) for one in ("bulletin", kind, span.first, span.last, lang, area) if one)
        tree = json.dumps(texts, ensure_ascii=False, indent=1)
        for end, data in (("docx", made.docx), ("pdf", made.pdf), ("json", tree.encode())):
            target = folder / f"{name}.{end}"
            target.write_bytes(data)
            self.stdout.write(str(target))

    def _span(self, kind: str, period: str | None, today: date, begins: int) -> Span:
        if not period:
            return newest_over(kind, today, begins)
        try:
            return span_of(kind, date.fromisoformat(f"{period}-01"), begins)
        except ValueError as error:
            raise CommandError("--period is a month, like 2026-03.") from error

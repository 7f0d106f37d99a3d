"""The kinds of bodies: the city's own words, and what the process takes each for."""

from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language

from citygrid.organization import files, tree
from citygrid.organization.files import KINDS, Line
from citygrid.organization.models import BodyKind
from citygrid.standards.reports import Report

SHIPPED = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def shipped() -> tuple[Line, ...]:
    """The kinds of a city whose folder has none of its own."""
    report = Report()
    read = files.read(SHIPPED, report)
    if not report.ok:
        raise ValueError(str(report.problems[0]))
    return tuple(Line(KINDS, 0, line.cells) for line in read.kinds)


def natures() -> dict[str, str]:
    """Code of a kind -> its nature (`Nature`); before a city has kinds, those that are shipped."""
    return {code: nature for code, (_, _, nature) in _kept(tree.version()).items()}


def name_of(code: str) -> str:
    """A kind in the reader's language; the code when it is of no kind any more."""
    return names().get(code, code)


def names() -> dict[str, str]:
    """Every kind by code, in the reader's language."""
    chinese = (get_language() or "zh").startswith("zh")
    kept = _kept(tree.version())
    return {code: name if chinese else name_en or name for code, (name, name_en, _) in kept.items()}


@lru_cache(maxsize=2)
def _kept(version: int) -> dict[str, tuple[str, str, str]]:
    rows = list(BodyKind.objects.order_by("code").values_list("code", "name", "name_en", "nature"))
    if not rows:
        rows = [(one["code"], one["name"], one["name_en"], one["nature"]) for one in shipped()]
    return {code: (name, name_en, nature) for code, name, name_en, nature in rows}

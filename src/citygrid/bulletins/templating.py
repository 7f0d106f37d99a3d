"""Templates that an office writes in Word: fields in double braces, `for` and `if`; what is wrong is told with where.

A small part of Jinja and nothing else: fields of `fields.FIELDS`, loops over its lists, conditions, a few filters. No
calls, no attributes of Python objects, no macros: the text of a template is somebody's input (the tree is walked, and
what is not on the list is refused, before anything is filled)."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from citygrid.bulletins.fields import FIELDS, Field, completed
from citygrid.bulletins.sheet import Sheet

FILTERS = ("length", "upper", "default", "join", "first", "last")
LARGEST, UNPACKED = 5_000_000, 50_000_000
"""Bytes of a file, bytes of its parts."""
CHART_WIDTH = Mm(150)
PROPERTIES = ("author", "comments", "identifier", "keywords", "language", "subject", "title")
"""Of a file, which are filled too."""
_PLAIN = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.And, nodes.Or, nodes.Not, nodes.Compare,
          nodes.Operand, nodes.Filter)  # fmt: skip
MESSAGES = {
    "not_docx": gettext_noop("This is no Word document (.docx)."),
    "too_large": gettext_noop("The file is too large: at most %(most)s MB."),
    "active": gettext_noop("Macros, embedded objects or links to files elsewhere (%(part)s) are not taken."),
    "unknown_field": gettext_noop("There is no field “%(field)s” (near “%(near)s”)."),
    "not_a_list": gettext_noop("“%(field)s” is no list, so there is nothing to go through (near “%(near)s”)."),
    "is_a_list": gettext_noop("“%(field)s” is a list or a record: go through it with for, or name a part of it."),
    "not_allowed": gettext_noop("A template may not do this: %(what)s."),
    "loop_apart": gettext_noop("A loop inside of another goes through a part of it, and “%(field)s” is none."),
    "broken_tag": gettext_noop("A tag is broken: %(reason)s (near “%(near)s”)."),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`where`: body, header or footer of the file; message and parameters in English."""

    code: str
    where: str
    params: Mapping[str, Any]

    @property
    def message(self) -> str:
        return MESSAGES[self.code]


class TemplateFaultError(ValueError):
    """A template that is not taken; `faults` says why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{one.where}: {one.message % one.params}" for one in faults))
        self.faults = faults


class _House(ImmutableSandboxedEnvironment):
    """Fields only: nothing of a Python object can be reached, nothing can be called."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)


def _environment() -> _House:
    house = _House(undefined=StrictUndefined, autoescape=True)
    house.filters = {name: house.filters[name] for name in (*FILTERS, "e", "escape") if name in house.filters}
    house.globals = {}
    return house


def check(content: bytes) -> list[Fault]:
    """What is wrong with a template; an empty list for a good one."""
    faults = _packed(content)
    if faults:
        return faults
    try:
        template = DocxTemplate(io.BytesIO(content))
        template.init_docx()
        texts = list(_texts(template))
    except Exception:  # whatever a broken file does to the reader, it is no template
        return [Fault("not_docx", "", {})]
    return [fault for where, xml in texts for fault in _read(where, xml)]


def fill(content: bytes, sheet: Sheet, charts: Mapping[int | str, Sequence[bytes]]) -> bytes:
    """The document: every field of the template filled. `charts`: number of the group or name of the field -> PNG, of a
    long chart its pieces. TemplateFaultError for a template with faults (it is checked again: rules may have changed
    since it was sent)."""
    faults = check(content)
    if faults:
        raise TemplateFaultError(faults)
    template, texts = DocxTemplate(io.BytesIO(content)), completed(sheet)
    drawn = {key: _Pictures([InlineImage(template, io.BytesIO(one), width=CHART_WIDTH) for one in pieces])
             for key, pieces in charts.items()}  # fmt: skip
    groups = [{**group, "chart": drawn.get(n, "")} for n, group in enumerate(texts["groups"])]
    named = {key: picture for key, picture in drawn.items() if isinstance(key, str)}
    template.render({**texts, **named, "groups": groups}, jinja_env=_environment(), autoescape=True)
    for table in template.docx.element.body.iter(qn("w:tbl")):
        _widths(table)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Pictures:
    """Pictures of one paragraph, a line each: a page may end between them."""

    pieces: Sequence[InlineImage]

    def __html__(self) -> str:
        return "".join(str(one) for one in self.pieces)

    __str__ = __html__


def _widths(table: Any) -> None:
    """A table whose columns came from a list keeps its whole width: the columns before the list have theirs, those of
    the list share the rest alike. Else LibreOffice lays the cells over the columns that the template had."""
    grid, first = table.find(qn("w:tblGrid")), table.find(qn("w:tr"))
    if grid is None or first is None or next(table.iter(qn("w:gridSpan"), qn("w:vMerge")), None) is not None:
        return
    said = [one.get(qn("w:w"), "0") for one in grid.findall(qn("w:gridCol"))]
    wished = [next((w.get(qn("w:w"), "0") for w in cell.iter(qn("w:tcW"))), "0") for cell in first.findall(qn("w:tc"))]
    if said == wished or not wished or not all(one.isdigit() for one in (*said, *wished)):
        return
    kept = len(wished)
    while kept and wished[kept - 1] == wished[-1]:
        kept -= 1
    own = [int(one) for one in wished[:kept]]
    each = max(sum(map(int, said)) - sum(own), 0) // (len(wished) - kept)
    widths = [*own, *[each] * (len(wished) - kept)]
    for one in grid.findall(qn("w:gridCol")):
        grid.remove(one)
    for width in widths:
        grid.append(grid.makeelement(qn("w:gridCol"), {qn("w:w"): str(width)}))
    for row in table.findall(qn("w:tr")):
        for cell, width in zip(row.findall(qn("w:tc")), widths, strict=False):
            for one in cell.iter(qn("w:tcW")):
                one.set(qn("w:w"), str(width))


def _packed(content: bytes) -> list[Fault]:
    if len(content) > LARGEST:
        return [Fault("too_large", "", {"most": LARGEST // 1_000_000})]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            infos = packed.infolist()
            if sum(one.file_size for one in infos) > UNPACKED:
                return [Fault("too_large", "", {"most": UNPACKED // 1_000_000})]
            names = [one.filename for one in infos]
            active = [name for name in names if re.search(r"vbaProject|/embeddings/|/activeX/", name)]
            links = [name for name in names if name.endswith(".rels") and _links_out(packed.read(name))]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return [Fault("not_docx", "", {})]
    if "word/document.xml" not in names:
        return [Fault("not_docx", "", {})]
    return [Fault("active", "", {"part": name}) for name in (*active, *links)]


def _links_out(rels: bytes) -> bool:
    """A link that a reader clicks is fine; a picture or a template that is fetched by itself is not."""
    found = re.findall(rb"<Relationship\b[^>]*>", rels)
    return any(b'TargetMode="External"' in one and b"/hyperlink" not in one for one in found)


def _texts(template: Any) -> Iterator[tuple[str, str]]:
    yield "body", template.patch_xml(template.get_xml())
    for name in PROPERTIES:
        yield f"properties: {name}", str(getattr(template.docx.core_properties, name) or "")
    for kind in ("header", "footer"):
        uri = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
        for _key, part in template.get_headers_footers(uri):
            yield kind, template.patch_xml(template.get_part_xml(part))


def _read(where: str, xml: str) -> list[Fault]:
    try:
        tree = _environment().parse(xml)
    except TemplateError as error:
        near = _near(xml, getattr(error, "lineno", 1))
        return [Fault("broken_tag", where, {"reason": str(error.message)[:200], "near": near})]
    return list(_walk(tree, {}, where, xml))


def _near(xml: str, line: int) -> str:
    """The text of the paragraph that begins at or before this line of the XML."""
    rows = xml.splitlines() or [""]
    text = re.sub(r"<[^>]+>", " ", rows[min(line, len(rows)) - 1])
    return " ".join(text.split())[:60]


def _walk(node: nodes.Node, names: Mapping[str, Field], where: str, xml: str) -> Iterator[Fault]:
    """Everything that a template does, against what it may do and the fields that there are."""
    if isinstance(node, nodes.For):
        yield from _loop(node, names, where, xml)
    elif isinstance(node, nodes.If):
        yield from _path(node.test, names, where, xml, test=True)
        for part in (*node.body, *node.elif_, *node.else_):
            yield from _walk(part, names, where, xml)
    elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        yield from _path(node, names, where, xml, test=False)
    elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield Fault("not_allowed", where, {"what": f"|{node.name}"})
    elif isinstance(node, _PLAIN):
        lists = isinstance(node, nodes.Filter)
        for part in node.iter_child_nodes():
            if lists and isinstance(part, nodes.Name | nodes.Getattr | nodes.Getitem):
                yield from _path(part, names, where, xml, test=True)
            else:
                yield from _walk(part, names, where, xml)
    else:
        yield Fault("not_allowed", where, {"what": type(node).__name__.lower()})


def _loop(node: nodes.For, names: Mapping[str, Field], where: str, xml: str) -> Iterator[Fault]:
    if not isinstance(node.target, nodes.Name) or node.recursive or node.test is not None:
        yield Fault("not_allowed", where, {"what": "for"})
        return
    found = _field(node.iter, names)
    text = _spelled(node.iter)
    if found is None:
        yield Fault("unknown_field", where, {"field": text, "near": _about(xml, text)})
        return
    if not found.many:
        yield Fault("not_a_list", where, {"field": text, "near": _about(xml, text)})
        return
    if names and text.partition(".")[0] != [*names][-1]:  # or all lists for each of all lists of all lists
        yield Fault("loop_apart", where, {"field": text})
        return
    others = {name: one for name, one in names.items() if name != node.target.name}
    inner = {**others, node.target.name: Field(node.target.name, found.means, parts=found.parts)}  # the innermost last
    for part in (*node.body, *node.else_):
        yield from _walk(part, inner, where, xml)


def _path(node: nodes.Node, names: Mapping[str, Field], where: str, xml: str, *, test: bool) -> Iterator[Fault]:
    if not isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        if test:
            for part in node.iter_child_nodes() if not isinstance(node, nodes.Const) else ():
                yield from _path(part, names, where, xml, test=True)
            if not isinstance(node, _PLAIN):
                yield Fault("not_allowed", where, {"what": type(node).__name__.lower()})
        return
    found, text = _field(node, names), _spelled(node)
    if found is None:
        yield Fault("unknown_field", where, {"field": text, "near": _about(xml, text)})
    elif not test and (found.many or found.parts):
        yield Fault("is_a_list", where, {"field": text})


def _field(node: nodes.Node, names: Mapping[str, Field]) -> Field | None:
    """The field that a name or a path means; of `loop` the numbers."""
    if isinstance(node, nodes.Name):
        return names.get(node.name) or FIELDS.part(node.name)
    if isinstance(node, nodes.Getattr):
        above = _field(node.node, names)
        return above.part(node.attr) if above is not None and not above.many else None
    return None


def _spelled(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_spelled(node.node)}.{node.attr}"
    return type(node).__name__.lower()


def _about(xml: str, text: str) -> str:
    """What stands around a field in the text of the file, so that a person finds it."""
    plain = " ".join(re.sub(r"<[^>]+>", " ", xml).split())
    at = plain.find(text)
    return plain[max(0, at - 30) : at + len(text) + 30] if at >= 0 else text

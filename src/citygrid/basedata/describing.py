"""The facts of rows: basic ones, departments, and the extra ones that each class wants (GB/T 30428.2; S0-25, S1-60)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from citygrid.basedata.chunks import Context, Work
from citygrid.basedata.sheets import Field, Sheet, Wrong

UNITS = ("department", "owner", "maintainer")
PLAIN = ("state", "source", "note")
IDENTITY = frozenset({"code", "class", "key", "name", "grid", "accuracy", "surveyed_on"})


def describe(work: Work) -> None:
    """Fills all facts but place and identity; tells what is missing, unknown or cannot be read."""
    sheets = [work.context.classes.sheets.get(one) for one in work.facts["class_id"]]
    for name in PLAIN:
        _plain(work, name, lambda at: "")
    _plain(work, "name", lambda at: found.name if (found := sheets[at]) else "")
    _plain(work, "accuracy", lambda at: found.accuracy if (found := sheets[at]) else "")
    _surveyed(work)
    for name in UNITS:
        _unit(work, name)
    _accuracy(work, sheets)
    _grid(work)
    work.facts["attributes"] = attributes(work, sheets)


def _field(context: Context, name: str) -> Field:
    found = context.field(name)
    assert found is not None, name
    return found


def _plain(work: Work, name: str, fallback: Any) -> None:
    field = _field(work.context, name)
    texts: Sequence[str | None] = work.texts(name)
    if name in ("name", "accuracy"):
        texts = [text or None for text in texts]
    values = work.read(field, work.stays(name, texts, fallback))
    work.need(field, values)
    work.facts[name] = values


def _surveyed(work: Work) -> None:
    """Without a date of its own a row has that of the component, or of the survey."""
    on = work.context.on.isoformat()
    field = _field(work.context, "surveyed_on")
    said = [text or None for text in work.texts("surveyed_on")]
    values = work.read(field, work.stays("surveyed_on", said, lambda at: on))
    for at, value in enumerate(values):
        if value > on and said[at]:
            work.tell(at, "date_future", "surveyed_on", value=value)
    work.facts["surveyed_on"] = [value or None for value in values]


def _unit(work: Work, name: str) -> None:
    """A department by its code, else by its name; both are kept, and what is not known is told."""
    codes, names = work.texts(name), work.texts(f"{name}_name")
    field, named = _field(work.context, name), _field(work.context, f"{name}_name")
    if not any(codes) and not any(names) and not any(work.known):
        values = [work.context.mapping.defaults.get(name, "")] * len(work)
        names_of = [work.context.mapping.defaults.get(named.name, "")] * len(work)
    else:
        values = list(work.stays(name, codes, lambda at: ""))  # type: ignore[arg-type]  # nothing is None after it
        pairs = enumerate(zip(codes, names, strict=True))
        said = [text or _name_of(work, at, name, code) for at, (code, text) in pairs]
        names_of = list(work.stays(f"{name}_name", said, lambda at: ""))  # type: ignore[arg-type]  # the same
    units = work.context.units
    memo: dict[tuple[str, str], tuple[str, str, str]] = {}
    for at, pair in enumerate(zip(values, names_of, strict=True)):
        known = memo.get(pair)
        if known is None:
            found = units.find(pair[0]) if pair[0] else units.find(pair[1]) if pair[1] else None
            unknown = "" if found or pair == ("", "") else (pair[0] or pair[1])[:60]
            title = pair[1] or (units.names.get(found, "") if found else "")
            known = memo[pair] = (found or pair[0], title, unknown)
        values[at], names_of[at] = known[0], known[1]
        if known[2]:
            work.tell(at, "unit_unknown", name, value=known[2])
    work.facts[name] = work.read(field, values)
    work.facts[named.name] = work.read(named, names_of)
    work.need(field, [code or title for code, title in zip(values, names_of, strict=True)])


def _name_of(work: Work, at: int, name: str, code: str | None) -> str | None:
    """Where no name is said: "" takes that of another unit than before, None leaves the one that is known."""
    known = work.known[at]
    if known is None or code is None:
        return None
    return None if known[name] == (work.context.units.find(code) or code) else ""


def _accuracy(work: Work, sheets: Sequence[Sheet | None]) -> None:
    for at, (value, sheet) in enumerate(zip(work.facts["accuracy"], sheets, strict=True)):
        if sheet is not None and value and sheet.accuracy and value > sheet.accuracy:
            work.tell(at, "accuracy_low", "accuracy", wanted=sheet.accuracy, value=value)


def _grid(work: Work) -> None:
    """The grid that the row says against the one that its place is in; the place counts."""
    for at, given in enumerate(work.texts("grid")):
        found = work.facts["grid"][at] or work.facts["community"][at]
        if given and found and given != found:
            work.tell(at, "grid_differs", "grid", given=given[:40], grid=found)


def attributes(work: Work, sheets: Sequence[Sheet | None]) -> list[str]:
    """The extra facts of each row as JSON text, keys in order."""
    basic = {one.name for one in work.context.classes.basics}
    mapping = work.context.mapping
    names = sorted({*work.chunk.cells, *mapping.constants, *mapping.defaults} - basic)
    parts: list[list[str]] = [_extra(work, name, sheets) for name in names]
    _required(work, sheets, set(names))
    texts = ["{" + ", ".join(filter(None, row)) + "}" for row in zip(*parts, strict=True)] or ["{}"] * len(work)
    for at, known in enumerate(work.known):
        if known is not None and known["attributes"] != "{}":
            texts[at] = _joined(json.loads(known["attributes"]), texts[at], set(names))
    return texts


def _extra(work: Work, name: str, sheets: Sequence[Sheet | None]) -> list[str]:
    """`"name": value` of each row, or nothing."""
    given = work.texts(name)
    texts: Sequence[str | None] = given if None not in given else _old(work, name, given)
    memo: dict[tuple[str, str], str | Wrong | None] = {}
    found = []
    for at, (text, sheet) in enumerate(zip(texts, sheets, strict=True)):
        if not text or sheet is None:
            found.append("")
            continue
        key = (sheet.class_id, text)
        if key not in memo:
            memo[key] = _fragment(sheet.field(name), name, text)
        value = memo[key]
        if value is None:
            work.tell(at, "field_unknown", name)
        elif isinstance(value, Wrong):
            work.tell(at, value.code, name, **value.params)
        found.append(value if isinstance(value, str) else "")
    return found


def _old(work: Work, name: str, texts: Sequence[str | None]) -> list[str | None]:
    """Facts that are not said stay; their values are already typed, so they are written out again."""
    default = work.context.mapping.defaults.get(name, "")
    made: list[str | None] = []
    for at, text in enumerate(texts):
        known = work.known[at]
        if text is not None or known is None:
            made.append(default if text is None else text)
            continue
        value = json.loads(known["attributes"]).get(name)
        made.append(Field("", "", "").write(value) if value is not None else default)
    return made


def _fragment(field: Field | None, name: str, text: str) -> str | Wrong | None:
    if field is None:
        return None
    value = field.read(text)
    return (
        value
        if isinstance(value, Wrong)
        else f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
    )


def _required(work: Work, sheets: Sequence[Sheet | None], said: set[str]) -> None:
    wanted = {sheet.class_id: [one for one in sheet.fields if one.required] for sheet in set(sheets) if sheet}
    if not any(wanted.values()):
        return
    for at, sheet in enumerate(sheets):
        for field in wanted[sheet.class_id] if sheet else ():
            known = work.known[at]
            old = known is not None and field.name in json.loads(known["attributes"])
            text = work.chunk.cells[field.name][at] if field.name in work.chunk.cells else None
            mapping = work.context.mapping
            constant = mapping.constants.get(field.name) or mapping.defaults.get(field.name)
            if not text and not constant and not (old and field.name not in work.chunk.cells):
                work.tell(at, "field_missing", field.name)


def _joined(old: Mapping[str, Any], text: str, said: set[str]) -> str:
    """What the register has and the row does not speak of stays."""
    kept = {name: value for name, value in old.items() if name not in said}
    return json.dumps({**kept, **json.loads(text)}, sort_keys=True, ensure_ascii=False) if kept else text

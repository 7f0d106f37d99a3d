"""Which component a row is about: its class, its code, the owner's number (GB/T 30428.2; S0-29).

A row without code and number is known again by its class and place: such a number begins with @."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citygrid.basedata.chunks import Context, Work
from citygrid.standards.codes import CodeProfile
from citygrid.standards.formats import CodeError

BY_PLACE = "@"


@dataclass(frozen=True, slots=True)
class CodeParts:
    """Where the parts of a component code stand."""

    area: slice
    cls: tuple[slice, ...]
    number: slice
    length: int

    def class_code(self, code: str) -> str:
        return "".join(code[part] for part in self.cls)


def parts_of(profile: CodeProfile) -> CodeParts:
    """By the city's code profile: the parts of `component_class` say the class, the last part counts, the first is the
    area."""
    wanted = {part.name for part in profile.format("component_class").parts}
    start, area, cls, number = 0, slice(0), [], slice(0)
    pattern = profile.format("component")
    for part in pattern.parts:
        here = slice(start, start + part.digits)
        start += part.digits
        if part.name in wanted:
            cls.append(here)
        elif part.name == pattern.parts[-1].name:
            number = here
        else:
            area = here
    return CodeParts(area, tuple(cls), number, pattern.length)


def identify_class(work: Work) -> None:
    """Fills class_id; tells rows whose class is missing, unknown or ambiguous."""
    texts = work.stays("class", _class_texts(work), lambda at: "")
    found: dict[str | None, tuple[str, ...]] = {word: work.context.classes.find(word or "") for word in set(texts)}
    ids = []
    for at, word in enumerate(texts):
        hits = found[word]
        ids.append(hits[0] if len(hits) == 1 else "")
        if len(hits) == 1:
            continue
        if not word:
            work.tell(at, "class_missing", "class")
        elif hits:
            work.tell(at, "class_ambiguous", "class", value=word, classes=", ".join(hits))
        else:
            work.tell(at, "class_unknown", "class", value=word[:60])
    work.facts["class_id"] = ids


def _class_texts(work: Work) -> Sequence[str | None]:
    """The class as said; a row that says a code and no class has the class in its code."""
    texts = work.texts("class")
    if "code" not in work.chunk.cells or all(texts):
        return texts
    parts = parts_of(work.context.profile)
    codes = work.chunk.cells["code"]
    return [
        text or (parts.class_code(code) if len(code) == parts.length else None)
        for text, code in zip(texts, codes, strict=True)
    ]


def identify_code(work: Work) -> None:
    """Fills code and key; tells codes that cannot be."""
    work.facts["code"] = [text or "" for text in work.texts("code")]
    work.facts["key"] = work.read(_key_field(work.context), [text or "" for text in work.texts("key")])
    if work.mapped("code"):
        _check_format(work)


def _key_field(context: Context) -> Any:
    found = context.field("key")
    assert found is not None, "basics.toml has it"
    return found


def _check_format(work: Work) -> None:
    profile, parts = work.context.profile, parts_of(work.context.profile)
    least = profile.format("component").parts[-1].least
    good: dict[str, bool] = {}
    for at, code in enumerate(work.facts["code"]):
        if not code:
            continue
        head, number = code[: parts.number.start], code[parts.number]
        if len(code) == parts.length and code.isascii() and number.isdigit() and int(number) >= least:
            fine = good.get(head)
            if fine is None:
                fine = good[head] = profile.check("component", code) is None
            if fine:
                continue
        _tell_format(work, at, code, profile)


def _tell_format(work: Work, at: int, code: str, profile: CodeProfile) -> None:
    error = profile.check("component", code) or CodeError("code_digits", "", {})
    params = {"text": code[:40], **{k: v for k, v in error.params.items() if k not in ("kind", "text")}}
    work.tell(at, error.code, "code", **params)
    work.facts["code"][at] = ""


def check_code(work: Work) -> None:
    """Whether the code says the class and the district of the row. Codes that are known stay for life (3.1)."""
    parts = parts_of(work.context.profile)
    sheets, facts = work.context.classes.sheets, work.facts
    for at, code in enumerate(facts["code"]):
        if not code:
            continue
        sheet = sheets.get(facts["class_id"][at])
        if sheet is not None and parts.class_code(code) != sheet.code:
            params = {"text": code, "found": parts.class_code(code), "class": sheet.code}
            work.tell(at, "code_class", "code", **params)
        district = facts["district"][at]
        if district and code[parts.area] != district[: parts.area.stop]:
            told = "code_moved" if work.known[at] else "code_district"
            work.tell(at, told, "code", text=code, found=code[parts.area], district=district)


def identify_by_place(work: Work, seen: Counter[str]) -> None:
    """A number made of class and place for rows that have neither code nor number; the n-th at one spot keeps its n."""
    facts = work.facts
    for at, (code, key) in enumerate(zip(facts["code"], facts["key"], strict=True)):
        if code or key or facts["lon"][at] is None or not facts["class_id"][at]:
            continue
        class_code = facts["class_id"][at].rpartition(":")[2]
        made = f"{BY_PLACE}{class_code}:{facts['lon'][at]:.7f},{facts['lat'][at]:.7f}"
        seen[made] += 1
        facts["key"][at] = made if seen[made] == 1 else f"{made}#{seen[made]}"

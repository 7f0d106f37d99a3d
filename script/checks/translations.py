"""Every sentence for people stands in the Chinese catalogue, translated, with the same placeholders.

Sentences are: arguments of gettext and its kin in Python; what Django's templates mark; and the English sentences
that packages give beside a code: `Refusal("code", "Sentence.")`, `SomeError("code", "Sentence.")`,
`message = "Sentence."`, `MESSAGES = {"code": "Sentence."}`.

`translations.py --add` puts what is missing into the catalogue, untranslated.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "citygrid"
CATALOGUE = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
CONTEXT_CALLS = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
# What `templatize` leaves of a template: calls between blanked-out text.
STRING = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
TEMPLATE_CALL = re.compile(rf"\b(_|n?p?gettext)\(({STRING}(?:\s*,\s*{STRING})*)")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


class Message(NamedTuple):
    """A sentence to translate and where it was seen first."""

    text: str
    context: str
    plural: str
    place: str


def constants(nodes: list[ast.expr]) -> list[str] | None:
    """The leading string constants among a call's arguments."""
    found = []
    for node in nodes:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            break
        found.append(node.value)
    return found or None


def of_call(name: str, words: list[str], place: str) -> Message | None:
    if name in CONTEXT_CALLS or name in {"pgettext", "npgettext"}:
        plural = words[2] if "np" in name and len(words) > 2 else ""
        return Message(words[1], words[0], plural, place) if len(words) > 1 else None
    plural = words[1] if name.startswith("ngettext") and len(words) > 1 else ""
    return Message(words[0], "", plural, place)


def is_sentence_beside_code(words: list[str]) -> bool:
    if len(words) < 2 or not re.fullmatch(r"[a-z][a-z0-9_.]*", words[0]):
        return False
    return " " in words[1] and re.match(r"[A-Z%“\"]", words[1]) is not None


def in_python(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            words = constants(node.args)
            if words and name in CALLS | CONTEXT_CALLS:
                message = of_call(name, words, place)
                if message is not None:
                    yield message
            elif words and is_sentence_beside_code(words):
                yield Message(words[1], "", "", place)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from in_assignment(node, place)


def in_assignment(node: ast.Assign | ast.AnnAssign, place: str) -> Iterator[Message]:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    name = getattr(target, "id", "")
    value = node.value.value if isinstance(node.value, ast.Constant) else None
    if name == "message" and isinstance(value, str) and value:
        yield Message(value, "", "", place)
    if name == "MESSAGES" and isinstance(node.value, ast.Dict):
        for value in node.value.values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield Message(value.value, "", "", place)


def in_template(path: Path) -> Iterator[Message]:
    from django.utils.translation.template import templatize

    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in TEMPLATE_CALL.finditer(code):
        words = [ast.literal_eval(word) for word in re.findall(STRING, call[2])]
        line = code.count("\n", 0, call.start()) + 1
        message = of_call(call[1], words, f"{path.relative_to(ROOT)}:{line}")
        if message is not None and message.text:
            yield message


def all_messages() -> dict[tuple[str, str], Message]:
    found: dict[tuple[str, str], Message] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            for message in in_python(path):
                found.setdefault((message.context, message.text), message)
    for path in sorted(SOURCE.glob("*/templates/**/*")):
        if path.suffix in {".html", ".txt", ".js"}:
            for message in in_template(path):
                found.setdefault((message.context, message.text), message)
    return found


def placeholders(text: str) -> set[str]:
    return {match.group() for match in PLACEHOLDER.finditer(text)}


def entry_problem(entry: polib.POEntry) -> str | None:
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not texts or not all(texts):
        return "not translated"
    if "fuzzy" in entry.flags:
        return "marked as fuzzy"
    for text in texts:
        if placeholders(text) - placeholders(entry.msgid) - placeholders(entry.msgid_plural or ""):
            return "has a placeholder that the source lacks"
        if not entry.msgid_plural and placeholders(entry.msgid) - placeholders(text):
            return "lacks a placeholder of the source"
    return None


def findings(messages: dict[tuple[str, str], Message], catalogue: polib.POFile) -> Iterator[str]:
    entries = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue if not entry.obsolete}
    for key, message in messages.items():
        if key not in entries:
            yield f"{message.place}: not in the catalogue: {message.text!r}"
    for entry in entries.values():
        problem = entry_problem(entry)
        if problem:
            yield f"{CATALOGUE.relative_to(ROOT)}:{entry.linenum}: {problem}: {entry.msgid!r}"


def add_missing(messages: dict[tuple[str, str], Message], catalogue: polib.POFile) -> int:
    entries = {(entry.msgctxt or "", entry.msgid) for entry in catalogue}
    missing = [message for key, message in messages.items() if key not in entries]
    for message in missing:
        catalogue.append(
            polib.POEntry(
                msgid=message.text,
                msgctxt=message.context or None,
                msgid_plural=message.plural,
                msgstr_plural={0: ""} if message.plural else {},
            )
        )
    catalogue.save(str(CATALOGUE))
    return len(missing)


def open_catalogue() -> polib.POFile:
    if CATALOGUE.exists():
        return polib.pofile(str(CATALOGUE), wrapwidth=0)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    empty = polib.POFile(wrapwidth=0)
    empty.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return empty


def main(argv: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
    import django

    django.setup()
    messages, catalogue = all_messages(), open_catalogue()
    if "--add" in argv:
        print(f"added {add_missing(messages, catalogue)} sentences")
        return 0
    found = list(findings(messages, catalogue))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

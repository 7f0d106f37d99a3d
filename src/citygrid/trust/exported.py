"""Roots of a chain in exported files, compared with the roots that are there now."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path


def differing(
    folder: Path | None, pattern: str, key: str, roots: Mapping[int, bytes]
) -> Iterator[tuple[int, str, str]]:
    """(number, `missing` or `differs`, what of) of each file whose root is not the one of its number; `key`: the name
    of the number in a file. Without a folder there is nothing to compare."""
    for path in sorted(folder.glob(pattern)) if folder is not None else ():
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
            number, root = int(facts[key]), bytes.fromhex(facts["root"])
        except (OSError, ValueError, KeyError, TypeError):
            yield 0, "differs", f"{path.name} cannot be read"
            continue
        if number not in roots:
            yield number, "missing", path.name
        elif roots[number] != root:
            yield number, "differs", path.name

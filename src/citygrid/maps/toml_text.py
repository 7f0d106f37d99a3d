"""Plain values as TOML, always in the same way, so that what was imported is exported with the same bytes. Pure."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any


def value(of: Any) -> str:
    """A value on one line; a list of tables has one table a line."""
    if isinstance(of, bool):
        return "true" if of else "false"
    if isinstance(of, str):
        return json.dumps(of, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(of, Mapping):
        return "{ " + ", ".join(f"{key(k)} = {value(v)}" for k, v in of.items() if v is not None) + " }"
    if isinstance(of, list):
        if of and all(isinstance(one, Mapping) for one in of):
            return "[\n" + "".join(f"  {value(one)},\n" for one in of) + "]"
        return "[" + ", ".join(map(value, of)) + "]"
    return of.isoformat() if isinstance(of, date) else repr(of)


def key(name: str) -> str:
    """A key, quoted where it must be."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else value(name)

"""Where the demo city's folder is, and how life in it goes (`simulation.toml`)."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "city"


@cache
def settings(folder: Path = FOLDER) -> dict[str, Any]:
    """`simulation.toml` of a city folder."""
    return tomllib.loads((folder / "simulation.toml").read_text(encoding="utf-8"))


@cache
def appraisal() -> dict[str, Any]:
    """`appraisal.toml` beside the folder: what people add to the counted figures of the demo's months."""
    return tomllib.loads((FOLDER.parent / "appraisal.toml").read_text(encoding="utf-8"))

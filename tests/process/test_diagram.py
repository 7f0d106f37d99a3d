"""docs/process.md is what the tables say."""

import re
from pathlib import Path

from citygrid.process.acts import ACTS
from citygrid.process.diagram import diagram, page
from citygrid.process.states import State

PAGE = Path(__file__).resolve().parents[2] / "docs" / "process.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m citygrid.process.diagram > docs/process.md"


def test_the_diagram_reaches_every_state_but_by_merging() -> None:
    arrows = [re.fullmatch(r"\s+(\S+) --> (\S+?)(:.*)?", line) for line in diagram()]
    targets = {found[2] for found in arrows if found}
    assert {s.value for s in State} - targets == {"merged", "voided"}, "merged and voided from nearly everywhere"


def test_every_act_stands_in_the_page() -> None:
    assert all(f"| `{name}` |" in page() for name in ACTS)

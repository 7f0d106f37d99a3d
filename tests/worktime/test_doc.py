"""The examples of docs/worktime.md are run as they stand."""

import doctest
import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "worktime.md"


def test_the_examples_of_the_page_hold() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, PAGE.name, str(PAGE), 0)
    assert len(examples.examples) >= 12
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
    assert result.failed == 0, "".join(said)

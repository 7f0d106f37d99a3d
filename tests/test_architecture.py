"""docs/architecture.md and the other pages by people lead to files that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
BY_PEOPLE = [PAGE, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "docs/guide.md", "docs/security.md")),
             *DECISIONS]  # fmt: skip
PACKAGES = {one.name for one in (ROOT / "src" / "citygrid").iterdir() if (one / "__init__.py").exists()}


def table() -> list[tuple[str, list[str]]]:
    """Rows of "To change X, open Y": what, and the paths."""
    text = PAGE.read_text(encoding="utf-8").partition("## To change X, open Y")[2]
    rows = re.findall(r"^\| (?!to change|-)(.+?) \| (.+) \|$", text, re.MULTILINE)
    return [(what, re.findall(r"`([^`]+)`", where)) for what, where in rows if not what.startswith("-")]


def named(text: str) -> list[str]:
    """Files that a page names in code marks: with a slash and an ending, or below a package."""
    found = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|sql|toml|md|csv|html|txt|in|po|js|css)|(?:[\w-]+/)+)`", text)
    return [one for one in found if not one.startswith("var/")]


def exists(name: str, page: Path) -> bool:
    """From the root, below the source, in a city folder, or beside the page. NAME stands for one to come."""
    source = ROOT / "src" / "citygrid"
    bases = (ROOT, source, source / "demo" / "city", page.parent)
    return "NAME" in name or any((base / name).exists() for base in bases)


def test_the_table_has_rows_enough_and_every_path_is_there() -> None:
    rows = table()
    assert len(rows) >= 25
    assert len({what for what, _ in rows}) == len(rows), "one row for one thing"
    missing = [path for _, paths in rows for path in paths or ["(none)"] if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("page", BY_PEOPLE, ids=lambda page: page.name)
def test_files_and_links_of_a_page_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [one.partition("#")[0] for one in re.findall(r"\]\((?!https?:)([^)]+)\)", text)]
    missing = [one for one in links if one and not (page.parent / one).exists()]
    assert missing == []
    assert [one for one in named(text) if not exists(one, page)] == []


def test_every_package_stands_in_the_order_of_the_house_and_in_the_readme() -> None:
    order = re.search(r"`(config(?: >\s+\w+)+)`", PAGE.read_text(encoding="utf-8"))
    assert order is not None
    assert set(re.split(r"\s*>\s*", order[1])) == PACKAGES
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {one for one in PACKAGES if f"| `{one}` |" not in readme} == set()


def test_decisions_are_numbered_once_and_have_their_parts() -> None:
    numbers = [page.name[:4] for page in DECISIONS]
    assert len(set(numbers)) == len(numbers)
    for page in DECISIONS:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        assert "\nDate: " in text, page.name
        for part in ("Context", "Decision", "Consequences"):
            assert f"\n## {part}" in text, f"{page.name}: {part}"

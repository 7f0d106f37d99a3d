"""The checks of `script/lint` can fail: each finds a planted fault, and the licence page is complete."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import polib
import pytest

CHECKS = Path(__file__).resolve().parent.parent.parent / "script" / "checks"


def check(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"checks_{name}", CHECKS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_locked_package_is_listed_with_a_licence_that_we_may_use() -> None:
    assert list(check("licences").findings()) == []


def test_a_package_that_is_not_listed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    licences = check("licences")
    stranger = licences.Package("left-out", "1.0", "AGPL-3.0-only", "PyPI", "running")
    monkeypatch.setattr(licences, "from_locks", lambda: iter([stranger]))
    found = list(licences.findings())
    assert "docs/licences.md: left-out 1.0 is locked and not listed" in found
    assert "docs/licences.md: left-out has the licence AGPL-3.0-only" in found


def test_the_locks_name_no_address() -> None:
    for lock in (CHECKS.parent.parent / "requirements").glob("*.lock"):
        assert "://" not in lock.read_text()
    assert '"resolved"' not in (CHECKS.parent.parent / "package-lock.json").read_text()


@pytest.mark.parametrize(
    ("rule", "name", "text", "finding"),
    [
        ("long_files", "a.py", "x = 1\n" * 501, "501 lines"),
        ("drawers", "utils.py", "", "drawer"),
        ("addresses", "a.py", "url = 'https://pypi" + ".org/simple'", "package registry"),
        ("addresses", "a.md", "see /wo" + "rk/main", "one machine"),
        ("ignores", "a.py", "x = 1  # type: " + "ignore[misc]", "without its code or its reason"),
    ],
)
def test_a_house_rule_finds_its_fault(
    rule: str, name: str, text: str, finding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = check("house")
    monkeypatch.setattr(house, "ROOT", tmp_path)
    path = tmp_path / name
    path.write_text(text)
    [(_, _, said)] = list(getattr(house, rule)([path]))
    assert finding in said


def test_a_place_of_the_demo_city_in_code_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = check("house")
    monkeypatch.setattr(house, "SOURCE", tmp_path)
    path = tmp_path / "a.py"
    path.write_text("zone = 'Asia/Shanghai'\ncity = '上海'\n")
    assert [number for _, number, _ in house.places([path])] == [2]


PYTHON = '''
_("Marked.")
ngettext("%(n)s day", "%(n)s days", n)
pgettext("sign", "Open")
Refusal("too_late", "It is too late for %(what)s.", {})
MESSAGES = {"gone": "It is gone."}
other("not a sentence for people")
'''
TEMPLATE = '{% load i18n %}{% translate "Shown" %} {% blocktranslate %}Hello {{ name }}{% endblocktranslate %}'


def test_sentences_are_found_in_python_and_in_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    translations = check("translations")
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    (tmp_path / "a.py").write_text(PYTHON)
    (tmp_path / "a.html").write_text(TEMPLATE)
    in_python = {(m.context, m.text, m.plural) for m in translations.in_python(tmp_path / "a.py")}
    assert in_python == {
        ("", "Marked.", ""),
        ("", "%(n)s day", "%(n)s days"),
        ("sign", "Open", ""),
        ("", "It is too late for %(what)s.", ""),
        ("", "It is gone.", ""),
    }
    assert {m.text for m in translations.in_template(tmp_path / "a.html")} == {"Shown", "Hello %(name)s"}


def test_missing_fuzzy_and_broken_translations_are_found() -> None:
    translations = check("translations")
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Good %(n)s", msgstr="好 %(n)s"))
    catalogue.append(polib.POEntry(msgid="Empty", msgstr=""))
    catalogue.append(polib.POEntry(msgid="Perhaps", msgstr="也许", flags=["fuzzy"]))
    catalogue.append(polib.POEntry(msgid="Lost %(n)s", msgstr="丢"))
    wanted = translations.Message("Absent", "", "", "a.py:1")
    found = list(translations.findings({("", "Absent"): wanted}, catalogue))
    assert len(found) == 4
    for word in ("'Absent'", "not translated", "fuzzy", "lacks a placeholder"):
        assert any(word in line for line in found)

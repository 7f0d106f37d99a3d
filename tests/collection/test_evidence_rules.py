"""`evidence.toml` of a city: over the shipped rules, checked with place and reason, out as it went in."""

from datetime import date

import pytest

from citygrid.collection.evidence import folder_part, rules
from citygrid.collection.models import EvidenceRules
from tests.cases.world import NOW

DAY = date(2026, 1, 1)
GOOD = """[findings]
appeal_days = 15

[kinds.far]
most = 30

[watermark]
smallest = 320
"""


def write(folder, text):
    (folder / rules.FILE).write_text(text, encoding="utf-8")
    return folder


def test_a_city_says_what_differs_and_gets_its_file_back(world, tmp_path):
    before = rules.current(NOW)
    assert folder_part.load(write(tmp_path, GOOD), DAY).ok
    known = rules.current(NOW)
    assert (known.appeal_days, known.kinds["far"].most, known.watermark.smallest) == (15, 30, 320)
    assert known.kinds["far"].severity == before.kinds["far"].severity and known.bits == before.bits
    out = tmp_path / "out"
    folder_part.dump(out, DAY)
    assert (out / rules.FILE).read_text(encoding="utf-8") == GOOD


def test_a_folder_without_the_file_changes_nothing(world, tmp_path):
    folder_part.load(write(tmp_path, GOOD), DAY)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert folder_part.load(empty, date(2026, 2, 1)).ok
    assert EvidenceRules.objects.count() == 1 and rules.current(NOW).appeal_days == 15


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[likenes]\nbits = 1", "likenes"),
        ("[likeness]\nbits = 12", "likeness.bits"),
        ("[likeness]\nbit = 1", "likeness.bit"),
        ("[findings]\nappeal_days = 0", "findings.appeal_days"),
        ("[findings]\nappeal_days = true", "findings.appeal_days"),
        ("[watermark]\non = 1", "watermark.on"),
        ('[watermark]\nstages = ["later"]', "watermark.stages"),
        ("[missed]\nclasses = [1]", "missed.classes"),
        ("[kinds.farther]\nmost = 1", "kinds.farther"),
        ("[kinds]\nfar = 1", "kinds.far"),
        ("[kinds.far]\nmost = -1", "kinds.far.most"),
        ("[kinds.far]\nseverity = 4", "kinds.far.severity"),
        ("[kinds.mock]\nmost = 4", "kinds.mock.most"),
        ("[kinds.far]\non = 0", "kinds.far.on"),
        ("kinds = 1", "kinds"),
        ("[kinds", ""),
    ],
)
def test_what_is_wrong_is_named_and_nothing_kept(world, tmp_path, text, where):
    report = folder_part.load(write(tmp_path, text), DAY)
    assert [(one.file, one.field) for one in report.problems] == [(rules.FILE, where)]
    assert not EvidenceRules.objects.exists()


def test_the_shipped_rules_are_sound():
    assert list(rules.faults(rules.shipped())) == []

"""What a city says of personal data and of the chain's hash: read from its profile, wrong values told (S3-14)."""

from pathlib import Path

import pytest

from citygrid.rulebook.profiles import parse_profile

CITIES = Path(__file__).parents[1] / "cities"


def parsed(more: str = ""):
    text = (CITIES / "bay" / "city.toml").read_text(encoding="utf-8")
    head, _, tables = text.partition("\n[")
    lines = more.splitlines()
    top = [line for line in lines if line.startswith("hash")]
    rest = [line for line in lines if not line.startswith("hash")]
    return parse_profile("city.toml", "\n".join([head, *top, "[" + tables, *rest]))


def test_without_a_word_everything_is_kept_nothing_shown_and_the_hash_is_sha256() -> None:
    profile, report = parsed()
    assert profile is not None, [str(one) for one in report.problems]
    assert (profile.hash, profile.personal.reasons, dict(profile.personal.keep)) == ("sha256", (), {})


def test_the_second_city_asks_for_sm3_and_names_times_and_reasons() -> None:
    profile, _ = parse_profile("city.toml", (CITIES / "second" / "city.toml").read_text(encoding="utf-8"))
    assert profile is not None
    assert (profile.hash, dict(profile.personal.keep)) == ("sm3", {"caller": 90, "text": 730})
    assert [one.code for one in profile.personal.reasons] == ["ask_again", "thank"]
    assert profile.personal.reasons[1].name_en == "致谢", "a word without an English one stands for itself"


@pytest.mark.parametrize(
    ("more", "key", "code"),
    [
        ('hash = "md5"', "hash", "wrong_choice"),
        ("[personal]\nkeep.caller = -1", "personal.keep.caller", "wrong_days"),
        ("[personal]\nkeep.text = 99999", "personal.keep.text", "wrong_days"),
        ('[personal]\nkeep.caller = "30"', "personal.keep.caller", "wrong_type"),
        ("[personal]\nkeep.photo = 30", "personal.keep.photo", "unknown_key"),
        ("[personal]\nkept.caller = 30", "personal.kept", "unknown_key"),
        ('[personal.reasons."Call Back"]\nname = "x"', "personal.reasons.Call Back", "wrong_code"),
        ("[personal.reasons.call_back]\nname_en = 'x'", "personal.reasons.call_back.name", "missing_key"),
        ("[personal.proofs.card]\nname = 'x'\nnotes = 'y'", "personal.proofs.card.notes", "unknown_key"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(more: str, key: str, code: str) -> None:
    profile, report = parsed(more)
    assert profile is None
    assert (key, code) in [(one.field, one.code) for one in report.problems]

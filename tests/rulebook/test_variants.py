"""The variants of both cities (conflicts 1 to 6 of the requirements; S2-20 to S2-23, S1-44, S0-46)."""

from pathlib import Path

import pytest

from citygrid.process.acts import ACTS, ITEM_KINDS, REQUEST_KINDS
from citygrid.process.rules import Variant
from citygrid.rulebook.variants import parse_variant
from citygrid.worktime import Limit
from tests.rulebook.cities import DEMO, SECOND

ALL = {path.stem: path for city in (DEMO, SECOND) for path in (city / "variants").glob("*.toml")}
HANDLING = {"unit_desk", "worker", "person_in_charge"}


def read(code: str) -> Variant:
    variant, report = parse_variant(f"{code}.toml", ALL[code].read_text(encoding="utf-8"))
    assert variant is not None, [str(problem) for problem in report.problems]
    return variant


@pytest.mark.parametrize("code", sorted(ALL))
def test_every_work_item_has_a_holder_and_every_request_a_chain(code: str) -> None:
    variant = read(code)
    assert set(variant.steps) == set(ITEM_KINDS)
    assert set(variant.approvals) == {*REQUEST_KINDS, "appeal"}


@pytest.mark.parametrize("code", ["two_level_command", "district_run"])
def test_somebody_may_do_each_act(code: str) -> None:
    variant = read(code)
    assert {name for name, spec in ACTS.items() if not spec.internal} <= set(variant.acts)


@pytest.mark.parametrize("code", sorted(ALL))
def test_who_handles_never_judges(code: str) -> None:
    """S0-04, S3-19."""
    variant = read(code)
    for name, spec in ACTS.items():
        if spec.judging:
            assert not variant.acts.get(name, frozenset()) & HANDLING, name


def test_the_stages_have_the_published_limits() -> None:
    steps = read("two_level_command").steps
    found = {kind: str(steps[kind].limit) for kind in ("accept", "file", "dispatch", "verify", "check", "close")}
    assert found == {
        "accept": "10 urgent_minute", "file": "10 urgent_minute", "dispatch": "15 urgent_minute",
        "verify": "60 urgent_minute", "check": "120 urgent_minute", "close": "30 urgent_minute",
    }  # fmt: skip


def test_public_and_leaders_reports_are_verified_first_and_collectors_are_not() -> None:
    """S1-44, S1-46."""
    variant = read("two_level_command")
    verified = {code for code, source in variant.sources.items() if source.verify}
    assert {"hotline", "12345", "leader"} <= verified
    assert not {"collector", "self_check"} & verified


def test_a_unit_enters_its_own_check_and_nobody_elses_report() -> None:
    """S2-25: counted apart."""
    sources = read("two_level_command").sources
    assert {code for code, one in sources.items() if one.taken("report", "unit_desk")} == {"self_check"}
    assert sources["self_check"].counted == "self_check"


def test_what_was_said_before_there_were_sources_is_still_read() -> None:
    """Old cases cite snapshots of the rules as they were."""
    text = 'code = "x"\nname = "x"\nverify_sources = ["hotline"]\nreply_sources = ["hotline", "web"]\n'
    text += '[acts]\nreport = ["collector"]\n'
    variant, report = parse_variant("x.toml", text)
    assert variant is not None, [str(one) for one in report.problems]
    assert (variant.source("hotline").verify, variant.source("web").verify, variant.source("web").reply) == (
        True, False, True,
    )  # fmt: skip
    both, report = parse_variant("x.toml", text + '[sources.web]\nname = "web"\n')
    assert both is None and "verify_sources" in [one.field for one in report.problems]


def test_an_extension_is_granted_twice_at_most_and_only_before_the_due() -> None:
    rule = read("two_level_command").approvals["extend"]
    assert (rule.most, rule.before_due, [step.role for step in rule.steps]) == (2, True, ["dispatcher"])


def test_a_suspension_needs_two_hands_and_ends_within_a_year() -> None:
    rule = read("two_level_command").approvals["suspend"]
    assert [step.role for step in rule.steps] == ["dispatcher", "office"]
    assert rule.longest == Limit.parse("365 natural_day")


def test_an_appeal_has_two_reviews() -> None:
    assert [step.role for step in read("two_level_command").approvals["appeal"].steps] == [
        "dispatcher",
        "call_taker",
    ]


def test_in_the_second_city_districts_run_and_the_city_settles() -> None:
    """S2-20 to S2-23."""
    variant = read("district_run")
    for kind in ("accept", "file", "dispatch", "check", "close"):
        assert variant.steps[kind].level == "district", kind
    assert variant.steps["settle"].level == "commission"
    assert (variant.rework, variant.redispatch) == ("restart", "remaining")


X = 'code = "x"\nname = "x"\n[acts]\nreport = []\n'
RUNG = '[[ladder]]\nitem = "*"\nat = "due+2 work_hour"\n'


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ('code = "x"\nname = "x"\n', "acts", "no_acts"),
        ('name = "x"\n[acts]\nreport = []\n', "code", "missing_key"),
        ('code = "x"\nname = "x"\n[acts]\nreport = "collector"\n', "acts.report", "wrong_type"),
        ('code = "x"\nname = "x"\n[acts]\n"request:gift" = []\n', "acts.request:gift", "unknown_act"),
        ('code = "x"\nname = "x"\n[acts]\n"report:void" = []\n', "acts.report:void", "unknown_act"),
        ('code = "x"\nname = "x"\nacts = 3\n', "acts", "wrong_type"),
        ('code = "x"\nname = "x"\n[acts]\nreport = []\n[approvals.gift]\n', "approvals.gift", "unknown_request"),
        ('code = "x"\nname = "x"\n[acts]\nreport = []\n[approvals.void]\n', "approvals.void.steps", "no_steps"),
        ('code = "x"\nname = "x"\n[acts]\nreport = []\n[steps.file]\nlimit = 3\n', "steps.file.role", "missing_key"),
        ('code = "x"\nname = "x"\nexplain = ["nod"]\n[acts]\nreport = []\n', "explain", "unknown_word"),
        (f'{X}[sources.web]\nname_en = "Web"\n', "sources.web.name", "missing_key"),
        (f'{X}[sources.web]\nname = "w"\nacts = ["close"]\n', "sources.web.acts", "unknown_word"),
        (f'{X}[sources.web]\nname = "w"\ncounted = "twice"\n', "sources.web.counted", "wrong_choice"),
        (f'{X}[grounds.policy]\nname_en = "P"\n', "grounds.policy.name", "missing_key"),
        (f'{X}[[ladder]]\nitem = "dance"\nat = "due"\n', "ladder[0].item", "unknown_step"),
        (f'{X}[[ladder]]\nitem = "*"\nat = "noon"\n', "ladder[0].at", "wrong_choice"),
        (f'{X}[[ladder]]\nitem = "*"\nat = "due+soon"\n', "ladder[0].at", "limit_text"),
        (f'{X}{RUNG}{RUNG}', "ladder[1].code", "rung_twice"),
        (f'{X}[[ladder]]\nitem = "*"\nat = "due"\nact = "sing"\n', "ladder[0].act", "wrong_choice"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(text: str, field: str, code: str) -> None:
    variant, report = parse_variant("variants/x.toml", text)
    assert variant is None
    assert (field, code) in [(problem.field, problem.code) for problem in report.problems]
    assert all(problem.file == "variants/x.toml" and str(problem) for problem in report.problems)


def test_the_words_of_the_process_are_those_of_the_variants() -> None:
    assert {path.parent.name for path in map(Path, ALL.values())} == {"variants"}
    assert len(ALL) == 3

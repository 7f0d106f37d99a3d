"""The maintenance fund (S0-62): golden amounts by hand, and what always holds."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from citygrid.evaluation.upkeep import rules
from citygrid.evaluation.upkeep.amounts import amount

TEXT = """currency = "CNY"
scheme = "department"
[[price]]
class_id = "trees"
price = 12.5
[[price]]
class_id = "lamps"
price = 0.335
[[step]]
least = 90
factor = 1
[[step]]
least = 60
factor = 0.85
[[deduction]]
key = "failed"
zh = "不合格"
en = "Failed"
of = "standing_failed"
amount = 200
most = 500
"""


def made(text: str = TEXT) -> rules.Rules:
    found, report = rules.read(text)
    assert found is not None, [str(one) for one in report.problems]
    return found


def test_golden_amount() -> None:
    """37 x 12.50 = 462.50; 101 x 0.335 = 33.835, half up 33.84; together 496.34; x 0.85 = 421.889, 421.89; one failed
    check takes 200: 221.89."""
    found = amount(made(), {"trees": 37, "lamps": 101, "bins": 3}, Fraction("89.99"), {"standing_failed": 1})
    assert found is not None
    assert [str(line.amount) for line in found.lines] == ["462.50", "33.84"]
    assert (str(found.base), str(found.paid), str(found.total)) == ("496.34", "421.89", "221.89")
    assert found.unpriced == (("bins", 3),)


def test_a_deduction_has_its_most_and_nobody_pays_back() -> None:
    found = amount(made(), {"trees": 37}, Fraction(90), {"standing_failed": 3})
    assert found is not None and found.taken[0].bound and str(found.total) == "0.00"
    assert str(found.taken[0].amount) == "500.00"


def test_without_a_score_only_where_the_rules_say_what_then() -> None:
    assert amount(made(), {"trees": 1}, None, {}) is None
    half = TEXT.replace('scheme = "department"', 'scheme = "department"\nmissing = 0.5')
    said = amount(made(half), {"trees": 1}, None, {})
    assert said is not None and str(said.total) == "6.25"
    free = amount(made(TEXT.replace('scheme = "department"\n', "")), {"trees": 1}, None, {})
    assert free is not None and str(free.total) == "12.50"
    below = amount(made(), {"trees": 1}, Fraction(59), {})
    assert below is not None and str(below.total) == "0.00", "below the last step nothing is paid"


@given(
    st.integers(0, 10**6), st.integers(0, 10**6), st.fractions(0, 100), st.integers(0, 50), st.integers(0, 50)
)
def test_a_better_score_never_pays_less_and_more_findings_never_pay_more(
    trees: int, lamps: int, score: Fraction, failed: int, more: int
) -> None:
    counts = {"trees": trees, "lamps": lamps}
    one = amount(made(), counts, score, {"standing_failed": failed})
    better = amount(made(), counts, min(Fraction(100), score + 10), {"standing_failed": failed})
    worse = amount(made(), counts, score, {"standing_failed": failed + more})
    assert one is not None and better is not None and worse is not None
    assert better.total >= one.total >= worse.total >= 0
    assert one.base == sum((line.amount for line in one.lines), Decimal()) and one.total <= one.paid <= one.base


def test_what_is_wrong_with_the_file_is_said_with_its_line() -> None:
    wrong = TEXT.replace("price = 12.5", "price = -1").replace("least = 60", "least = 95").replace('"CNY"', '"C"')
    report = rules.read(wrong)[1]
    assert (report.problems[0].code, report.problems[0].line) == ("no_money", 5)
    assert rules.read(TEXT.replace("least = 60", "least = 95"))[1].problems[0].code == "no_least"
    assert rules.read(TEXT.replace('"CNY"', '"C"'))[1].problems[0].code == "bad_currency"
    known = rules.Known({"trees"}, {"department"}, lambda key: key == "reworks")
    assert [one.code for one in rules.read(TEXT, known)[1].problems] == ["unknown_class"]

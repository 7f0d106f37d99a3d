"""Sentences are those of an office, word for word, and say nothing that was not counted (S0-55, S2-39): golden
texts."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from citygrid.bulletins import paragraphs
from citygrid.bulletins.content import Safety, Total
from tests.bulletins.reports import group, report, term, unit, waiting

ON_TIME, CLOSING = term("按期处置率", "80.00%", "80.00", "6.00"), term("结案率", "97.00%", "97.00", "0.90")


@pytest.fixture(autouse=True)
def in_chinese():
    with override("zh-hans"):
        yield


def test_the_whole_in_both_languages() -> None:
    assert paragraphs.overview(report()) == [
        "本期为2026年3月（2026年3月1日至2026年3月31日）。",
        "立案案卷数120，环比增加20（20.00%）。结案率95.20%，环比下降1.20个百分点，同比持平。",
    ]
    with override("en"):
        assert paragraphs.overview(report()) == [
            "The period is March 2026 (1 Mar 2026 to 31 Mar 2026).",
            "立案案卷数: 120, on the period before up 20 (20.00%). "
            "结案率: 95.20%, on the period before down 1.20 points, on the year before unchanged.",
        ]


def test_what_has_no_value_is_called_so_and_a_rise_from_nothing_has_no_per_cent() -> None:
    of = report(totals=(
        Total("a", "满意率", "percent", None, Decimal("90.00"), None), Total("b", "返工数", "count", 3, 0, 3),
    ))  # fmt: skip
    assert paragraphs.overview(of)[1] == "满意率：无可计算的数据。返工数3，环比增加3，同比持平。"


def test_an_unfinished_period_and_a_limited_scope_are_told() -> None:
    (first, _rest) = paragraphs.overview(report(over=False, limited=True))
    assert first.endswith("本期尚未结束，数据为当前数据。数据范围为发文单位所辖区域和单位。")


def test_first_and_last_and_who_moved_most() -> None:
    of = group(
        unit("甲", 1, "98.00", "95.00/2"), unit("乙", 2, "96.00", "97.00/1"), unit("丙", 3, "90.00", "90.00/3"),
        unit("丁", 4, "80.00"), unit("戊", None, None),
    )  # fmt: skip
    assert paragraphs.standing(of, 2) == [
        "部门共4个对象参加评价，居前的是甲（98.00分）、乙（96.00分）。居后的是丙（90.00分）、丁（80.00分）。另有1个无得分。"
        "较上期升幅最大的是甲（+3.00分，得98.00分，由第2名到第1名）。降幅最大的是乙（-1.00分，得96.00分，由第1名到第2名）。"
    ]


def test_who_keeps_the_rank_is_not_said_to_move_from_it_to_it() -> None:
    of = group(unit("甲", 1, "98.00", "99.00/1"), unit("乙", 2, "90.00", "89.00/2"))
    (said,) = paragraphs.standing(of, 1)
    assert "乙（+1.00分，得90.00分，仍居第2名）" in said and "甲（-1.00分，得98.00分，仍居第1名）" in said


def test_equal_ones_are_named_together_and_nobody_is_both_first_and_last() -> None:
    rows = [unit("甲", 1, "98.00"), unit("乙", 1, "98.00"), unit("丙", 3, "90.00")]
    first, last = paragraphs.ends(rows, 3)
    assert [row.name for row in first] == ["甲", "乙"]
    assert [row.name for row in last] == ["丙"]
    rows = [unit("甲", 1, "98.00"), unit("乙", 2, "90.00"), unit("丙", 2, "90.00")]
    first, last = paragraphs.ends(rows, 2)
    assert ([row.name for row in first], [row.name for row in last]) == (["甲"], ["乙", "丙"])


@pytest.mark.parametrize(
    ("rows", "said"),
    [((), "部门：本期均无得分。"), ((unit("甲", None, None),), "部门：本期均无得分。"),
     ((unit("甲", 1, "98.00"),), "部门：本期仅甲有得分，为98.00分。"),
     ((unit("甲", 1, "98.00"), unit("乙", 1, "98.00")), "部门：2个对象得分相同，均为98.00分。")],
)  # fmt: skip
def test_nobody_one_alone_and_all_equal(rows, said) -> None:
    assert paragraphs.standing(group(*rows), 3) == [said]


def test_many_equal_ones_are_counted() -> None:
    rows = [*(unit(f"甲{n}", 1, "98.00") for n in range(9)), unit("乙", 10, "60.00")]
    (said,) = paragraphs.standing(group(*rows), 3)
    assert "居前的是甲0、甲1、甲2、甲3、甲4、甲5等9个（均为98.00分）。居后的是乙（60.00分）。" in said


def test_the_term_that_cost_most_is_the_cause() -> None:
    taken = term("安全事故", "1", "-2.00", "2.00", plus=True)
    of = group(unit("甲", 1, "99.00", None, term("结案率", "100.00%", "100.00", None)),
               unit("乙", 2, "80.00", None, CLOSING, ON_TIME, taken))  # fmt: skip
    assert paragraphs.causes(of, 3) == ["乙失分最多的指标是“按期处置率”（80.00%），失6.00分，“安全事故”扣2.00分。"]
    with override("en"):
        assert paragraphs.causes(of, 3) == [
            "乙 lost most in 按期处置率 (value 80.00%): 6.00 points, deducted for 安全事故: 2.00 points."
        ]


def test_who_lost_the_same_for_the_same_is_told_in_one_sentence() -> None:
    """As an office writes: one sentence for several units; another value or another loss is another sentence."""
    same = [unit(name, 2, "80.00", None, CLOSING, term("按期处置率", "80.00%", points, "6.00"))
            for name, points in (("乙", "80.00"), ("丙", "80.00"), ("丁", "79.99"))]  # fmt: skip
    nine = [term("结案率", "60.00%", "60.00", "9.00"), term("返工率", "9.00%", "60.00", "9.00")]
    other = unit("戊", 5, "70.00", None, *nine)
    rows = [unit(f"甲{n}", 1, "99.00") for n in range(4)]
    assert paragraphs.causes(group(*rows, *same, other), 4) == [
        "戊失分最多的指标是“结案率”（60.00%）、“返工率”（9.00%），每项失9.00分。",
        "丁、丙、乙失分最多的指标均为“按期处置率”（80.00%），各失6.00分。",
    ]
    both = [unit(f"乙{n}", 2, "70.00", None, *other.cells) for n in range(8)]
    assert paragraphs.causes(group(*rows, *both), 3) == [
        "乙7、乙6、乙5、乙4、乙3、乙2等8个失分最多的指标均为“结案率”（60.00%）、“返工率”（9.00%），每项各失9.00分。"
    ]
    with override("en"):
        assert paragraphs.causes(group(*rows, *same), 3) == [
            "丁, 丙, 乙 each lost most in 按期处置率 (value 80.00%): 6.00 points."
        ]


def test_no_cause_is_invented() -> None:
    full = term("结案率", "100.00%", "100.00", None)
    assert paragraphs.causes(group(unit("甲", 1, "100.00", None, full)), 3) == []
    assert paragraphs.causes(group(unit("甲", 1, "90.00"), unit("乙", 1, "90.00")), 3) == [], "nobody is last"


def test_only_a_deduction_is_told_as_one() -> None:
    taken = term("安全事故", "1", "-2.00", "2.00", plus=True)
    assert paragraphs.causes(group(unit("甲", 1, "98.00", None, taken)), 3) == ["甲：“安全事故”扣2.00分。"]


def test_long_pending() -> None:
    rows = (waiting("第1号", 80), waiting("第2号", 80, "市政处"), waiting("第3号", 40))
    of = report(pending=rows, pending_all=5, pending_units=(("环卫中心", 3), ("市政处", 2)))
    assert paragraphs.pending(of) == (
        "期末立案超过30天仍未结案的案件共5件。件数居前的是环卫中心3件、市政处2件。"
        "时间最长的是第1号（暴露垃圾，环卫中心）、第2号（暴露垃圾，市政处），已80天。"
    )
    assert paragraphs.pending(report()) == "期末没有立案超过30天仍未结案的案件。"


def test_classes_sources_and_safety() -> None:
    assert paragraphs.classes(report()) == "立案最多的类别是暴露垃圾80件（66.67%）、井盖破损40件（33.33%）。"
    assert paragraphs.classes(report(classes=())) == paragraphs.sources(report(sources=())) == "本期没有立案。"
    assert paragraphs.safety(report()) == "公共安全类案件立案2件，结案1件，期末未结1件。"
    assert paragraphs.safety(report(safety=Safety(0, 0, 0))) == "本期没有立案、结案或未结的公共安全类案件。"

"""Charts as SVG: what they show is what was given, in grey as in colour (S4-35; issue 7: readable in print and for
colour-blind readers)."""

from fractions import Fraction
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.evaluation import charts
from citygrid.evaluation.chart_drawing import DASHES, GRADES, MARKS, PAPER, SERIES, apart, shortened, ticks, width_of
from citygrid.evaluation.charts import Band, Bar, Line, Part, Pile, Stair

SVG = "{http://www.w3.org/2000/svg}"
BANDS = (Band(90, "A", "green"), Band(75, "B", "blue"))


def texts(picture: ET.Element) -> list[str]:
    """What a reader sees, halos once."""
    return [one.text or "" for one in picture.iter(f"{SVG}text") if one.get("aria-hidden") is None]


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[n : n + 2], 16)) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_ranking_shows_each_number_letter_and_a_length_in_proportion() -> None:
    rows = [
        Bar("环卫处", Fraction(90), "90.00", "green", "A"), Bar("园林局", Fraction(45), "45.00", "red", "D"),
        Bar("A & <B>", None, "–"),
    ]  # fmt: skip
    picture = ET.fromstring(charts.bars(rows, title="得分 <排名>", most=100, bands=BANDS, middle=(60, "中位数 60.00")))
    seen = texts(picture)
    assert {"环卫处", "90.00 A", "45.00 D", "A & <B>", "–", "A ≥ 90", "B ≥ 75", "中位数 60.00"} <= set(seen)
    assert picture.findtext(f"{SVG}title") == "得分 <排名>"
    assert picture.findtext(f"{SVG}desc") == "环卫处 90.00 A; 园林局 45.00 D; A & <B> –"
    first, second = [float(r.get("width", "")) for r in picture.findall(f"{SVG}rect")]
    assert first == pytest.approx(2 * second, abs=0.2), "no bar for what has no number"


def test_grades_differ_by_pattern_as_well_as_by_colour() -> None:
    rows = [Bar(colour, 50, "50.00", colour, "x") for colour in GRADES]
    picture = ET.fromstring(charts.bars(rows, title="t", key="one"))
    fills = [one.get("fill", "") for one in picture.findall(f"{SVG}rect")]
    drawn = {one.get("id", ""): ET.tostring(one[1]) for one in picture.iter(f"{SVG}pattern")}
    assert len(set(fills)) == 5 and len(drawn) == 4, "one is plain, each other has a pattern"
    assert len(set(drawn.values())) == 4
    assert all(fill.startswith("url(#one-") or fill == GRADES["green"] for fill in fills)


def test_grade_colours_differ_in_grey_and_lines_stand_out_from_paper() -> None:
    assert all(contrast(a, b) > 1.2 for a, b in combinations(GRADES.values(), 2))
    assert all(contrast(colour, PAPER) >= 4.5 for colour in SERIES), "the names at their ends are text"
    assert len(SERIES) == len(set(MARKS)) == len(set(DASHES))


def test_nothing_but_attributes_that_the_content_policy_and_typst_take() -> None:
    for text in every_chart():
        picture = ET.fromstring(text)
        tags = {one.tag.removeprefix(SVG) for one in picture.iter()}
        assert not tags & {"style", "script", "foreignObject", "image", "a"}
        assert not any(name == "style" or name.startswith("on") for one in picture.iter() for name in one.attrib)
        ids = [one.get("id") for one in picture.iter() if one.get("id")]
        assert len(ids) == len(set(ids)) and all(str(one).startswith("k-") for one in ids)


def test_a_trend_leaves_a_gap_and_names_each_line_at_its_end() -> None:
    periods = ["2026-01", "2026-02", "2026-03", "2026-04"]
    lines = [
        Line("环卫处", (80, None, 82, 84), ("80.00", "–", "82.00", "84.00")),
        Line("园林局", (84, 84, 84, 84), ("84.00",) * 4),
    ]
    picture = ET.fromstring(charts.trend(periods, lines, title="趋势", bands=BANDS, most=100))
    drawn = [one.get("points", "").split() for one in picture.iter(f"{SVG}polyline")]
    assert [len(points) for points in drawn] == [2, 4], "the lonely first month has its mark only"
    assert len(list(picture.iter(f"{SVG}circle"))) == 3 and len(list(picture.iter(f"{SVG}polygon"))) == 4
    places = {one.text: float(one.get("y", "")) for one in picture.iter(f"{SVG}text")}
    assert abs(places["环卫处"] - places["园林局"]) >= 15, "equal ends, and both names can be read"
    assert "环卫处: 2026-01 80.00, 2026-02 –" in str(picture.findtext(f"{SVG}desc"))


def test_a_single_line_has_its_numbers_and_more_than_five_are_refused() -> None:
    one = Line("x", (Fraction(7, 3), Fraction(5)), ("2.33", "5.00"))
    assert {"2.33", "5.00"} <= set(texts(ET.fromstring(charts.trend(["1", "2"], [one], title="t"))))
    with pytest.raises(ValueError, match="6 lines"):
        charts.trend(["1", "2"], [one] * 6, title="t")


def test_piles_add_up_and_steps_end_at_the_score() -> None:
    parts = [Part("按期", "good"), Part("超期", "bad"), Part("未到期", "open")]
    picture = ET.fromstring(charts.stacked(parts, [Pile("甲", (100, 0, 50)), Pile("乙", (10, 1, 0))], title="t"))
    widths = [float(one.get("width", "")) for one in picture.findall(f"{SVG}rect")][3:]
    assert len(widths) == 4, "nothing is drawn for none"
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2) == pytest.approx(10 * widths[2], abs=2)
    assert {"150", "11", "100"} <= set(texts(picture))
    stairs = [Stair("结案率", 27, 30, "27.00"), Stair("加减分", -2, None, "−2.00")]
    steps = ET.fromstring(charts.steps(stairs, title="t", whole=30, total=("得分", "25.00")))
    assert texts(steps)[-1] == "25.00" and "−2.00" in texts(steps)
    full, got, minus, total = [float(one.get("width", "")) for one in steps.findall(f"{SVG}rect")]
    assert got / full == pytest.approx(0.9, abs=0.01) and got - minus == pytest.approx(total, abs=0.2)


def test_nothing_to_show_is_a_picture_too() -> None:
    for text in (
        charts.bars([], title="t"), charts.trend(["1"], [], title="t"), charts.stacked([], [], title="t"),
        charts.steps([], title="t", whole=100, total=("x", "–")), charts.bars([Bar("a", 0, "0.00")], title="t"),
        charts.trend(["1"], [Line("a", (None,), ("–",))], title="t"),
    ):  # fmt: skip
        assert ET.fromstring(text).get("role") == "img"


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_enclose_and_are_few(low: float, span: float) -> None:
    found = ticks(low, low + span)
    assert found[0] <= low + span * 1e-6 and found[-1] >= low + span - span * 1e-6 and 2 <= len(found) <= 8


@given(st.lists(st.floats(0, 100), min_size=1, max_size=5))
def test_names_are_moved_apart_and_stay_within(wanted: list[float]) -> None:
    found = sorted(apart(wanted, 15, 0, 100))
    assert all(b - a >= 15 - 1e-6 for a, b in pairwise(found))
    assert found[0] >= -1e-6 and found[-1] <= 100 + 1e-6


def test_a_long_name_is_cut_to_its_room() -> None:
    cut = shortened("一个名字非常非常长的责任单位", 80)
    assert cut.endswith("…") and width_of(cut) <= 80 and shortened("短", 80) == "短"


def every_chart() -> list[str]:
    rows = [Bar(colour, 50, "50.00", colour, "x") for colour in GRADES]
    lines = [Line(str(n), (n, n + 1), (str(n), str(n + 1))) for n in range(5)]
    return [
        charts.bars(rows, title="t", bands=BANDS, middle=(3, "m"), key="k"),
        charts.trend(["1", "2"], lines, title="t", bands=BANDS, key="k"),
        charts.stacked([Part("a", "good"), Part("b", "fair")], [Pile("c", (1, 2))], title="t", key="k"),
        charts.steps([Stair("a", 1, 2, "1")], title="t", whole=2, total=("s", "1"), key="k"),
    ]

"""The bench gives its rows; here only a floor that a loop over days would break."""

from bench.worktime import rows


def test_each_row_has_a_figure_and_due_does_not_loop_over_days() -> None:
    found = rows(calls=500)
    assert {name for name, *_ in found} >= {"due, 20 work_hour", "due, 7 work_day", "due, 2 urgent_hour"}
    for name, value, unit, bare, note in found:
        assert value > 0 and note
        if unit == "1/s":
            assert bare and value > 15_000, f"{name}: {value}"

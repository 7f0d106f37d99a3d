"""Every page of the results (evaluation, decision support, standing duties, fund, leaders, bulletins, what is public)
with its address on the stage of `results_stage.py`, by who looks at it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

SHEETS = ("breaching", "load", "closing", "recurrences", "places", "heat")
PHONE = frozenset({
    "my_month", "my_number", "my_score", "results", "result", "open_data", "collectors", "insight", "insight_page",
    "standing_checks", "standing_check_new", "standing_file",
})  # fmt: skip
"""Routes that people read on a phone."""
NO_PAGES = frozenset({
    "file", "scores_file", "insight_file", "insight_data", "leaders_paper", "fund_file", "scores_workbook",
    "monthly_workbook", "collector_file", "open_data_file", "robots", "shipped_template", "template_file",
    "scheme_file", "open_data_kept", "correction", "ask", "cancel", "again", "send_template", "withdraw_template",
})  # fmt: skip
"""Files, and forms that only send."""
ELSEWHERE = {
    "insight_undo": "a form in a row of the sheet of recurrences",
    "insight_beside": "a part of the case page: test_accessibility.py walks it",
    "scheme_change": "a change that waits: tests/evaluation/test_scheme_changes.py",
    "waiting": "a line below the bar while thousands of cases wait: tests/evaluation/test_waiting.py",
    "insight_above": "a part of the forms of acts: test_accessibility.py walks them",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stop:
    """A page: whose it is (empty: nobody is signed in), the name of its route, its address, what tells it from others
    of that route."""

    login: str
    route: str
    address: str
    sort: str = ""

    @property
    def name(self) -> str:
        """For a picture."""
        return "-".join(filter(None, (self.route, self.sort, self.login)))


def stops(made: dict[str, Any]) -> list[Stop]:
    """All of them, those of one person together."""
    return [*_evaluator(made), *_office(made), *_leader(made), *_inspector(made), *_unit(made), *_others(made)]


def _stop(login: str, route: str, *args: str, sort: str = "", **query: str) -> Stop:
    space = "bulletins" if route in BULLETINS else "evaluation"
    words = "&".join(f"{key.replace('__', '.')}={value}" for key, value in query.items() if key != "more")
    words = "&".join(filter(None, (words, query.get("more", ""))))
    return Stop(login, route, reverse(f"{space}:{route}", args=args) + (f"?{words}" if words else ""), sort)


BULLETINS = frozenset({
    "reports", "report", "templates", "rules", "tables", "monthly", "collectors", "results", "result", "open_data",
})  # fmt: skip


def _evaluator(made: dict[str, Any]) -> list[Stop]:
    who, last, unit = "evaluator1", made["last"], made["subject"]
    score = {"scheme": "department", "period": last, "subject": unit}
    two = f"subject={unit}&subject={made['rival']}"
    closed = made["published"]
    return [
        _stop(who, "table", period=last, by="unit"),
        _stop(who, "open", "closing_rate", sort="rate", period=last, by="unit", subject=unit),
        _stop(who, "open", "closings", sort="count", period=last, by="unit", subject=unit),
        _stop(who, "scores", scheme="department", period=last),
        _stop(who, "scores", sort="frozen", scheme="department", period=made["former"]),
        _stop(who, "score", **score),
        _stop(who, "what_if", **score, by__handlings_late="-1"),
        _stop(who, "compare", scheme="department", period=last, more=two),
        _stop(who, "score_map", scheme="area", period=last, level="district"),
        _stop(who, "entries"), _stop(who, "new_entry"), _stop(who, "entry_table"),
        _stop(who, "entry", made["entry"]), _stop(who, "change_entry", made["entry"]),
        _stop(who, "workbench"),
        _stop(who, "schemes"), _stop(who, "scheme", "department"), _stop(who, "edit_scheme", "department"),
        _stop(who, "new_scheme"),
        _stop(who, "insight"),
        *(_stop(who, "insight_page", name, sort=name) for name in SHEETS),
        _stop(who, "of_case", made["cases"]["last_late"], period=last),
        _stop(who, "closes"), _stop(who, "close", made["preview"], sort="preview"),
        _stop(who, "close", made["appeals"], sort="appeals"), _stop(who, "close", closed, sort="published"),
        _stop(who, "close_subject", closed, subject=unit),
        _stop(who, "close_rows", closed, subject=unit, key="closings", version="1"),
        _stop(who, "close_difference", closed, version="2"),
        _stop(who, "appeals"), _stop(who, "appeal", made["appeal_done"], sort="done"),
        _stop(who, "standing"), _stop(who, "standing_month"), _stop(who, "standing_new"),
        _stop(who, "standing_duty", made["duty"]), _stop(who, "standing_change", made["duty"]),
        _stop(who, "tables", period=last), _stop(who, "monthly", period=last), _stop(who, "collectors"),
        _stop(who, "reports"), _stop(who, "report", made["report"]),
        _stop(who, "report", made["report_waits"], sort="waits"), _stop(who, "templates"), _stop(who, "rules"),
    ]  # fmt: skip


def _office(made: dict[str, Any]) -> list[Stop]:
    who = "office1"
    return [
        _stop(who, "appeal", made["appeal"], sort="first"),
        _stop(who, "close", made["published"], sort="correction"),
        _stop(who, "close_difference", made["published"], sort="correction", correction=made["correction"]),
        _stop(who, "funds"), _stop(who, "fund", made["fund"]),
        _stop(who, "fund_components", made["fund"], **{"class": made["lamp"]}),
    ]  # fmt: skip


def _leader(made: dict[str, Any]) -> list[Stop]:
    who = "leader1"
    return [
        _stop(who, "leaders"), _stop(who, "appeal", made["appeal_proposed"], sort="second"),
        _stop(who, "entry", made["entry_waits"], sort="waits"), _stop(who, "fund", made["fund"], sort="confirm"),
    ]  # fmt: skip


def _inspector(made: dict[str, Any]) -> list[Stop]:
    who = "inspector1"
    return [
        _stop(who, "standing_checks"), _stop(who, "standing_check_new", made["duty"]),
        _stop(who, "standing_check", made["check"]),
    ]  # fmt: skip


def _unit(made: dict[str, Any]) -> list[Stop]:
    who, last, unit = "unit1", made["last"], made["subject"]
    return [
        _stop(who, "my_score"), _stop(who, "score", scheme="department", period=last, subject=unit),
        _stop(who, "open", "closings", period=last, by="unit", subject=unit),
        _stop(who, "my_month"), _stop(who, "closes"), _stop(who, "close", made["appeals"]),
        _stop(who, "close_subject", made["appeals"], subject=unit), _stop(who, "new_appeal", made["appeals"]),
        _stop(who, "appeal", made["appeal"]), _stop(who, "standing_file", made["duty"]),
        _stop(who, "insight_page", "breaching", sort="breaching"),
    ]  # fmt: skip


def _others(made: dict[str, Any]) -> list[Stop]:
    return [
        _stop("calltaker1", "my_month", month=made["last"]),
        _stop("calltaker1", "my_number", "acceptances", month=made["last"]),
        _stop("collector1", "collectors"),
        _stop("", "results"), _stop("", "result", made["published"]), _stop("", "open_data"),
    ]  # fmt: skip

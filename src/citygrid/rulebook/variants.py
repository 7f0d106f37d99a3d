"""管理模式 from TOML: who may do what, with what limits and approvals (conflicts 1 to 6; S2-20 to S2-23).

    code = "..."  name = "..."  name_en = "..."
    rework = "continue"          # or "restart"
    redispatch = "full"          # or "remaining"
    cite_delegation = ["extend"] # kinds of request whose last approval must rest on a delegation
    delegators = ["office"]      # roles that hold that power themselves, and give it
    [acts]                       # act -> roles that may
    report = ["collector"]
    [steps.accept]               # kind of work item -> whose queue, at which level, how long
    role = "call_taker"
    level = "city"
    limit = "10 urgent_minute"
    [approvals.extend]           # kind of request -> chain
    most = 2
    [[approvals.extend.steps]]
    role = "dispatcher"

Names of acts, kinds of work item and kinds of request are those of `process.acts`; others are refused.
"""

from collections.abc import Mapping
from typing import Any

from citygrid.process.acts import ACTS, ITEM_KINDS, REQUEST_KINDS
from citygrid.process.rules import Approval, StepRule, Variant
from citygrid.rulebook.reading import Table, parse_toml
from citygrid.standards.reports import Report
from citygrid.worktime import Limit

LEVELS = ("city", "district", "unit", "asker", "office", "commission")
APPROVALS = (*REQUEST_KINDS, "appeal")
KEYS = (
    "code", "name", "name_en", "acts", "steps", "approvals", "verify_sources", "reply_sources",
    "call_back_sources", "explain", "rework", "redispatch", "credit", "duplicate_check", "cite_delegation",
    "delegators",
)  # fmt: skip


def parse_variant(file: str, text: str) -> tuple[Variant | None, Report]:
    """Read a variant. With problems in the report (file, key, reason) there is no variant."""
    report = Report()
    table = parse_toml(file, text, report)
    if table is None:
        return None, report
    variant = _variant(table)
    return (variant if report.ok else None), report


def variant_from(code: str, data: Mapping[str, Any]) -> Variant:
    """A variant from data that was checked before; ValueError when it was not."""
    report = Report()
    variant = _variant(Table(code, report, data))
    if not report.ok:
        raise ValueError("; ".join(str(problem) for problem in report.problems))
    return variant


def _variant(table: Table) -> Variant:
    table.known(*KEYS)
    table.text("name", needed=True)
    table.text("name_en")
    return Variant(
        code=table.text("code", needed=True),
        acts=_acts(table.table("acts")),
        steps=_steps(table.table("steps")),
        approvals=_approvals(table.table("approvals")),
        verify_sources=frozenset(table.texts("verify_sources")),
        reply_sources=frozenset(table.texts("reply_sources")),
        call_back_sources=frozenset(table.texts("call_back_sources")),
        explain=_explain(table),
        rework=table.choice("rework", "continue", ("continue", "restart")),
        redispatch=table.choice("redispatch", "full", ("full", "remaining")),
        credit=table.limit("credit"),
        duplicate_check=table.yes("duplicate_check", True),
        cite_delegation=frozenset(table.texts("cite_delegation", APPROVALS.__contains__)),
        delegators=frozenset(table.texts("delegators")),
    )


def _acts(table: Table) -> dict[str, frozenset[str]]:
    """Acts that no role may take need not be named; internal ones belong to the system."""
    found = {}
    for name in sorted(table.data):
        act, _, what = name.partition(":")  # `request:void`: who may ask for that
        if act not in ACTS or (":" in name and (act != "request" or what not in REQUEST_KINDS)):
            table.problem(name, "unknown_act", "There is no act named %(name)s.", name=name)
        else:
            found[name] = frozenset(table.texts(name))
    if not found:
        table.problem("", "no_acts", "The variant names no acts.")
    return found


def _steps(table: Table) -> dict[str, StepRule]:
    found = {}
    for kind in sorted(table.data):
        if kind not in ITEM_KINDS:
            table.problem(kind, "unknown_step", "There is no kind of work item named %(kind)s.", kind=kind)
        else:
            found[kind] = _step(table.table(kind))
    return found


def _step(table: Table) -> StepRule:
    table.known("role", "level", "limit", "calendar")
    return StepRule(
        role=table.text("role", needed=True),
        level=table.choice("level", "city", LEVELS),
        limit=table.limit("limit"),
        calendar=table.text("calendar") or None,
    )


def _approvals(table: Table) -> dict[str, Approval]:
    found = {}
    for kind in sorted(table.data):
        if kind not in APPROVALS:
            table.problem(kind, "unknown_request", "There is no kind of request named %(kind)s.", kind=kind)
        else:
            found[kind] = _approval(table.table(kind))
    return found


def _approval(table: Table) -> Approval:
    table.known("steps", "most", "before_due", "longest", "default")
    steps = tuple(_step(step) for step in table.tables("steps"))
    if not steps:
        table.problem("steps", "no_steps", "%(key)s: an approval needs at least one step.")
    return Approval(
        steps=steps,
        most=table.whole("most"),
        before_due=table.yes("before_due", False),
        longest=table.limit("longest"),
        default=table.limit("default"),
    )


def _explain(table: Table) -> frozenset[str]:
    if "explain" not in table.data:
        return frozenset({"handle"})
    return frozenset(table.texts("explain", ITEM_KINDS.__contains__))


def limits_of(variant: Variant) -> list[Limit]:
    """Every limit that the variant names, steps first."""
    chains = [*variant.steps.values(), *(step for one in variant.approvals.values() for step in one.steps)]
    return [step.limit for step in chains if step.limit is not None]

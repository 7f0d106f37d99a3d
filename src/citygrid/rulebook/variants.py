"""管理模式 from TOML: who may do what, with what limits and approvals (conflicts 1 to 6; S2-20 to S2-23).

    code = "..."  name = "..."  name_en = "..."
    rework = "continue"          # or "restart"
    redispatch = "full"          # or "remaining"
    cite_delegation = ["extend"] # kinds of request whose last approval must rest on a delegation
    delegators = ["office"]      # roles that hold that power themselves, and give it
    auto_dispatch = ["gbt:event:01*"]  # classes that the system dispatches to the suggested unit by itself
    rapid_team = "rapid"         # code of the body that handles at once; absent: the dispatcher's own
    [sources.hotline]            # 问题来源: who enters it by which act, is it verified first, who is told, who files
    name = "热线电话"  name_en = "Hotline"  order = 2  counted = "public"
    acts = ["log_call"]  roles = ["call_taker"]  file = ["shift_leader"]
    verify = true  reply = true  call_back = true
    [grounds.policy]             # why a case goes to the commission
    name = "政策原因"  name_en = "Policy"
    [[ladder]]                   # 升级: what the system does at a moment of a work item's clock, once
    item = "handle"              # or "*"
    at = "due+2 work_hour"       # warn, due, or so long after one of them
    act = "urge"                 # or "supervise"
    role = "leader"              # who is told beside the holder, at which level
    level = "city"
    [acts]                       # act -> roles that may
    report = ["collector"]
    [steps.accept]               # kind of work item -> whose queue, at which level, how long
    role = "call_taker"
    level = "city"
    limit = "10 urgent_minute"
    photos = 0                   # arrive, make_safe: how many prove it
    [approvals.extend]           # kind of request -> chain
    most = 2
    [[approvals.extend.steps]]
    role = "dispatcher"

Names of acts, kinds of work item and kinds of request are those of `process.acts`; others are refused.
"""

from collections.abc import Mapping
from typing import Any

from citygrid.process.acts import ACTS, ITEM_KINDS, PARTS, REQUEST_KINDS
from citygrid.process.rules import Approval, Ground, Rung, Source, StepRule, Variant
from citygrid.rulebook.reading import Table, parse_toml
from citygrid.standards.reports import Report
from citygrid.worktime import Limit, WorktimeError

LEVELS = ("city", "district", "unit", "asker", "office", "commission")
APPROVALS = (*REQUEST_KINDS, "appeal")
FORMER = ("verify_sources", "reply_sources", "call_back_sources")
"""How a variant said it before there were `[sources]`: snapshots that old cases cite are still read."""
COUNTED = ("collector", "public", "leader", "department", "self_check", "system", "inspection", "other")
CREATING = tuple(name for name, spec in ACTS.items() if spec.creates)
KEYS = (
    "code", "name", "name_en", "acts", "steps", "approvals", "sources", "explain", "rework", "redispatch", "credit",
    "duplicate_check", "cite_delegation", "delegators", "grounds", "ladder", "auto_dispatch", "rapid_team",
    "own_findings", *FORMER,
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
        sources=_sources(table) if "sources" in table.data else _former_sources(table),
        explain=_explain(table),
        rework=table.choice("rework", "continue", ("continue", "restart")),
        redispatch=table.choice("redispatch", "full", ("full", "remaining")),
        credit=table.limit("credit"),
        duplicate_check=table.yes("duplicate_check", True),
        cite_delegation=frozenset(table.texts("cite_delegation", APPROVALS.__contains__)),
        delegators=frozenset(table.texts("delegators")),
        grounds=_grounds(table.table("grounds")),
        ladder=_ladder(table),
        auto_dispatch=table.texts("auto_dispatch"),
        rapid_team=table.text("rapid_team"),
        own_findings=table.yes("own_findings", False),
    )


def _sources(table: Table) -> dict[str, Source]:
    for name in FORMER:
        if name in table.data:
            table.problem(name, "unknown_key", "The key %(key)s is not known.")
    found, inner = {}, table.table("sources")
    for code in sorted(inner.data):
        one = inner.table(code)
        one.known("name", "name_en", "order", "acts", "roles", "verify", "reply", "call_back", "file", "counted")
        found[code] = Source(
            code=code,
            name=one.text("name", needed=True),
            name_en=one.text("name_en"),
            acts=frozenset(one.texts("acts", CREATING.__contains__)),
            roles=frozenset(one.texts("roles")),
            verify=one.yes("verify", False),
            reply=one.yes("reply", False),
            call_back=one.yes("call_back", False),
            file=frozenset(one.texts("file")),
            counted=one.choice("counted", "other", COUNTED),
            order=one.whole("order") or 0,
        )
    return found


def _former_sources(table: Table) -> dict[str, Source]:
    verify, reply, call = (frozenset(table.texts(name)) for name in FORMER)
    return {
        code: Source(code, verify=code in verify, reply=code in reply, call_back=code in call)
        for code in sorted(verify | reply | call)
    }


def _grounds(table: Table) -> dict[str, Ground]:
    found = {}
    for code in sorted(table.data):
        one = table.table(code)
        one.known("name", "name_en")
        found[code] = Ground(code, one.text("name", needed=True), one.text("name_en"))
    return found


def _ladder(table: Table) -> tuple[Rung, ...]:
    found: list[Rung] = []
    for one in table.tables("ladder"):
        one.known("code", "item", "at", "act", "role", "level")
        item, at = one.text("item", needed=True), one.text("at", needed=True)
        if item != "*" and item not in ITEM_KINDS:
            one.problem("item", "unknown_step", "There is no kind of work item named %(kind)s.", kind=item)
        act = one.choice("act", "urge", ("urge", "supervise"))
        base, after = _moment(one, at)
        code = one.text("code", " ".join((act, item, at.replace("+", " "))).replace("*", "any"))
        if any(code == rung.code for rung in found):
            one.problem("code", "rung_twice", "The ladder has the rung %(rung)s twice.", rung=code)
        level = one.choice("level", "city", LEVELS)
        found.append(Rung(code, item, base, act, after, one.text("role"), level))
    return tuple(found)


def _moment(table: Table, text: str) -> tuple[str, Limit | None]:
    """`warn`, `due`, `due+2 work_hour` as the light it hangs on and how long after it."""
    base, plus, more = text.partition("+")
    base = base.strip()
    if base not in ("warn", "due"):
        table.problem("at", "wrong_choice", "%(key)s must be one of %(choices)s.", choices="warn, due, due+LIMIT")
        return "due", None
    if not plus:
        return base, None
    try:
        return base, Limit.parse(more.strip())
    except WorktimeError as error:
        table.problem("at", error.code, error.message.replace("%(key)s", ""), **error.params)
        return base, None


def _acts(table: Table) -> dict[str, frozenset[str]]:
    """Acts that no role may take need not be named; internal ones belong to the system."""
    found = {}
    for name in sorted(table.data):
        act, _, what = name.partition(":")  # `request:void`: who may ask for that
        if act not in ACTS or (":" in name and what not in PARTS.get(act, ())):
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
    table.known("role", "level", "limit", "calendar", "photos")
    return StepRule(
        role=table.text("role", needed=True),
        level=table.choice("level", "city", LEVELS),
        limit=table.limit("limit"),
        calendar=table.text("calendar") or None,
        photos=table.whole("photos") or 0,
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
    found = [step.limit for step in chains if step.limit is not None]
    return found + [rung.after for rung in variant.ladder if rung.after is not None]

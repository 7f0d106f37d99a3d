"""The page that lays our indicators beside the field's is complete (GB/T 30428.4, CJ/T 292; issue 7)."""

import re
from pathlib import Path

from citygrid.evaluation.definitions import shipped
from citygrid.evaluation.groups import groups

PAGE = (Path(__file__).parents[2] / "docs" / "evaluation-coverage.md").read_text(encoding="utf-8")
def words(text: str) -> list[str]:
    return text.split()


CODES = words("""
    report patrolReport publicReportNum validReport validPublicReport missed accept inTimeAccept accurAccept toAccept
    notOperate needSendVerify sendVerify intimeSendVerify needVerify verify inTimeVerify overTimeVerify
    register inst inTimeRegister toRegister notInst accurInst
    needDispatch dispatch inTimeDispatch overtimeDispatch accurDispatch wrongDispatch toDispatch
    needDispose dispose inTimeDispose overtimeDispose toDispose inTimeToDispose overtimeToDispose
    back shuffle ext hang slow rework needSendCheck sendCheck intimeSendCheck needCheck check inTimeCheck invalidCheck
    needArchiveNum archive inTimeArchiveNum overTimeArchived toArchive overtimeToArchiveNum
    cancel forced patrolDealFlag operateDirect urgentFlag isImportantRec peakHour needDc Dc intimeDc
    returnVisit verySatisfaction satisfaction noSatisfaction
""")
"""What the vendors' enumeration of the standard's counts has."""
RATES = words("""
    立案率 监督举报率 派遣率 按时派遣率 准确派遣率 处置率 按期处置率 超期待处置率
    结案率 按期结案率 超期结案率 返工率 延期率 有效上报率 漏报率
    按时核实率 按时核查率 核实按时派发率 核查按时派发率 按时受理率 准确受理率
    按时立案率 准确立案率 满意率
""")


def rows(head: str) -> list[list[str]]:
    part = PAGE.split(f"\n## {head}\n")[1].split("\n## ")[0]
    lines = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def named(cell: str) -> list[str]:
    return re.findall(r"`([A-Za-z_0-9]+)`", cell)


def test_each_count_of_the_field_has_a_row_with_what_counts_it() -> None:
    found = {code: ours for codes, _name, ours, _how in rows("Counts") for code in named(codes)}
    assert list(found) == CODES
    assert [code for code, ours in found.items() if not named(ours)] == ["peakHour"], "an hour is no count"


def test_each_rate_of_the_field_has_a_row() -> None:
    found = {name: ours for name, _formula, ours, _how in rows("Rates")}
    assert [name for name in RATES if not named(found.get(name, ""))] == []


def test_keys_on_the_page_exist_and_all_of_ours_are_on_it() -> None:
    known = shipped().all
    stems = {key.removesuffix("_opened") for key in known if key.endswith("_opened")}
    tables = [key for row in rows("Counts") for cell in row[2:] for key in named(cell) if key != "owed"]
    tables += [key for row in rows("Rates") for key in named(row[2])]
    further = named(PAGE.split("\n## Ours beyond the document\n")[1].split("\n## ")[0])
    assert [key for key in (*tables, *further) if key not in known] == []
    assert stems <= set(further)
    members = {f"{stem}{end}" for stem in stems for end in
               ("", "_opened", "_due", "_on_time", "_late", "_overdue", "_not_due", "_to_do", "_ended")}  # fmt: skip
    assert set(known) - members <= {*tables, *further}


def test_each_count_and_rate_of_the_page_can_be_seen_on_a_page() -> None:
    """Not only asked for by key: what the field names stands in a group of the evaluation's page."""
    shown = {key for group in groups() for key in group.indicators}
    asked = [keys for row in (*rows("Counts"), *rows("Rates")) if (keys := named(row[2]))]
    assert [keys for keys in asked if not shown & set(keys)] == []

"""Words of the process in both languages that pages show: sources, choices, units of limits, roles of requests."""

from collections.abc import Iterator

from django.utils import timezone

from citygrid.process.rules import Source
from citygrid.rulebook.slices import NoRules, rules_at
from citygrid.web.words import say
from citygrid.worktime import Limit, LimitError, Unit

# 问题来源 (domain/workflow section 4; S4-18, S0-51): words for what a history names and the city's rules do not.
SOURCES: dict[str, tuple[str, str]] = {
    "collector": ("监督员上报", "Collector"),
    "hotline": ("热线电话", "Hotline"),
    "12345": ("12345 转办", "12345 hotline"),
    "web": ("网站", "Web site"),
    "wechat": ("微信", "WeChat"),
    "app": ("手机应用", "App"),
    "media": ("媒体曝光", "Media"),
    "leader": ("领导批示", "Leader's note"),
    "transfer": ("部门移送", "Transferred by a department"),
    "self_check": ("部门自查", "Own check of a department"),
    "petition": ("信访", "Petition"),
    "video": ("视频监控", "Video"),
    "sensor": ("物联传感", "Sensor"),
    "monitoring": ("数据监测", "Data monitoring"),
    "inspection": ("督查", "Inspection"),
}
CHOICES: dict[str, tuple[str, str]] = {
    "component": ("部件", "Component"),
    "event": ("事件", "Event"),
    "warning": ("监测预警", "Warning"),
    "return": ("回退", "Return"),
    "extend": ("延期", "Extension"),
    "suspend": ("缓办/挂账", "Suspension"),
    "void": ("作废", "Voiding"),
    "force": ("强制结案", "Forced closing"),
    "appeal": ("申诉", "Appeal"),
    "defer": ("缓办", "Deferred"),
    "hang": ("挂账", "Put on the problem list"),
    "known": ("已查明", "Known"),
    "unknown": ("未查明", "Not known"),
    "none": ("无责任人", "None"),
    "educated": ("批评教育", "Educated"),
    "ordered": ("责令改正", "Ordered to correct"),
    "penalised": ("行政处罚", "Penalised"),
    "fixed": ("已解决", "Fixed"),
    "not_fixed": ("未解决", "Not fixed"),
    "cannot_tell": ("无法判断", "Cannot tell"),
    "qualified": ("准予结案", "Qualified"),
    "substandard": ("不合格办结", "Substandard"),
    "forced": ("强制结案", "Forced"),
    "urgent": ("急要件", "Urgent"),
    "key": ("重点", "Key"),
    "hard": ("疑难", "Hard"),
    "typical": ("典型", "Typical"),
    "supervised": ("督办", "Supervised"),
    "instructed": ("批示", "Instructed"),
    "escalated": ("上报市级", "Handed up"),
    "missed": ("漏报", "Missed"),
    "false": ("虚报", "False report"),
    "hidden": ("瞒报", "Hidden"),
    "made_up": ("假报", "Made up"),
    "very_satisfied": ("非常满意", "Very satisfied"),
    "satisfied": ("满意", "Satisfied"),
    "unsatisfied": ("不满意", "Not satisfied"),
    "not_reached": ("未联系上", "Not reached"),
    "in_order": ("符合要求", "In order"),
    "not_in_order": ("不符合要求", "Not in order"),
    "unit": ("责任单位", "The unit"),
    "centre": ("监督中心", "The centre"),
    "closed": ("已结案", "closed"),
    "rejected": ("不予受理/不予立案", "rejected"),
    "voided": ("作废", "voided"),
}
YES, NO = ("是", "Yes"), ("否", "No")
BOOLS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "true": (("属实", "It is so"), ("不属实", "It is not so")),
    "granted": (("同意", "Granted"), ("不同意", "Refused")),
    "valid": (("有效", "Valid"), ("无效", "Not valid")),
}
UNITS: dict[str, tuple[str, str]] = {
    Unit.URGENT_MINUTE: ("分钟（连续）", "minutes (clock)"),
    Unit.URGENT_HOUR: ("小时（紧急工作时）", "hours (clock)"),
    Unit.WORK_MINUTE: ("工作分钟", "working minutes"),
    Unit.WORK_HOUR: ("个工作时", "working hours"),
    Unit.WORK_DAY: ("个工作日", "working days"),
    Unit.NATURAL_DAY: ("个自然日", "days"),
}
REASONS: dict[str, tuple[str, str]] = {
    "owner": ("产权单位", "owner"),
    "maintainer": ("管理维护单位", "maintainer"),
    "class_area": ("按类别和区域", "class and area"),
    "territory": ("属地管理", "territory"),
    "border": ("边界先例", "border precedent"),
}


def choice(value: str) -> str:
    """A choice or a source in the reader's language; the value itself where there is no word."""
    return say(CHOICES.get(value, (value, value)))


def source(code: str) -> str:
    """A source as the city's rules call it now; else by its common name; else the code."""
    for one in _declared(code):
        return say((one.name, one.name_en or one.name))
    return say(SOURCES.get(code, (code, code)))


def is_source(code: str) -> bool:
    """Whether the city's rules or the common names know this source."""
    return code in SOURCES or next(_ruled(code), None) is not None


def _declared(code: str) -> Iterator[Source]:
    return (one for one in _ruled(code) if one.name)


def _ruled(code: str) -> Iterator[Source]:
    try:
        variants = rules_at(timezone.now()).variants.values()
    except NoRules:
        return
    for variant in variants:
        if code in variant.sources:
            yield variant.sources[code]


def ground(code: str) -> str:
    """Why a case was referred to the commission, as the city's rules call it now; else the code."""
    try:
        variants = rules_at(timezone.now()).variants.values()
    except NoRules:
        return code
    found = next((v.grounds[code] for v in variants if code in v.grounds), None)
    return say((found.name, found.name_en or found.name)) if found is not None else code


def answer(name: str, value: bool) -> str:
    """Yes or no in the words of the field."""
    yes, no = BOOLS.get(name, (YES, NO))
    return say(yes if value else no)


def limit(text: str | Limit | None) -> str:
    """`2 个工作日` for `2 work_day`; empty for none."""
    if not text:
        return ""
    try:
        found = text if isinstance(text, Limit) else Limit.parse(text)
    except LimitError:
        return str(text)
    return f"{found.value} {say(UNITS[found.unit])}"

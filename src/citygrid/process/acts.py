"""All acts (动作) and the content that each may carry: forms, imports, checks and docs come from this one table."""

from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True, slots=True)
class Field:
    """A piece of content. Types: text (reference to a redactable row: {id, digest}), body, bodies, person, class,
    condition, moment, limit, bool, int, choice, code (short ASCII), media (file ids), case, lon, lat, parts."""

    name: str
    type: str
    zh: str
    en: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActSpec:
    """`handling`: doing it makes the person a party. `judging`: a party may not do it, and only the supervising side
    may. `creates`: it opens a timeline. `internal`: only the system does it, as a consequence of another act."""

    name: str
    zh: str
    en: str
    fields: tuple[Field, ...] = ()
    handling: bool = False
    judging: bool = False
    creates: bool = False
    internal: bool = False

    def field(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.name == name), None)


REASON = Field("reason", "text", "理由", "Reason", required=True)
NOTE = Field("note", "text", "说明", "Note")
MEDIA = Field("media", "media", "照片", "Photos")
CLASS = Field("class_id", "class", "类别", "Class")
DISTINCT = Field("distinct", "bool", "确认非重复", "Not a duplicate")
MOVED = Field("moved", "int", "人工移位（米）", "Moved by hand (metres)")
"""How far the place lies from where the device was."""
CONDITION = Field("condition", "condition", "立案条件", "Filing condition")
TEXT = Field("text", "text", "问题描述", "Description")
ADDRESS = Field("address", "text", "位置描述", "Address")
BODY = Field("body", "body", "责任单位", "Unit", required=True)
LON = Field("lon", "lon", "经度", "Longitude", required=True)
LAT = Field("lat", "lat", "纬度", "Latitude", required=True)
SOURCE = Field("source", "code", "问题来源", "Source", required=True)
KIND = Field("kind", "choice", "案件种类", "Kind", choices=("component", "event", "warning"))
COMPONENT = Field("component", "code", "部件标识码", "Component code")
TRANSFER = Field("transfer", "bool", "区域外登记转办", "Register for transfer (outside the area)")
OUTER_DUE = Field("outer_due", "moment", "外部时限", "Outer due")
PERSON = Field("person", "person", "人员", "Person")
RUNG = Field("rung", "code", "升级档", "Rung of the ladder")
"""Which rung of the escalation ladder the system climbs; people do not name one."""
PERMIT = Field("permit", "code", "许可编号", "Permit number")
COST = Field("cost", "int", "费用(分)", "Cost in cents")

_INTAKE = (SOURCE, CLASS, KIND, LON, LAT, ADDRESS, TEXT, MEDIA, COMPONENT, OUTER_DUE, TRANSFER)
_CALLER = (Field("caller", "text", "反映人", "Caller"), Field("phone", "text", "联系电话", "Phone"))
_ORIGIN = (
    Field("split_from", "case", "拆分自", "Split from"),
    Field("reopen_of", "case", "再次反映自", "Reopened from"),
    *_CALLER,
)

REQUEST_KINDS = ("return", "extend", "suspend", "void", "force")
CHECK_RESULTS = ("fixed", "not_fixed", "cannot_tell")
FINDING_KINDS = ("missed", "false", "hidden", "made_up")
PARTS = {"request": REQUEST_KINDS, "finding": ("undo",)}
"""Acts of which a variant may say by part who may: `request:void`, `finding:undo`."""
MARKS = ("urgent", "key", "hard", "typical")
CHARGED = ("unit", "centre")
RATINGS = ("very_satisfied", "satisfied", "unsatisfied", "not_reached")

_choice = partial(Field, type="choice")

_ALL = (
    ActSpec("report", "上报", "Report", (*_INTAKE, *_ORIGIN, DISTINCT, MOVED), creates=True),
    ActSpec("log_call", "登记", "Log a call", (*_INTAKE, *_CALLER), creates=True),
    ActSpec("warn", "预警", "Raise a warning", _INTAKE, creates=True),
    ActSpec(
        "self_report",
        "自行处置上报",
        "Report as self-handled",
        (*_INTAKE, Field("after_media", "media", "处置后照片", "Photos after", required=True), MOVED),
        handling=True,
        creates=True,
    ),
    ActSpec(
        "refuse",
        "不予受理",
        "Refuse",
        (REASON, Field("transferred_to", "text", "移送", "Transferred to"), PERMIT),
    ),
    ActSpec("send_verify", "发核实", "Send for verification", (PERSON, NOTE)),
    ActSpec(
        "verify",
        "核实反馈",
        "Answer the verification",
        (Field("true", "bool", "属实", "It is so", required=True), MEDIA, NOTE),
        judging=True,
    ),
    ActSpec(
        "confirm",
        "公共安全确认",
        "Confirm the danger to the public",
        (Field("true", "bool", "属实", "It is so", required=True), NOTE),
    ),
    ActSpec("accept", "受理", "Accept", (CLASS, DISTINCT, NOTE)),
    ActSpec(
        "file_case",
        "立案",
        "File",
        (Field("condition", "condition", "立案条件", "Filing condition", required=True), CLASS, NOTE),
    ),
    ActSpec("refuse_filing", "不予立案", "Refuse to file", (REASON, PERMIT)),
    ActSpec("unfile", "退回立案", "Send back to filing", (REASON,)),
    ActSpec(
        "dispatch",
        "派遣",
        "Dispatch",
        (
            BODY,
            Field("assisting", "bodies", "协办单位", "Assisting units"),
            Field("due", "moment", "处置截止时间", "Due (imports only)"),
            Field("rule", "code", "派遣依据", "Rule that suggested the unit"),
            NOTE,
        ),
    ),
    ActSpec(
        "order_first",
        "先行处置",
        "Order to repair first",
        (BODY, REASON),
    ),
    ActSpec("sign", "签收", "Sign for it", (NOTE,), handling=True),
    ActSpec(
        "assign_worker",
        "指派",
        "Assign a worker",
        (Field("person", "person", "处置人员", "Worker", required=True), NOTE),
        handling=True,
    ),
    ActSpec("forward", "下派", "Forward to an own unit", (BODY, NOTE), handling=True),
    ActSpec("arrive", "到场", "Arrived on site", (MEDIA, NOTE), handling=True),
    ActSpec("make_safe", "排险", "Made safe", (MEDIA, NOTE), handling=True),
    ActSpec(
        "request",
        "申请",
        "Request",
        (
            _choice("request", zh="申请事项", en="What is asked", required=True, choices=REQUEST_KINDS),
            REASON,
            _choice("mode", zh="缓办方式", en="Kind of suspension", choices=("defer", "hang")),
            Field("limit", "limit", "申请时长", "How long"),
            Field("until", "moment", "申请至", "Until"),
            Field("suggested", "body", "建议单位", "Suggested unit"),
            MEDIA,
        ),
    ),
    ActSpec(
        "withdraw",
        "撤回",
        "Withdraw the request",
        (Field("request", "int", "申请序号", "Request number", required=True), NOTE),
    ),
    ActSpec(
        "approve",
        "审批",
        "Decide on the request",
        (
            Field("granted", "bool", "同意", "Granted", required=True),
            Field("limit", "limit", "批准时长", "Limit granted"),
            Field("until", "moment", "批准至", "Granted until"),
            NOTE,
        ),
    ),
    ActSpec("resume", "恢复", "Resume", (NOTE,)),
    ActSpec(
        "settle",
        "协调确权",
        "Settle the duty",
        (
            BODY,
            Field("ground", "text", "依据", "Ground", required=True),
            Field("due", "moment", "处置截止时间", "Due (imports only)"),
            _choice("charge", zh="争议用时计入", en="Time of the dispute is charged to", choices=CHARGED),
            Field("precedent", "code", "参照先例", "Precedent"),
        ),
    ),
    ActSpec(
        "refer",
        "提交城管委",
        "Refer to the commission",
        (REASON, Field("ground", "code", "提交事由", "Ground of the referral")),
    ),
    ActSpec(
        "declare_ownerless",
        "认定无责任主体",
        "Declare it without an owner",
        (REASON, MEDIA, Field("off", "bool", "撤销认定", "Take it back")),
    ),
    ActSpec(
        "feed_back",
        "处置反馈",
        "Feed back",
        (
            MEDIA,
            NOTE,
            Field("cost", "int", "费用(分)", "Cost in cents"),
            _choice("culprit", zh="责任人", en="Culprit", choices=("known", "unknown", "none")),
            _choice("measure", zh="执法措施", en="Measure", choices=("educated", "ordered", "penalised")),
            Field("document", "code", "文书编号", "Document number"),
            Field("amount", "int", "处罚金额(分)", "Fine in cents"),
        ),
        handling=True,
    ),
    ActSpec("send_check", "发核查", "Send for checking", (PERSON, NOTE)),
    ActSpec(
        "check",
        "核查反馈",
        "Answer the check",
        (_choice("result", zh="核查结果", en="Result", required=True, choices=CHECK_RESULTS), MEDIA, NOTE),
        judging=True,
    ),
    ActSpec(
        "close",
        "结案",
        "Close",
        (
            _choice("outcome", zh="结案结论", en="Outcome", required=True, choices=("qualified", "substandard")),
            NOTE,
        ),
        judging=True,
    ),
    ActSpec("rework", "再次处置", "Send back for rework", (REASON,), judging=True),
    ActSpec("redispatch", "重新派遣", "Send back for dispatch", (REASON,), judging=True),
    ActSpec(
        "review_self",
        "自处置审核",
        "Review the self-handled case",
        (Field("valid", "bool", "有效", "Valid", required=True), NOTE),
        judging=True,
    ),
    ActSpec(
        "rapid",
        "快速处置",
        "Handle at once by the own team",
        (REASON, COST),
    ),
    ActSpec(
        "reclassify",
        "改类",
        "Change the class",
        (Field("class_id", "class", "类别", "Class", required=True), CONDITION, REASON),
    ),
    ActSpec("relocate", "改位", "Change the place", (LON, LAT, ADDRESS, REASON)),
    ActSpec("split", "拆案", "Split", (Field("parts", "parts", "拆出的案件", "Parts", required=True), REASON)),
    ActSpec(
        "merge",
        "并案",
        "Merge into another case",
        (Field("into", "case", "主案", "Main case", required=True), REASON),
    ),
    ActSpec("unmerge", "撤并", "Undo the merge", (REASON,)),
    ActSpec(
        "adopt",
        "并入子案",
        "Take in a merged case",
        (Field("child", "case", "子案", "Merged case", required=True),),
        internal=True,
    ),
    ActSpec(
        "release",
        "放出子案",
        "Let a merged case go",
        (Field("child", "case", "子案", "Merged case", required=True),),
        internal=True,
    ),
    ActSpec(
        "follow_parent",
        "随主案结束",
        "End with the main case",
        (
            Field("parent", "case", "主案", "Main case", required=True),
            _choice(
                "state",
                zh="主案状态",
                en="State of the main case",
                required=True,
                choices=("closed", "rejected", "voided"),
            ),
        ),
        internal=True,
    ),
    ActSpec("urge", "催办", "Urge", (NOTE, RUNG)),
    ActSpec("supervise", "督办", "Supervise", (NOTE, Field("due", "moment", "答复时限", "Answer due"), RUNG)),
    ActSpec("reply", "回复", "Reply to the reporter", (Field("text", "text", "回复内容", "Reply", required=True),)),
    ActSpec(
        "instruct",
        "批示",
        "Instruct",
        (Field("text", "text", "批示内容", "Instruction", required=True), OUTER_DUE),
    ),
    ActSpec(
        "mark",
        "标记",
        "Mark",
        (
            _choice("mark", zh="标记", en="Mark", required=True, choices=MARKS),
            Field("off", "bool", "取消标记", "Take the mark off"),
        ),
    ),
    ActSpec("comment", "批注", "Comment", (Field("text", "text", "批注内容", "Comment", required=True), MEDIA)),
    ActSpec("explain", "说明情况", "Explain the delay", (REASON, MEDIA), handling=True),
    ActSpec(
        "answer",
        "答复督办",
        "Answer the supervision",
        (Field("text", "text", "答复", "Answer", required=True),),
        handling=True,
    ),
    ActSpec("escalate", "上报市级", "Hand up to the city", (REASON,)),
    ActSpec("lapse", "超时登记", "Note that a limit is over", (), internal=True),
    ActSpec(
        "inspect",
        "督查",
        "Inspect",
        (
            _choice("result", zh="督查结论", en="Result", required=True, choices=("in_order", "not_in_order")),
            MEDIA,
            NOTE,
        ),
    ),
    ActSpec(
        "finding",
        "采集问题认定",
        "Finding on a collector",
        (
            _choice("finding", zh="认定种类", en="Kind of finding", choices=FINDING_KINDS),
            PERSON,
            Field("confirms", "int", "复核序号", "Confirms finding number"),
            Field("undoes", "int", "撤销序号", "Undoes finding number"),
            NOTE,
            MEDIA,
        ),
    ),
    ActSpec(
        "follow_up",
        "回访",
        "Follow up",
        (_choice("rating", zh="满意度", en="Satisfaction", required=True, choices=RATINGS), NOTE),
    ),
    ActSpec("reopen", "反映未解决", "Not solved: report again", (REASON, MEDIA)),
    ActSpec("appeal", "申诉", "Appeal", (REASON, MEDIA)),
    ActSpec(
        "review_appeal",
        "申诉审核",
        "Review the appeal",
        (Field("granted", "bool", "成立", "Granted", required=True), NOTE),
        judging=True,
    ),
    ActSpec(
        "reassign_task",
        "任务改派",
        "Give the task to another collector",
        (Field("person", "person", "采集员", "Collector", required=True), NOTE),
    ),
    ActSpec(
        "archive",
        "归档",
        "Archive",
        (
            Field("digest", "code", "档案哈希", "Hash of the dossier", required=True),
            Field("dossier", "media", "档案文件", "Dossier"),
        ),
    ),
    ActSpec("retime", "重算时限", "Compute the dues anew", (), internal=True),
)

ACTS: dict[str, ActSpec] = {spec.name: spec for spec in _ALL}

ITEM_KINDS: dict[str, tuple[str, str]] = {
    "accept": ("受理", "Accept"),
    "send_verify": ("发核实", "Send for verification"),
    "verify": ("核实", "Verify"),
    "confirm": ("公共安全确认", "Confirm the danger"),
    "file": ("立案", "File"),
    "dispatch": ("派遣", "Dispatch"),
    "sign": ("签收", "Sign"),
    "arrive": ("到场", "Arrive"),
    "make_safe": ("排险", "Make safe"),
    "handle": ("处置", "Handle"),
    "send_check": ("发核查", "Send for checking"),
    "check": ("核查", "Check"),
    "close": ("结案", "Close"),
    "approve": ("审批", "Approve"),
    "resume": ("恢复", "Resume"),
    "settle": ("协调", "Settle"),
    "review_self": ("自处置审核", "Review self-handled"),
    "review_appeal": ("申诉审核", "Review the appeal"),
    "explain": ("说明情况", "Explain"),
    "answer": ("答复督办", "Answer"),
    "reply": ("回复", "Reply"),
    "call_back": ("回访", "Call back"),
}

"""The states of a case (案卷状态) and the words that go with them: DESIGN section 4, CJJ/T 106, S0-09, S1-43."""

from enum import StrEnum


class State(StrEnum):
    UNVERIFIED = "unverified"
    REPORTED = "reported"
    VERIFYING = "verifying"
    ACCEPTED = "accepted"
    FILED = "filed"
    ASSIGNED = "assigned"
    HANDLING = "handling"
    RETURNING = "returning"
    DISPUTED = "disputed"
    HANDLED = "handled"
    CHECKING = "checking"
    CHECKED = "checked"
    SUSPENDED = "suspended"
    SELF_HANDLED = "self_handled"
    MERGED = "merged"
    CLOSED = "closed"
    REJECTED = "rejected"
    VOIDED = "voided"


STATE_NAMES: dict[State, tuple[str, str]] = {
    State.UNVERIFIED: ("待核实", "to be verified"),
    State.REPORTED: ("待受理", "to be accepted"),
    State.VERIFYING: ("核实中", "being verified"),
    State.ACCEPTED: ("待立案", "to be filed"),
    State.FILED: ("待派遣", "to be dispatched"),
    State.ASSIGNED: ("待签收", "to be signed for"),
    State.HANDLING: ("处置中", "being handled"),
    State.RETURNING: ("回退待审", "return awaits approval"),
    State.DISPUTED: ("待协调", "duty to be settled"),
    State.HANDLED: ("待核查", "to be checked"),
    State.CHECKING: ("核查中", "being checked"),
    State.CHECKED: ("待结案", "to be closed"),
    State.SUSPENDED: ("缓办/挂账", "suspended"),
    State.SELF_HANDLED: ("自处置待审", "self-handled, to be reviewed"),
    State.MERGED: ("已并案", "merged"),
    State.CLOSED: ("已结案", "closed"),
    State.REJECTED: ("不予受理/不予立案", "rejected"),
    State.VOIDED: ("作废", "voided"),
}

TERMINAL = frozenset({State.CLOSED, State.REJECTED, State.VOIDED})
OPEN = frozenset(State) - TERMINAL
# With a unit: the handling clock exists.
WITH_UNIT = frozenset({State.ASSIGNED, State.HANDLING})
# Filed at some time and still open (among cases ever filed: closed + voided + merged + open = filed).
BEFORE_FILING = frozenset({State.UNVERIFIED, State.REPORTED, State.VERIFYING, State.ACCEPTED, State.SELF_HANDLED})


class Kind(StrEnum):
    """What a case is about: 部件, 事件, 运行监测预警 (S4-36)."""

    COMPONENT = "component"
    EVENT = "event"
    WARNING = "warning"


class Mode(StrEnum):
    """How it is handled: 一般, 自行处置, 快速处置 (S4-27)."""

    REGULAR = "regular"
    SELF = "self"
    RAPID = "rapid"


class Outcome(StrEnum):
    """How it was closed: 准予结案, 不合格办结, 强制结案 (S4-30)."""

    QUALIFIED = "qualified"
    SUBSTANDARD = "substandard"
    FORCED = "forced"


class Side(StrEnum):
    """The two axes that never mix (S0-04, S3-03, S3-19); citizens and the system stand outside."""

    SUPERVISING = "supervising"
    HANDLING = "handling"
    NEUTRAL = "neutral"

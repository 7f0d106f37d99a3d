"""上报、登记、预警、自行处置上报: a timeline begins (workflow 3.1-3.3, 3.26; S1-44, S4-18)."""

from uuid import UUID

from citygrid.process.effects.checking import end
from citygrid.process.effects.confirming import ask_to_confirm
from citygrid.process.effects.registry import effect
from citygrid.process.model import Place
from citygrid.process.moments import moment
from citygrid.process.refusal import refuse
from citygrid.process.rules import ClassRule
from citygrid.process.states import Kind, Mode, State
from citygrid.process.step import Step


def locate_here(step: Step) -> Place:
    """The place of the act; a point outside the service area is refused unless it is registered for transfer."""
    said, found = step.said, step.facts.place
    if found is not None and found.areas:
        return found
    if not said.get("transfer"):
        raise refuse("outside_area", since=step.facts.outside_since or "–")
    return Place(said["lon"], said["lat"])


def _set_class(step: Step) -> None:
    said = step.said
    if "class_id" in said:
        rule = step.class_rule(said["class_id"])
        step.sets.update(class_id=rule.id, kind=rule.kind)
    elif "kind" in said:
        step.sets["kind"] = Kind(said["kind"])


def _source_taken(step: Step) -> None:
    """Who may enter a source by which act is the variant's matter; what the system brings was looked at before."""
    actor, code, act = step.act.actor, step.said["source"], step.act.name
    if actor.role == "system" or step.facts.imported or not step.variant.sources:
        return
    source = step.variant.sources.get(code)
    if source is None:
        raise refuse("unknown_source", value=code)
    if source.acts and act not in source.acts:
        raise refuse("source_act", value=code, act=act)
    if source.roles and actor.role not in source.roles:
        raise refuse("source_role", value=code)


def _begin(step: Step) -> None:
    said, act = step.said, step.act
    _source_taken(step)
    place = locate_here(step)
    _set_class(step)
    step.sets.update(
        received_at=step.moment,
        source=said["source"],
        place=place,
        report_no=step.facts.report_no,
        reporter=act.actor.person or None,
    )
    if not place.areas:
        step.sets["outside"] = True
    for name in ("text", "address", "caller"):
        if name in said:
            step.sets[name] = said[name]["id"]
    if "component" in said:
        step.sets["component"] = said["component"]
    if "outer_due" in said:
        step.sets["outer_due"] = moment(said["outer_due"])
    for name in ("split_from", "reopen_of"):
        if name in said:
            step.sets[name] = UUID(said[name])


def _own_report(step: Step) -> None:
    """Who reports what they saw has classed it; a caller is only carried over, from the case that it was split from."""
    if "class_id" not in step.said:
        raise refuse("field_missing", field="class_id")
    for name in ("caller", "phone"):
        if name in step.said and not step.facts.imported:
            raise refuse("field_unknown", field=name)


def _evidence(step: Step, rule: ClassRule | None) -> None:
    """What the class asks of a collector's report: photos, films, sounds."""
    step.sets["media"] = step.evidence(rule.before_photos if rule is not None else 0)
    if rule is not None:
        step.played(rule.before_films, rule.before_sounds)


@effect("report", "log_call", "warn")
def begin(step: Step) -> None:
    """A report waits for acceptance, or first for verification where its source is not trusted at sight."""
    if step.act.name != "log_call" and step.act.actor.role != "system":
        _own_report(step)
    _begin(step)
    step.sets["public"] = step.act.name == "log_call"
    rule = step.rules.classes.get(step.sets.get("class_id", ""))
    _evidence(step, rule if step.act.actor.role == "collector" else None)
    if step.variant.source(step.said["source"]).verify and not step.sets.get("outside"):
        step.to(State.UNVERIFIED)
        step.open("send_verify", main=True)
    else:
        step.to(State.REPORTED)
        step.open("accept", main=True)
    ask_to_confirm(step)


@effect("self_report")
def begin_self(step: Step) -> None:
    """自行处置: found and settled by the collector, with photos before and after; somebody else reviews it."""
    if "class_id" not in step.said:
        raise refuse("field_missing", field="class_id")
    rule = step.class_rule(step.said["class_id"])
    if not rule.self_handle:
        raise refuse("self_handle_class")
    _begin(step)
    if step.sets.get("outside"):
        raise refuse("outside_transfer")
    before = step.evidence(max(1, rule.before_photos))
    step.played(rule.before_films, rule.before_sounds)
    after = step.evidence(max(1, rule.after_photos), "after_media")
    step.sets.update(media=before, after_media=after, mode=Mode.SELF, handled_at=step.moment)
    step.to(State.SELF_HANDLED)
    step.open("review_self", main=True)


@effect("review_self")
def review_self(step: Step) -> None:
    """Valid: closed. Not valid: it becomes an ordinary report."""
    step.done()
    if step.said["valid"]:
        end(step, State.CLOSED, "qualified")
    else:
        step.sets.update(mode=Mode.REGULAR, handled_at=None)
        step.to(State.REPORTED)
        step.open("accept", main=True)
        ask_to_confirm(step)

"""上报、登记、预警、自行处置上报、受理: a timeline begins (S1-44, S1-45, S4-18, S4-36, S0-51)."""

from dataclasses import replace

import pytest

from citygrid.process import SYSTEM
from citygrid.process.moments import stamp
from citygrid.process.rules import Source
from citygrid.process.states import Kind, Mode, State
from tests.process.city import (
    CENTRE,
    CHEN,
    CITIZEN,
    COVER,
    DU,
    HERE,
    POSTER,
    RUBBISH,
    RULES,
    SUN,
    THERE,
    WANG,
    WARNING,
    WHY,
    ZHAO,
    Story,
    photo,
    rules_with,
    text,
)

WHERE = {"lon": HERE.lon, "lat": HERE.lat}
NOISE = replace(RULES.classes[RUBBISH], before_photos=0, before_films=1, before_sounds=2)
LOUD = replace(RULES, classes=RULES.classes | {RUBBISH: NOISE})


def test_a_collectors_report_waits_for_acceptance() -> None:
    """S1-45: collector reports arrive by the app; the call-taker judges. The clock of acceptance runs at once."""
    story = Story().reported()
    item = story.held("accept")
    assert story.case.state is State.REPORTED
    assert (item.holder.body, item.holder.role, item.main) == (CENTRE, "call_taker", True)
    assert (item.due - story.now).total_seconds() == 600
    assert (item.warn_at - story.now).total_seconds() == 480, "yellow at 80 % of the limit"
    assert story.case.reporter == ZHAO.person and story.case.report_no == "R-1"
    assert story.case.media == (photo("before"),)


def test_a_call_is_verified_first_and_needs_no_class() -> None:
    """S0-20, S1-29, S1-44: public reports take another path in than the collectors' own."""
    story = Story()
    case = story.do(CHEN, "log_call", source="hotline", text=text("a hole"), caller=text("Mr Ren"), **WHERE)
    assert case.state is State.UNVERIFIED and case.public
    assert story.kinds() == ["send_verify"]
    assert case.caller == text("Mr Ren")["id"]


def test_a_warning_of_a_sensor_is_a_case_by_the_system() -> None:
    """S4-36, S4-18."""
    case = Story().do(SYSTEM, "warn", source="iot", class_id=WARNING, **WHERE)
    assert (case.state, case.kind, case.reporter) == (State.REPORTED, Kind.WARNING, None)


def test_a_report_names_a_class_that_is_in_force() -> None:
    story = Story()
    story.refused("field_missing", ZHAO, "report", source="patrol", **WHERE)
    story.refused("unknown_class", ZHAO, "report", source="patrol", class_id="nothing", **WHERE)


def test_a_collector_brings_the_photos_that_the_class_asks_for() -> None:
    """S0-57: collected strictly by the rules."""
    story = Story()
    data = {"source": "patrol", "class_id": RUBBISH, **WHERE}
    story.refused("evidence_missing", ZHAO, "report", **data)
    story.refused("unknown_media", ZHAO, "report", media=[photo("x")], facts={"media": {}}, **data)
    sound = {"media": {photo("x"): "sound"}}
    story.refused("evidence_missing", ZHAO, "report", media=[photo("x")], facts=sound, **data)
    assert story.do(CITIZEN, "report", **data).state is State.REPORTED, "a citizen need not"


def test_a_place_outside_is_refused_or_registered_for_transfer() -> None:
    """S4-02: the area is demarcated; nothing is lost."""
    story = Story()
    away = {"source": "web", "class_id": RUBBISH, "lon": "100.0000000", "lat": "20.0000000"}
    refusal = story.refused("outside_area", CITIZEN, "report", facts={"outside_since": "2025-01-01"}, **away)
    assert "2025-01-01" in str(refusal)
    case = story.do(CITIZEN, "report", transfer=True, **away)
    assert case.outside and case.place is not None and case.place.areas == ()
    story.refused("outside_transfer", CHEN, "accept")
    story.refused("outside_transfer", CHEN, "send_verify")
    assert story.do(CHEN, "refuse", reason=WHY, transferred_to=text("the county")).state is State.REJECTED
    assert story.kinds() == ["reply"], "the reporter is told"


def test_the_districts_own_centre_takes_what_lies_in_its_district() -> None:
    """S2-18, S2-20, S2-22: the district accepts; the city's call-taker does not."""
    story = Story().reported(place=THERE)
    story.refused("not_yours", CHEN, "accept")
    assert story.do(DU, "accept").state is State.ACCEPTED


def test_acceptance_asks_about_near_cases() -> None:
    """Workflow 3.8: the duplicate check; it is settled by merging or by saying that this one is distinct."""
    story = Story().reported()
    refusal = story.refused("near_cases", CHEN, "accept", facts={"near": ("R-7", "R-8")})
    assert "R-7, R-8" in str(refusal)
    assert story.do(CHEN, "accept", distinct=True, facts={"near": ("R-7",)}).state is State.ACCEPTED


def test_acceptance_needs_a_class() -> None:
    """S0-15: what is accepted is classified; the class gives the unit."""
    story = Story(rules=rules_with(sources={"hotline": Source("hotline", reply=True, call_back=True)}))
    story.do(CHEN, "log_call", source="hotline", **WHERE)
    story.refused("class_missing", CHEN, "accept")
    assert story.do(CHEN, "accept", class_id=COVER).kind is Kind.COMPONENT


def test_what_is_refused_ends_and_the_reporter_is_told() -> None:
    story = Story(rules=rules_with(sources={"hotline": Source("hotline", reply=True, call_back=True)}))
    story.do(CHEN, "log_call", source="hotline", **WHERE)
    case = story.do(CHEN, "refuse", reason=WHY)
    assert (case.state, case.closed_at) == (State.REJECTED, story.now)
    assert story.kinds() == ["reply"]
    assert story.do(CHEN, "reply", text=text("not ours")).work == ()


def test_a_collector_settles_a_poster_and_the_shift_leader_reviews() -> None:
    """Workflow 3.26 自行处置: photos before and after, reviewed by somebody else."""
    story = Story()
    data = {"source": "patrol", "class_id": POSTER, **WHERE}
    story.refused("field_missing", ZHAO, "self_report", media=[photo("a")], **data)
    story.refused("evidence_missing", ZHAO, "self_report", media=[photo("a")], after_media=[], **data)
    pair = {"media": [photo("a")], "after_media": [photo("b")]}
    story.refused("self_handle_class", ZHAO, "self_report", **{**data, "class_id": RUBBISH}, **pair)
    away = {**data, "lon": "100.0000000", "lat": "20.0000000", "transfer": True}
    story.refused("outside_transfer", ZHAO, "self_report", **away, **pair)
    case = story.do(ZHAO, "self_report", **data, **pair)
    assert (case.state, case.mode) == (State.SELF_HANDLED, Mode.SELF)
    assert story.later(hours=1).do(WANG, "review_self", valid=True).state is State.CLOSED


def test_a_self_handled_case_that_is_not_valid_becomes_a_report() -> None:
    story = Story()
    data = {"source": "patrol", "class_id": POSTER, "media": [photo("a")], "after_media": [photo("b")], **WHERE}
    story.do(ZHAO, "self_report", **data)
    case = story.do(WANG, "review_self", valid=False)
    assert (case.state, case.mode, case.handled_at) == (State.REPORTED, Mode.REGULAR, None)
    story.refused("task_party", CHEN, "send_verify")
    assert story.case.handlers == {ZHAO.person}, "Zhao handled it and may not verify it"


def test_ids_and_states_are_guarded() -> None:
    story = Story()
    story.refused("no_such_case", CHEN, "accept")
    story.refused("unknown_act", CHEN, "dance")
    story.reported()
    story.refused("case_exists", ZHAO, "report", source="patrol", class_id=RUBBISH, **WHERE)
    story.refused("wrong_state", SUN, "feed_back")


def test_content_is_checked_by_the_field_table() -> None:
    story = Story().reported()
    story.refused("field_unknown", CHEN, "accept", colour="red")
    story.refused("field_missing", CHEN, "refuse")
    story.refused("field_wrong", CHEN, "refuse", reason="free text is not for entries")
    story.refused("field_wrong", CHEN, "refuse", reason={"id": text("a")["id"], "digest": 0.5})


@pytest.mark.parametrize(
    ("who", "name", "field", "value"),
    [
        (CHEN, "split", "parts", [{"id": text("a")["id"], "class_id": ["x"]}]),
        (CHEN, "split", "parts", []),
        (CHEN, "relocate", "lon", "121.5"),
        (CHEN, "relocate", "lon", "181.0000000"),
        (ZHAO, "report", "outer_due", "2026-03-02T09:00:00+08:00"),
        (ZHAO, "report", "outer_due", "2026-03-02T09:00:00Z"),
        (ZHAO, "report", "media", ["not an id"]),
        (ZHAO, "report", "source", "热线"),
        (ZHAO, "report", "transfer", 1),
        (SUN, "request", "limit", "0 work_day"),
        (SUN, "request", "limit", "2  work_day"),
        (SUN, "feed_back", "cost", -1),
        (SUN, "feed_back", "cost", True),
        (WANG, "merge", "into", "ABC"),
    ],
)
def test_malformed_values_are_refused(who, name, field, value) -> None:
    """Two ways to write a moment or a limit would be two hashes of one thing: only the canonical one is taken."""
    refusal = Story().answer(Story().make(who, name, {field: value}))
    assert refusal is not None and refusal.code in ("field_wrong", "no_such_case")
    story = Story() if name == "report" else Story().handling()
    story.refused("field_wrong", who, name, **{field: value})


def test_an_outer_due_is_kept() -> None:
    story = Story()
    due = stamp(story.now)
    case = story.do(CITIZEN, "report", source="web", class_id=RUBBISH, outer_due=due, **WHERE)
    assert case.outer_due == story.now


def test_a_class_may_ask_for_films_and_sounds() -> None:
    story = Story(rules=LOUD)
    film, first, second = photo("film"), photo("sound"), photo("another")
    said = {"source": "patrol", "class_id": RUBBISH, **WHERE, "media": [film, first, second]}
    kinds = {film: "video", first: "audio", second: "audio"}
    story.refused("films_missing", ZHAO, "report", **said)
    story.refused("sounds_missing", ZHAO, "report", **said, facts={"media": kinds | {second: "image"}})
    assert story.do(ZHAO, "report", **said, facts={"media": kinds}).state is State.REPORTED

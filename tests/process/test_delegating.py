"""授权: the office (Feng) delegates; who else has the last word cites what covers it (S1-20, workflow section 6)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.process import Decision, Refusal, decide
from citygrid.process.acts import REQUEST_KINDS
from citygrid.process.delegating import Delegation, means
from citygrid.process.moments import stamp
from tests.process.city import (
    BAI,
    CHEN,
    CITY_RUN,
    FENG,
    HAN,
    HERE,
    LI,
    MONDAY,
    RUBBISH,
    SUN,
    THERE,
    WANG,
    Story,
    facts_for,
    limit,
    photo,
    rules_with,
    text,
)

CITES = rules_with(cite_delegation=frozenset({"extend", "suspend", "void", "force"}), delegators=frozenset({"office"}))
GIVEN = Delegation("D-7", frozenset({"extend"}), MONDAY - timedelta(days=30), longest=limit("2 work_day"))


def asked(kind="extend", **said):
    story = Story(rules=CITES).handling()
    return story.asked(kind, **said).later(minutes=5)


def under(*delegations):
    return {"delegations": delegations}


def test_a_dispatcher_extends_under_a_delegation_and_the_entry_cites_it():
    story = asked(limit="1 work_day")
    case = story.do(LI, "approve", granted=True, facts=under(GIVEN))
    assert case.requests[0].state == "granted" and case.requests[0].delegation == "D-7"
    assert story.last().data["request"][0]["delegation"] == "D-7"


def test_without_one_it_is_refused_and_nothing_has_happened():
    story = asked(limit="1 work_day")
    story.refused("delegation_missing", LI, "approve", granted=True, facts=under())
    other = replace(GIVEN, kinds=frozenset({"void"}))
    story.refused("delegation_missing", LI, "approve", granted=True, facts=under(other))
    own = replace(GIVEN, giver=LI.person)
    story.refused("delegation_missing", LI, "approve", granted=True, facts=under(own))
    assert story.case.requests[0].state == "open"


def test_refusing_a_request_takes_no_power():
    case = asked(limit="9 work_day").do(LI, "approve", granted=False, facts=under())
    assert (case.requests[0].state, case.requests[0].delegation) == ("refused", None)


def test_the_office_holds_the_power_itself():
    """Not by its name: by the variant's `delegators`."""
    story = Story(rules=CITES).handling()
    story.asked("force", LI)
    case = story.do(FENG, "approve", granted=True, facts=under())
    assert case.requests[0].state == "granted" and case.requests[0].delegation is None
    nobody = Story(rules=rules_with(cite_delegation=frozenset({"force"}))).handling()
    nobody.asked("force", LI)
    nobody.refused("delegation_missing", FENG, "approve", granted=True, facts=under())


def test_an_opinion_on_the_way_cites_nothing_the_last_word_does():
    """挂账: the dispatcher's opinion first, the office decides (S0-47)."""
    story = asked("suspend", mode="hang", limit="30 natural_day")
    case = story.do(LI, "approve", granted=True, facts=under())
    assert case.requests[0].step == 1
    case = story.do(FENG, "approve", granted=True, facts=under())
    assert case.requests[0].delegation is None and case.suspend_mode == "hang"


def test_a_delegation_ends_and_begins_by_itself():
    story = asked(limit="1 work_day")
    over = replace(GIVEN, until=story.now)
    refusal = story.refused("delegation_over", LI, "approve", granted=True, facts=under(over))
    assert refusal.params["ended"] == story.now
    coming = replace(GIVEN, since=story.now + timedelta(minutes=1))
    refusal = story.refused("delegation_coming", LI, "approve", granted=True, facts=under(coming))
    assert refusal.params["begins"] == coming.since
    last_moment = replace(GIVEN, until=story.now + timedelta(microseconds=1))
    assert story.do(LI, "approve", granted=True, facts=under(last_moment)).requests[0].delegation == "D-7"


def test_nobody_dates_an_approval_back_to_before_a_withdrawal():
    story = asked(limit="1 work_day").later(minutes=30)
    claimed = story.now - timedelta(minutes=20)
    withdrawn = replace(GIVEN, until=story.now - timedelta(minutes=5))
    story.refused("delegation_over", LI, "approve", granted=True, claimed=claimed, facts=under(withdrawn))
    fresh = replace(GIVEN, since=story.now - timedelta(minutes=5))
    story.refused("delegation_coming", LI, "approve", granted=True, claimed=claimed, facts=under(fresh))


def test_what_was_approved_stays_when_it_is_withdrawn_later():
    story = asked(limit="1 work_day")
    story.do(LI, "approve", granted=True, facts=under(GIVEN))
    due = story.held("handle").due
    case = story.later(hours=1).do(SUN, "feed_back", media=[photo("a")], facts=under())
    assert case.requests[0].delegation == "D-7" and (case.extensions, case.due) == (1, due)


def test_only_for_its_classes():
    story = asked(limit="1 work_day")
    for classes in (("cover",), ("cov*", "stall")):
        narrow = replace(GIVEN, classes=classes)
        story.refused("delegation_class", LI, "approve", granted=True, facts=under(narrow))
    assert means("rub*", RUBBISH) and means(RUBBISH, RUBBISH) and not means("rub", RUBBISH)
    fits = replace(GIVEN, classes=("cover", "rub*"))
    assert story.do(LI, "approve", granted=True, facts=under(fits)).requests[0].delegation == "D-7"


def test_a_case_without_a_class_is_only_for_who_may_any():
    story = Story(rules=CITES)
    story.do(CHEN, "log_call", source="hotline", text=text("somewhere here"), lon=HERE.lon, lat=HERE.lat)
    assert story.case.class_id is None
    story.asked("void", CHEN)
    void = replace(GIVEN, kinds=frozenset({"void"}), classes=("*",))
    story.refused("delegation_class", WANG, "approve", granted=True, facts=under(void))
    any_class = replace(void, classes=())
    assert story.do(WANG, "approve", granted=True, facts=under(any_class)).requests[0].delegation == "D-7"


def test_only_in_its_areas():
    story = asked(limit="1 work_day")
    elsewhere = replace(GIVEN, areas=frozenset({THERE.district}))
    story.refused("delegation_area", LI, "approve", granted=True, facts=under(elsewhere))
    here = replace(GIVEN, areas=frozenset({THERE.district, HERE.street}))
    assert story.do(LI, "approve", granted=True, facts=under(here)).requests[0].delegation == "D-7"


def test_only_up_to_its_length_measured_from_the_present_due():
    """What counts is what is granted, not what was asked."""
    story = asked(limit="3 work_day")
    refusal = story.refused("delegation_long", LI, "approve", granted=True, facts=under(GIVEN))
    assert "2 work_day" in str(refusal)
    due = story.held("handle").due
    far = stamp(story.rules.calendars["office"].due(due, limit("2 work_day")).at + timedelta(seconds=1))
    story.refused("delegation_long", LI, "approve", granted=True, until=far, facts=under(GIVEN))
    case = story.do(LI, "approve", granted=True, limit="2 work_day", facts=under(GIVEN))
    assert case.requests[0].delegation == "D-7"


def test_the_length_that_nobody_named_is_the_original_limit():
    story = asked()
    short = replace(GIVEN, longest=limit("3 work_hour"))
    story.refused("delegation_long", LI, "approve", granted=True, facts=under(short))
    enough = replace(GIVEN, longest=limit("4 work_hour"))
    assert story.do(LI, "approve", granted=True, facts=under(enough)).requests[0].state == "granted"


def test_the_longest_of_several_is_told():
    story = asked(limit="9 work_day")
    short = replace(GIVEN, code="D-8", longest=limit("1 work_hour"))
    refusal = story.refused("delegation_long", LI, "approve", granted=True, facts=under(short, GIVEN))
    assert refusal.params["longest"] == "2 work_day"


def test_a_suspension_without_an_end_needs_a_delegation_without_a_bound():
    rules = rules_with(
        cite_delegation=frozenset({"suspend"}),
        approvals={**CITY_RUN.approvals, "suspend": replace(CITY_RUN.approvals["extend"], most=None)},
    )
    story = Story(rules=rules).handling()
    story.asked("suspend", mode="hang").later(minutes=5)
    month = replace(GIVEN, kinds=frozenset({"suspend"}), longest=limit("30 natural_day"))
    story.refused("delegation_long", LI, "approve", granted=True, facts=under(month))
    until = stamp(story.now + timedelta(days=30))
    case = story.do(LI, "approve", granted=True, until=until, facts=under(month))
    assert case.requests[0].delegation == "D-7"


def test_a_unit_that_lets_its_own_go_needs_none():
    """区级: the unit's opinion first (workflow section 6, Yuncheng), then the district's dispatcher with the power."""
    district = replace(CITES, variants={**CITES.variants, THERE.district: replace(
        CITES.variants[THERE.district], cite_delegation=frozenset({"extend"}))})  # fmt: skip
    story = Story(rules=district).handling(place=THERE)
    story.asked("extend", BAI, limit="1 work_day").do(SUN, "approve", granted=True, facts=under())
    story.refused("delegation_missing", HAN, "approve", granted=True, facts=under())
    assert story.do(HAN, "approve", granted=True, facts=under(GIVEN)).requests[0].delegation == "D-7"


def test_a_kind_that_needs_none_cites_one_when_there_is_one():
    rules = rules_with(cite_delegation=frozenset())
    for given_ones, cited in (((), None), ((GIVEN,), "D-7"), ((replace(GIVEN, longest=limit("1 work_hour")),), None)):
        story = Story(rules=rules).handling()
        case = story.asked("extend", limit="1 work_day").do(LI, "approve", granted=True, facts=under(*given_ones))
        assert case.requests[0].delegation == cited


def test_of_several_the_narrowest_then_the_oldest_then_the_first_code():
    wide = Delegation("D-1", frozenset({"extend"}), MONDAY - timedelta(days=900))
    to_post = replace(wide, code="D-2", by_post=True)
    newer = replace(GIVEN, code="D-3", since=GIVEN.since + timedelta(days=1))
    twin = replace(GIVEN, code="D-6")
    for some, cited in (
        ((wide, to_post), "D-2"),
        ((wide, newer), "D-3"),
        ((newer, GIVEN, wide), "D-7"),
        ((GIVEN, twin), "D-6"),
    ):
        for order in (some, tuple(reversed(some))):
            case = asked(limit="1 work_day").do(LI, "approve", granted=True, facts=under(*order))
            assert case.requests[0].delegation == cited


# An oracle that knows nothing of `delegating`: a power covers an approval when nothing speaks against it.

HOURS = st.integers(1, 60)


def _limit(hours):
    return limit(f"{hours // 24} natural_day") if hours % 24 == 0 else limit(f"{hours} urgent_hour")


delegations = st.lists(
    st.builds(
        lambda code, kinds, begins, lasts, hours, classes, areas, giver: (
            Delegation(
                f"D-{code}", kinds, MONDAY + timedelta(hours=begins),
                None if lasts is None else MONDAY + timedelta(hours=begins + lasts), None if hours is None else
                _limit(hours), classes, areas, giver,
            ),
            (kinds, begins, lasts, hours, classes, areas, giver),
        ),
        st.integers(1, 9), st.frozensets(st.sampled_from(REQUEST_KINDS), max_size=5), st.integers(-5, 5),
        st.none() | st.integers(0, 8), st.none() | HOURS,
        st.sampled_from([(), (), ("cover",), (RUBBISH,), ("r*",), ("c*", "r*"), ("*",)]),
        st.none() | st.frozensets(st.sampled_from([HERE.grid, HERE.street, HERE.district, 99, 98]), max_size=3),
        st.none() | st.sampled_from([LI.person, FENG.person]),
    ),
    max_size=4,
)  # fmt: skip
BASE = Story(rules=CITES).handling()
BASE.asked("extend", limit="1 urgent_hour")


@given(given_ones=delegations, hours=HOURS, now=st.integers(1, 6))
def test_granted_if_and_only_if_some_delegation_covers_it(given_ones, hours, now):
    at = MONDAY + timedelta(hours=now)
    act = replace(BASE.make(LI, "approve", {"granted": True, "limit": str(_limit(hours))}), at=at)
    facts = facts_for(BASE.case, act, BASE.cases, **under(*(one for one, _ in given_ones)))

    def speaks_against(words):
        kinds, begins, lasts, longest, classes, areas, giver = words
        yield "extend" not in kinds
        yield begins > now
        yield lasts is not None and begins + lasts <= now
        yield longest is not None and hours > longest
        yield bool(classes) and not any(c.rstrip("*") == RUBBISH[: len(c.rstrip("*"))] for c in classes)
        yield areas is not None and not areas & {HERE.grid, HERE.street, HERE.district}
        yield giver == LI.person

    covering = {one.code for one, words in given_ones if not any(speaks_against(words))}
    answer = decide(BASE.case, act, CITES, facts)
    if covering:
        assert isinstance(answer, Decision) and answer.entry.data["request"][0]["delegation"] in covering
    else:
        assert isinstance(answer, Refusal) and answer.code.startswith("delegation_")


@pytest.mark.parametrize("kind", ["extend", "suspend", "void", "force"])
def test_a_history_is_believed(kind):
    story = Story(rules=CITES).handling()
    who = {"void": CHEN, "force": LI}.get(kind, SUN)
    said = {"mode": "hang"} if kind == "suspend" else {}
    story.asked(kind, who, **said)
    while story.case.requests[0].state == "open":
        role = {i.holder.role for i in story.case.work if i.kind == "approve"}.pop()
        actor = {"dispatcher": LI, "shift_leader": WANG, "office": FENG}[role]
        case = story.later(minutes=1).do(actor, "approve", granted=True, facts={**under(), "imported": True})
    assert (case.requests[0].state, case.requests[0].delegation) == ("granted", None)

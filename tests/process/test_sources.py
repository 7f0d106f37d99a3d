"""问题来源 as data: who enters a source by which act, who files it, who is told (S1-44, S2-25, S4-18)."""

from dataclasses import replace

from citygrid.process import SYSTEM, offers
from citygrid.process.offers import sources
from citygrid.process.states import State
from tests.process.city import (
    CHEN,
    CITY_RUN,
    HERE,
    RUBBISH,
    SUN,
    WANG,
    ZHAO,
    Story,
    photo,
)

FOUND = {"class_id": RUBBISH, "lon": HERE.lon, "lat": HERE.lat, "media": [photo("a")]}


def test_a_unit_enters_what_it_found_itself_and_a_collector_may_not() -> None:
    """S2-25: 部门自查, counted apart."""
    story = Story()
    case = story.do(SUN, "report", source="self_check", **FOUND)
    assert (case.state, case.source, case.reporter) == (State.REPORTED, "self_check", SUN.person)
    assert SUN.person not in case.handlers, "having reported it is no party"
    assert CITY_RUN.source(case.source).counted == "self_check"
    stranger = Story()
    refusal = stranger.refused("source_role", ZHAO, "report", source="self_check", **FOUND)
    assert "self_check" in str(refusal)
    assert [one.code for one in sources("report", "unit_desk", CITY_RUN)][-1] == "X-1", "in the city's order"


def test_a_source_has_its_act_and_must_be_declared() -> None:
    Story().refused("source_act", CHEN, "log_call", source="patrol", lon=HERE.lon, lat=HERE.lat)
    Story().refused("unknown_source", ZHAO, "report", source="rumour", **FOUND)
    took = Story().do(SYSTEM, "warn", source="sensor-7", lon=HERE.lon, lat=HERE.lat)
    assert took.source == "sensor-7", "what the system brings was looked at before"
    imported = Story().do(ZHAO, "report", source="rumour", **FOUND, facts={"imported": True})
    assert imported.source == "rumour", "a history is believed"


def test_a_source_may_say_who_files_its_cases() -> None:
    story = Story().reported(source="X-1")
    story.do(CHEN, "accept")
    assert CITY_RUN.sources["X-1"].file == {"shift_leader"}
    refusal = story.refused("source_file", CHEN, "file_case", condition="1")
    assert "shift_leader" in str(refusal)
    assert "file_case" not in {o.spec.name for o in offers(story.case, CHEN, story.rules, story.now)}
    assert "file_case" in {o.spec.name for o in offers(story.case, WANG, story.rules, story.now)}
    assert story.do(WANG, "file_case", condition="1").state is State.FILED


def test_a_variant_without_sources_takes_any() -> None:
    open_city = replace(CITY_RUN, sources={})
    assert open_city.source("anything").verify is False
    assert sources("report", "collector", open_city) == []

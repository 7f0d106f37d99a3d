"""Why may somebody see a case: the page tells every condition, to whom it may be told (S0-04, S0-06, S3-19)."""

import uuid

from django.test import Client

from citygrid.cases import acting, nearby, reading
from citygrid.cases.database import plain
from citygrid.cases.submission import Submission
from citygrid.organization.models import Person, Post
from citygrid.organization.visibility import Scope
from citygrid.process import Refusal
from citygrid.trust.models import AuditRecord
from tests.cases.pages import Sign, sign
from tests.cases.world import World

__all__ = ["sign"]


def why(client: Client, case: uuid.UUID, login: str = "") -> str:
    answer = client.get(f"/cases/{case}/why/", {"login": login} if login else {})
    assert answer.status_code == 200, answer.status_code
    return answer.text


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def test_the_reporter_sees_it_as_own_work_since_the_report(world: World, sign: Sign) -> None:
    case = world.report()
    text = why(english(sign("collector3")), case)
    assert 'data-visible="yes"' in text and "Own work" in text
    assert "The person did something on the case" in text and "1 Mar 2026" in text
    assert "Areas" not in text, "a collector's role sees own work only: no other condition is named"


def test_a_unit_sees_it_by_its_body_since_the_dispatch(world: World, sign: Sign) -> None:
    case = world.handling()
    text = why(english(sign("west_sanitation_desk", "west_sanitation_desk")), case)
    assert "West Sanitation" in text and "The own body" in text
    assert "Dispatch" in text, "the act by which the body came in"


def test_a_call_taker_sees_it_by_the_area(world: World, sign: Sign) -> None:
    case = world.report()
    text = why(english(sign("calltaker1")), case)
    assert "The case lies in: 990100" in text
    assert "The person never did anything on the case" in text, "what is not met is said as well"


def test_the_case_page_leads_to_it(world: World, sign: Sign) -> None:
    case = world.report()
    assert f'href="/cases/{case}/why/"' in sign("calltaker1").get(f"/cases/{case}/").text


def test_to_a_stranger_there_is_no_such_case(world: World, sign: Sign) -> None:
    case = world.report()
    unit = sign("west_roads_desk", "west_roads_desk")
    assert unit.get(f"/cases/{case}/why/").status_code == 404
    assert unit.get(f"/cases/{uuid.uuid4()}/why/").status_code == 404
    assert Client().get(f"/cases/{case}/why/").status_code == 302


def test_a_colleague_may_not_ask_about_somebody_else(world: World, sign: Sign) -> None:
    case = world.report()
    colleague = sign("calltaker1")
    assert colleague.get(f"/cases/{case}/why/", {"login": "collector3"}).status_code == 403
    assert colleague.get("/cases/why/").status_code == 403
    assert not AuditRecord.objects.filter(act="explain_scope").exists()


def test_the_auditor_asks_about_somebody_and_that_is_on_record(world: World, sign: Sign) -> None:
    """S0-06. The answer tells what is missing; nothing of the case but its number."""
    case = world.report()
    auditor = english(sign("auditor1"))
    number = world.do("calltaker1", case, "accept", distinct=True).report_no
    asked = auditor.get("/cases/why/", {"number": number, "login": "west_roads_desk"})
    assert asked.status_code == 302
    text = auditor.get(asked.url).text
    assert 'data-visible="no"' in text and 'data-visible="yes"' not in text
    assert "These never had anything to do with the case: West Roads" in text
    assert number in text and "路边有一堆垃圾" not in text and f'href="/cases/{case}/"' not in text
    line = AuditRecord.objects.get(act="explain_scope")
    assert (line.outcome, line.subject_kind, line.subject_id) == ("seen", "case", str(case))
    assert line.params == {"about": Person.objects.get(login="west_roads_desk").pk}
    assert line.person == world.person("auditor1")


def test_every_post_of_the_person_is_explained(world: World, sign: Sign) -> None:
    case = world.handling()
    text = why(english(sign("security1")), case, "west_sanitation_desk")
    assert text.count("data-seat=") == 2, "the desk and the person in charge"


def test_a_closed_post_and_a_closed_account_are_named(world: World, sign: Sign) -> None:
    case = world.report()
    auditor = english(sign("auditor1"))
    Post.objects.filter(code="calltaker").update(active=False)
    assert "The post is closed." in why(auditor, case, "calltaker1")
    Person.objects.filter(login="shiftleader1").update(is_active=False)
    assert "The account is closed." in why(auditor, case, "shiftleader1")


def test_whoever_holds_no_post_sees_nothing(world: World, sign: Sign) -> None:
    case = world.report()
    Person.objects.create_user("newcomer", name="新人")
    assert "The person holds no post." in why(english(sign("auditor1")), case, "newcomer")


def test_a_number_or_a_login_that_is_not_there_is_told_and_kept(world: World, sign: Sign) -> None:
    world.report()
    answer = english(sign("auditor1")).get("/cases/why/", {"number": "0", "login": "no-one"})
    assert answer.status_code == 422
    assert "There is no case with this number." in answer.text and "There is no such login." in answer.text
    assert 'value="no-one"' in answer.text


def test_a_refusal_does_not_name_a_near_case_out_of_sight(world: World) -> None:
    """Whoever accepts is told of likely duplicates, but of no number that they may not see."""
    first, second = world.report(), world.report(login="collector4")
    with plain() as connection:
        found = reading.case_for(world.who("calltaker1").scope, second)
        assert found is not None

        def told(login: str) -> list[uuid.UUID]:
            scope = world.who(login).scope
            return [one.id for one in nearby.near_case(connection, found, found.class_id, world.now, scope)]

        assert told("calltaker1") == [first]
        assert told("collector4") == [], "the other report is not theirs to see"
        assert [one.id for one in nearby.near_case(connection, found, found.class_id, world.now)] == [first]
    answer = world.send("calltaker1", second, "accept")
    assert isinstance(answer, Refusal) and answer.code == "near_cases"
    sees_one = Scope(False, frozenset(), frozenset(), world.person("collector4"), 0)
    submission = Submission(second, uuid.uuid4(), "accept", {})
    done = acting.submit(submission, world.actor("calltaker1"), sees_one, world.now)
    assert not isinstance(done, Refusal), "what is out of sight stops nobody, and nothing is told of it"

"""Findings on collectors: proposed, confirmed by a second person, told, appealed, decided by a third (S0-58)."""

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from citygrid.cases import reading
from citygrid.cases.database import cursor, plain
from citygrid.collection.evidence import findings
from citygrid.collection.models import Anomaly, Evidence, Finding, FindingStep, Patrol
from citygrid.evaluation import facts
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import shipped
from citygrid.evaluation.periods import period
from citygrid.evaluation.tables import evaluate
from citygrid.media.storing import store
from citygrid.messages import relay
from citygrid.messages.models import Notice
from citygrid.process import Refusal
from citygrid.trust.models import AuditRecord
from tests.cases.world import picture

LATER = timedelta(days=3650)
FIRST, SECOND, THIRD, OWNER = "inspector1", "evaluator1", "office1", "collector3"
SAID = {"words": "现场没有垃圾，照片为旧照"}


def page(row, step=""):
    address = reverse("collection:finding", args=[row.pk])
    return f"{address}{step}/" if step else address


def propose(sign, world, case, kind="made_up", login=FIRST, **more):
    client = sign(login)
    address = f"{reverse('collection:new_finding')}?case={case}"
    body = {"act_id": str(uuid.uuid4()), "kind": kind, "person": world.person(OWNER), **SAID, **more}
    return client.post(address, body)


@pytest.fixture
def proposed(world, sign):
    case = world.report()
    assert propose(sign, world, case).status_code == 302
    return Finding.objects.get(case_id=case)


@pytest.fixture
def confirmed(proposed, world, sign):
    assert sign(SECOND).post(page(proposed, "confirm")).status_code == 302
    proposed.refresh_from_db()
    return proposed


@pytest.fixture
def appealed(confirmed, sign):
    assert sign(OWNER).post(page(confirmed, "appeal"), {"words": "照片是当天拍的"}).status_code == 302
    confirmed.refresh_from_db()
    return confirmed


def test_a_proposal_stands_in_the_case_and_here_and_counts_nowhere(world, proposed):
    assert (proposed.state, proposed.kind, proposed.no) == ("proposed", "made_up", 1)
    assert (proposed.person_id, proposed.body_id) == (world.person(OWNER), world.who(OWNER).body.pk)
    assert findings.counted(world.now - timedelta(days=9), world.now + timedelta(days=9)) == {}
    relay.drain(datetime.now(UTC) + LATER)
    assert Finding.objects.count() == 1 and FindingStep.objects.count() == 1, "the relay tells nothing new"
    assert not Notice.objects.filter(code="finding_confirmed").exists()


def test_only_a_second_person_confirms(world, sign, proposed):
    own = sign(FIRST).post(page(proposed, "confirm"))
    assert own.status_code == 422
    proposed.refresh_from_db()
    assert proposed.state == "proposed"
    assert sign(OWNER).post(page(proposed, "confirm")).status_code == 404, "for the collector it is nothing yet"
    assert sign("teamlead1").post(page(proposed, "confirm")).status_code == 403
    assert sign(SECOND).post(page(proposed, "confirm")).status_code == 302
    proposed.refresh_from_db()
    assert proposed.state == "confirmed" and proposed.confirmed_by == world.person(SECOND)
    assert sign(SECOND).post(page(proposed, "confirm")).status_code == 422, "once"
    told = findings.counted(world.now - timedelta(days=1), world.now + timedelta(days=1))
    assert told == {(world.person(OWNER), "made_up"): 1}


def test_who_reported_the_case_is_a_party(world, proposed):
    proposed.person_id = world.person("collector4")
    proposed.save()
    with pytest.raises(findings.RefusedError, match="finding_party"):
        findings.confirm(world.who(OWNER), proposed, world.now)


def test_the_collector_is_told_reads_it_and_appeals_in_time(world, sign, confirmed):
    notice = Notice.objects.get(code="finding_confirmed")
    assert notice.person == world.person(OWNER) and notice.params["finding"] == str(confirmed.pk)
    mine = sign(OWNER)
    assert str(confirmed.pk) in mine.get(reverse("collection:my_findings")).text
    seen = mine.get(page(confirmed)).text
    assert SAID["words"] in seen and "施沐" not in seen, "what was said, not which inspector said it"
    assert sign("collector4").get(page(confirmed)).status_code == 404
    assert str(confirmed.pk) not in sign("collector4").get(reverse("collection:my_findings")).text
    assert mine.post(page(confirmed, "appeal"), {"words": ""}).status_code == 422
    stranger = store(picture(77), "a.jpg", world.person("collector4"), world.now)
    assert mine.post(page(confirmed, "appeal"), {"words": "不是", "media": [str(stranger.pk)]}).status_code == 422
    own = store(picture(78), "a.jpg", world.person(OWNER), world.now)
    assert mine.post(page(confirmed, "appeal"), {"words": "不是", "media": [str(own.pk)]}).status_code == 302
    confirmed.refresh_from_db()
    assert confirmed.state == "appealed"
    assert Notice.objects.filter(code="finding_appealed").exists()
    assert sign(THIRD).get(f"/media/{own.pk}/small").status_code == 200, "who decides sees the photo"
    assert sign("collector4").get(f"/media/{own.pk}/small").status_code == 404


def test_after_the_days_an_appeal_is_too_late(world, sign, confirmed):
    world.now = confirmed.appeal_until - timedelta(seconds=1)
    assert "appeal/" in sign(OWNER).get(page(confirmed)).text
    world.now = confirmed.appeal_until
    late = sign(OWNER).post(page(confirmed, "appeal"), {"words": "不是"})
    assert late.status_code == 422
    confirmed.refresh_from_db()
    assert confirmed.state == "confirmed"


def test_nobody_appeals_for_another(world, sign, confirmed):
    assert sign("teamlead1").post(page(confirmed, "appeal"), {"words": "不是"}).status_code == 422
    assert sign("collector4").post(page(confirmed, "appeal"), {"words": "不是"}).status_code == 404


def test_a_third_person_decides_and_what_is_undone_leaves_its_trace(world, sign, appealed):
    for login in (FIRST, SECOND, OWNER, "teamlead1"):
        assert sign(login).post(page(appealed, "undo"), {"words": "成立"}).status_code == 403
    assert sign(THIRD).post(page(appealed, "undo"), {"words": ""}).status_code == 422
    assert sign(THIRD).post(page(appealed, "undo"), {"words": "照片时间属实"}).status_code == 302
    appealed.refresh_from_db()
    assert appealed.state == "undone"
    assert findings.counted(world.now - timedelta(days=9), world.now + timedelta(days=9)) == {}
    codes = list(appealed.steps.order_by("pk").values_list("code", flat=True))
    assert codes == ["proposed", "confirmed", "appealed", "undone"]
    assert "照片时间属实" in sign(OWNER).get(page(appealed)).text
    assert Notice.objects.get(code="finding_decided").person == world.person(OWNER)
    acts = set(AuditRecord.objects.filter(subject_id=str(appealed.pk)).values_list("act", flat=True))
    assert acts >= {"finding_appealed", "finding_undone"}


def test_who_proposed_or_confirmed_does_not_decide_whatever_their_right(world, appealed):
    for login in (FIRST, SECOND):
        with pytest.raises(findings.RefusedError, match="finding_third"):
            findings.decide(world.who(login), appealed, True, findings.Said("成立"), world.now)
    with pytest.raises(findings.RefusedError, match="finding_party"):
        findings.decide(world.who(OWNER), appealed, True, findings.Said("成立"), world.now)


def test_an_upheld_one_goes_on_counting(world, sign, appealed):
    assert sign(THIRD).post(page(appealed, "uphold"), {"words": "维持原认定"}).status_code == 302
    assert findings.counted(world.now - timedelta(days=9), world.now + timedelta(days=9)) == {
        (world.person(OWNER), "made_up"): 1
    }
    counted = sign(FIRST).get(reverse("collection:findings"), {"by": "person"}).text
    assert "2026-03" in counted and "姜蓝" in counted


def test_who_proposed_may_take_it_back_with_a_reason(world, sign, proposed):
    assert sign(FIRST).post(page(proposed, "dismiss"), {"words": ""}).status_code == 422
    assert sign(FIRST).post(page(proposed, "dismiss"), {"words": "看错了"}).status_code == 302
    proposed.refresh_from_db()
    assert proposed.state == "dismissed"
    assert sign(SECOND).post(page(proposed, "confirm")).status_code == 422
    assert sign(OWNER).get(page(proposed)).status_code == 404
    assert str(proposed.pk) not in sign(OWNER).get(reverse("collection:my_findings")).text


def test_sent_twice_it_is_one_finding(world, sign):
    case, act_id = world.report(), str(uuid.uuid4())
    first = propose(sign, world, case, act_id=act_id)
    again = propose(sign, world, case, act_id=act_id)
    assert (first.status_code, again.status_code) == (302, 302) and first.url == again.url
    assert Finding.objects.count() == 1


def test_one_made_on_the_case_page_is_known_here(world):
    case = world.report()
    world.do(FIRST, case, "finding", finding="false", person=world.person(OWNER), note="现场没有")
    world.do(SECOND, case, "finding", confirms=1)
    assert not Finding.objects.exists()
    relay.drain(datetime.now(UTC) + LATER)
    row = Finding.objects.get(case_id=case)
    assert (row.state, row.kind, row.confirmed_by) == ("confirmed", "false", world.person(SECOND))
    assert Notice.objects.filter(code="finding_confirmed").count() == 1
    relay.drain(datetime.now(UTC) + LATER)
    assert findings.catch_up(world.now - timedelta(days=9)) == 0


def test_imported_ones_are_caught_up_and_nobody_is_told(world):
    case = world.report()
    world.do(FIRST, case, "finding", finding="missed", person=world.person(OWNER))
    world.do(SECOND, case, "finding", confirms=1)
    assert findings.catch_up(world.now - timedelta(days=9)) == 2
    assert Finding.objects.get().state == "confirmed" and not Notice.objects.exists()
    assert findings.catch_up(world.now - timedelta(days=9)) == 0


def test_the_process_refuses_and_nothing_stays(world):
    """A role that the variant does not name proposes nothing, here either."""
    answer = findings.propose_on_case(
        world.who("calltaker1"), world.report(), "false", world.person(OWNER), findings.Said("无"), world.now
    )
    assert isinstance(answer, Refusal) and not Finding.objects.exists()


def test_from_an_anomaly(world, sign):
    case = world.report()
    evidence = Evidence.objects.create(
        media=uuid.uuid4(), case_id=case, seq=1, act="report", stage="before", person=world.person(OWNER),
        received_at=world.now,
    )  # fmt: skip
    row = Anomaly.objects.create(
        evidence=evidence, kind="mock", severity=3, case_id=case, person=world.person(OWNER), at=world.now
    )
    client = sign(FIRST)
    address = f"{reverse('collection:new_finding')}?case={case}&anomaly={row.pk}"
    form = client.get(address).text
    assert f'value="{world.person(OWNER)}" selected' in form
    body = {"act_id": str(uuid.uuid4()), "kind": "made_up", "person": world.person(OWNER), **SAID}
    assert client.post(address, body).status_code == 302
    row.refresh_from_db()
    assert row.state == "found" and row.finding == Finding.objects.get()
    assert client.post(address, body | {"words": ""}).status_code == 422


def test_about_a_patrol(world, sign):
    who = world.who(OWNER)
    patrol = Patrol.objects.create(
        id=uuid.uuid4(), person=who.person, post=who.post, body=who.body, day=world.now.date(), device=uuid.uuid4(),
        in_at=world.now, in_received_at=world.now, bodies=[who.body.pk], persons=[who.person.pk],
        areas=list(world.who(FIRST).scope.roots)[:1],
    )  # fmt: skip
    address = f"{reverse('collection:new_finding')}?patrol={patrol.pk}"
    body = {"act_id": str(uuid.uuid4()), "kind": "hidden", "person": who.person.pk, "words": "轨迹停在一处四小时"}
    assert sign(FIRST).post(address, body).status_code == 302
    row = Finding.objects.get()
    assert row.patrol == patrol and row.case_id is None
    assert sign(FIRST).post(address, body).status_code == 302 and Finding.objects.count() == 1
    findings.confirm(world.who(SECOND), row, world.now)
    assert findings.counted(world.now, world.now + timedelta(1)) == {(who.person.pk, "hidden"): 1}
    assert sign(OWNER).get(page(row)).status_code == 200
    with pytest.raises(findings.RefusedError, match="finding_party"):
        findings.propose_on_patrol(who, patrol, "false", findings.Said("x"), world.now)


def test_lists_show_what_the_scope_holds(world, sign, confirmed):
    address = reverse("collection:findings")
    assert str(confirmed.pk) in sign(FIRST).get(address).text
    assert str(confirmed.pk) in sign("teamlead1").get(address).text, "their own people"
    assert str(confirmed.pk) not in sign("east_shiftleader").get(address).text
    assert sign("east_shiftleader").get(page(confirmed)).status_code == 404
    assert sign("collector4").get(address).status_code == 403
    assert sign("calltaker1").get(address).status_code == 403
    assert sign("teamlead1").get(reverse("collection:missed_proposals")).status_code == 403
    assert sign("teamlead1").post(page(confirmed, "dismiss"), SAID).status_code == 403


def test_the_phone_has_its_own(world, phone, confirmed):
    mine = phone(OWNER).pack()["sections"]["findings"]["data"]
    assert [one["id"] for one in mine] == [str(confirmed.pk)] and mine[0]["state"] == "confirmed"
    assert phone("collector4").pack()["sections"]["findings"]["data"] == []


def missed_reports(city_now):
    """漏报数 as the evaluation counts it, from facts brought over and from facts made anew."""
    day = timedelta(days=1)
    span = period(city_now.date() - day, city_now.date() + day, ZoneInfo("Asia/Shanghai"), city_now + day)
    found = []
    for bring in (facts.refresh, facts.rebuild):
        with plain() as connection:
            bring(connection)
            table = evaluate(connection, shipped(), Question(span, "post", "district"), ["missed_reports"])
        found.append([row.values["missed_reports"] for row in table.rows if row.values["missed_reports"]])
    return found


def test_an_undone_finding_leaves_the_figures_and_stays_a_fact(world, sign):
    """S0-58: brought over by and by and made anew, the evaluation counts what stands."""
    case = world.report()
    assert propose(sign, world, case, kind="missed").status_code == 302
    row = Finding.objects.get(case_id=case)
    assert missed_reports(world.now) == [[], []], "a proposal counts nowhere"
    assert sign(SECOND).post(page(row, "confirm")).status_code == 302
    assert missed_reports(world.now) == [[1], [1]]
    assert sign(OWNER).post(page(row, "appeal"), {"words": "不在我的责任网格"}).status_code == 302
    assert missed_reports(world.now) == [[1], [1]], "an appeal alone changes nothing"
    assert sign(THIRD).post(page(row, "undo"), {"words": "属实，不在其责任网格"}).status_code == 302
    assert missed_reports(world.now) == [[], []]
    with plain() as connection:
        states = cursor(connection).execute(
            "select finding_state from evaluation_act where case_id = %s and act = 'finding' order by no", [case]
        )
        assert [one for (one,) in states.fetchall()] == [None, "void", "undone"]
    assert reading.case_for(world.who(THIRD).scope, case).findings[0].state == "undone"


def test_one_undone_on_the_case_page_is_known_here(world, confirmed):
    world.do(THIRD, confirmed.case_id, "finding", undoes=1, note="认定有误")
    relay.drain(datetime.now(UTC) + LATER)
    confirmed.refresh_from_db()
    assert confirmed.state == "undone"
    assert Notice.objects.filter(code="finding_decided", person=world.person(OWNER)).count() == 1
    relay.drain(datetime.now(UTC) + LATER)
    assert FindingStep.objects.filter(finding=confirmed, code="undone").count() == 1


def test_a_lead_confirms_nothing_on_their_own_collector(world, sign, proposed):
    """S0-58: the plain act refuses with a sentence, not only the page; a contractor's lead is no second person."""
    refusal = world.send("teamlead1", proposed.case_id, "finding", confirms=1)
    assert (refusal.code, str(refusal)) == (
        "finding_of_own", "The collector works in your unit: somebody of another unit must confirm this finding.",
    )  # fmt: skip
    with pytest.raises(findings.RefusedError, match="finding_of_own"):
        findings.dismiss(world.who("teamlead1"), proposed, findings.Said("不成立"), world.now)
    proposed.refresh_from_db()
    assert proposed.state == "proposed"

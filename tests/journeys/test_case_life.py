"""The main job in a browser: a report lives its whole life by six accounts; with rework; with a return (issue 2)."""

from functools import cached_property
from itertools import count

import pytest
from playwright.sync_api import Browser, expect

from citygrid.process.states import State
from tests.journeys.desk import Desk
from tests.journeys.desk import until as true
from tests.journeys.walk.scenes import checked as found
from tests.journeys.walk.scenes import report, until
from tests.journeys.walk.stage import Stage

LON, LAT = "121.5032000", "31.2391000"
PLACES = count(200)
UNIT, OTHER = "望江区环境卫生管理所", "街道办事处"


class Six:
    """Everybody who has to do with a case; each signs in when needed. `stage`: what they did before."""

    def __init__(self, browser: Browser, site: str, stage: Stage) -> None:
        self.browser, self.site, self.stage = browser, site, stage

    def _desk(self, login: str, post: str = "") -> Desk:
        return Desk(self.browser, self.site, login, post, stays=True)

    @cached_property
    def finder(self) -> Desk:
        return self._desk("collector1")

    @cached_property
    def call_taker(self) -> Desk:
        return self._desk("calltaker1")

    @cached_property
    def shift_leader(self) -> Desk:
        return self._desk("shiftleader1")

    @cached_property
    def dispatcher(self) -> Desk:
        return self._desk("dispatcher1")

    @cached_property
    def unit(self) -> Desk:
        return self._desk("wj_sanitation_desk", "环卫所受理岗")

    @cached_property
    def checker(self) -> Desk:
        return self._desk("collector2")


@pytest.fixture(scope="module")
def six(browser: Browser, site: str, stage: Stage) -> Six:
    return Six(browser, site, stage)


def staged(six: Six, state: State, **more: str) -> str:
    """A case that the six brought to that state before, each case at a place of its own."""
    return str(six.stage.play(until(state, report(next(PLACES), **more)))["cases"]["1"])


def dispatched(six: Six) -> str:
    """A case on the unit's desk."""
    return staged(six, State.ASSIGNED)


def signed(six: Six) -> str:
    return staged(six, State.HANDLING)


def feedback_given(six: Six) -> str:
    return staged(six, State.HANDLED)


def not_fixed(six: Six) -> str:
    """The checker found it as it was (by the page: test_closing.py)."""
    acts = [*until(State.CHECKING, report(next(PLACES))), found("not_fixed")]
    return str(six.stage.play(acts)["cases"]["1"])


def dispatched_by_hand(six: Six) -> str:
    """A case from the report up to the unit's desk, at the pages."""
    case = six.finder.report("暴露生活垃圾", LON, LAT, "人行道上有一堆暴露垃圾，约 2 立方米")
    six.call_taker.open(case)
    form = six.call_taker.form("accept")
    if form.locator('[name="distinct"]').count():
        form.locator('[name="distinct"]').check()
    six.call_taker.send(form)
    six.call_taker.done()
    six.shift_leader.act(case, "file_case", condition="1")
    six.dispatcher.act(case, "dispatch", body=UNIT, note="请尽快清运")
    return case


def handled(six: Six, case: str) -> None:
    six.unit.act(case, "feed_back", photos=1, note="已清运完毕并冲洗路面", culprit="none")


def checked(six: Six, case: str, result: str) -> None:
    six.call_taker.act(case, "send_check", person="戴雪松")
    six.checker.act(case, "check", photos=1, result=result)


def test_a_report_is_accepted_filed_dispatched_handled_checked_and_closed(six: Six) -> None:
    """S0-09, S1-42, S1-43, S2-07, S3-02: the stages; S4-29, S4-30: checked and closed as qualified."""
    case = dispatched_by_hand(six)
    six.unit.act(case, "sign")
    handled(six, case)
    checked(six, case, "fixed")
    six.shift_leader.act(case, "close", outcome="qualified")
    assert six.shift_leader.state == "已结案"
    for title in ("上报", "受理", "立案", "派遣", "签收", "处置反馈", "发核查", "核查反馈", "结案"):
        expect(six.shift_leader.page.locator(".cg-line b", has_text=title).first).to_be_attached()
    expect(six.shift_leader.page.locator('figure[data-side="after"] img').first).to_be_visible()


def test_what_was_not_fixed_is_sent_back_to_the_unit(six: Six) -> None:
    """S1-52, S4-30: 再次处置, the same unit, then closed."""
    case = not_fixed(six)
    six.shift_leader.act(case, "rework", reason="垃圾未清理干净，请再次处置")
    assert six.shift_leader.state == "处置中"
    handled(six, case)
    checked(six, case, "fixed")
    six.shift_leader.act(case, "close", outcome="qualified")
    assert six.shift_leader.state == "已结案"
    expect(six.shift_leader.page.locator(".cg-casehead")).to_contain_text("返工 1 次")


def test_a_unit_returns_what_is_not_its_duty(six: Six) -> None:
    """S0-45: returned with a reason, granted, dispatched to another unit."""
    case = dispatched(six)
    six.unit.act(case, "request", request="return", reason="该处为绿化养护范围，不属本单位职责")
    assert six.unit.state == "回退待审"
    six.dispatcher.act(case, "approve", granted="yes")
    assert six.dispatcher.state == "待派遣"
    six.dispatcher.act(case, "dispatch", body=OTHER)
    assert six.dispatcher.state == "待签收"


def test_a_refused_act_is_told_in_the_dialog_and_keeps_the_words(six: Six) -> None:
    case = signed(six)
    six.unit.open(case)
    form = six.unit.form("feed_back")
    form.locator('[name="note"]').fill("已处置，照片稍后")
    form.locator('[name="culprit"][value="none"]').check()
    six.unit.send(form)
    expect(form.locator(".cg-refusal")).to_contain_text("照片")
    expect(form.locator('[name="note"]')).to_have_value("已处置，照片稍后")
    six.unit.photos(form)
    six.unit.send(form)
    six.unit.done()
    assert six.unit.state == "待核查"


def test_the_desk_works_by_keyboard_alone(six: Six, browser: Browser, site: str) -> None:
    """WCAG 2.2 AA, 2.1.1: down the list, into the case, the first act, sent, without a pointer."""
    case = staged(six, State.REPORTED, lon="121.5061000", lat="31.2402000")
    page = Desk(browser, site, "calltaker2").page
    page.goto(f"{site}/?kind=accept&sort=newest")
    while case not in (page.evaluate("document.activeElement.href ?? ''")):
        before = page.evaluate("document.activeElement.href ?? ''")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.href ?? ''") != before, "j reached the end"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case}/")  # and for its scripts
    page.keyboard.press("1")
    form = page.locator('form[data-act="accept"]')
    expect(form).to_be_visible()
    expect(form.locator(":focus")).to_have_count(1)
    assert page.evaluate("document.activeElement.closest('form')?.dataset.act") == "accept"
    page.keyboard.press("Enter")
    expect(page.locator(".cg-note.success")).to_be_visible()
    assert page.locator(".cg-casehead .cg-state").inner_text() == "待立案"


def test_everything_that_matters_is_seen_without_scrolling(six: Six) -> None:
    """DESIGN section 6: what, where, photos, light and time left, holder and acts within 1366x768."""
    case = dispatched(six)
    six.unit.open(case)
    for part in (".cg-facts", ".cg-map canvas", ".cg-photos", ".cg-casehead .cg-light", ".cg-holder", ".cg-acts"):
        expect(six.unit.page.locator(part).first).to_be_visible()  # the map asks for its layers first
        true(six.unit.page, "part => document.querySelector(part).getBoundingClientRect().bottom <= innerHeight", part)

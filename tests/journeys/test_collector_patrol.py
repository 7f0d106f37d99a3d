"""A patrol on the phone: signed in with the place, walked, partly without a network, hints and coverage as they come,
signed out, a line in the daily log; then the team lead looks at it (S1-36)."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from psycopg.types.json import Jsonb

from tests.journeys.conftest import BASE, housed
from tests.journeys.desk import Desk
from tests.journeys.test_collector_shell import phone, sign_in, wait_for

RULES = {
    "recording": {"moving_seconds": 1, "send_seconds": 2},
    "track": {"jump_metres_a_second": 2000, "idle_seconds": 6, "outside_seconds": 3},
    "coverage": {"step_seconds": 1, "visit_seconds": 2},
}
"""A city in which everything goes fast: what takes minutes elsewhere takes seconds here."""
PATIENCE = 30_000


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo city with these rules; put in by hand, for a whole folder would take a minute to import."""
    with housed(BASE, tmp_path_factory.mktemp("patrol")) as house:
        with psycopg.connect(house.env["DATABASE_URL"]) as connection:
            row = "insert into collection_patrolrules (valid_from, data) values ('2020-01-01', %s)"
            connection.execute(row, [Jsonb(RULES)])
        yield house.address


def stand(page: Page, place: list[float]) -> None:
    page.context.set_geolocation({"longitude": place[0], "latitude": place[1], "accuracy": 6})


def until(page: Page, place: list[float], wanted: Locator) -> None:
    """Stays about a place, as a phone in a hand does, until something is shown."""
    step = 0
    end = page.evaluate("Date.now()") + PATIENCE
    while not wanted.is_visible():
        assert page.evaluate("Date.now()") < end, page.locator("#main").inner_text()
        step += 1
        stand(page, [place[0] + step % 2 * 1e-5, place[1]])
        page.wait_for_timeout(250)


@pytest.mark.long  # the city is its own, and walking takes its time
def test_a_patrol_from_sign_in_to_the_leads_desk(browser: Browser, quick: str) -> None:
    context = phone(browser, quick)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(page, "collector3")
    wait_for(page, "collector.pack.get('grids').then((grids) => (grids ?? []).length > 0)", True)
    grids: list[dict[str, Any]] = page.evaluate("collector.pack.get('grids')")
    spots = [unit["centre"] for unit in grids[0]["units"]]
    stand(page, spots[0])

    page.evaluate("location.hash = '#/patrol'")
    page.get_by_role("button", name="上班签到").click()
    expect(page.locator("#main")).to_contain_text("起巡查中")
    expect(page.locator(".states")).to_contain_text("巡查")
    done = page.locator("svg.patrol-map path.visited")
    until(page, spots[0], done.first)

    context.set_offline(True)  # the next one without a network: the fixes wait on the phone
    until(page, spots[1], done.nth(1))
    expect(page.locator(".states")).to_contain_text("离线")
    far = [spots[1][0] + 0.05, spots[1][1]]
    until(page, far, page.get_by_text("在责任网格之外").first)
    until(page, far, page.get_by_text("停留在同一处").first)
    context.set_offline(False)

    page.get_by_role("button", name="工作日志").click()
    page.locator("dialog textarea").fill("第二网格断网，路口有积水")
    page.locator("dialog .button.main").click()
    expect(page.locator("dialog")).to_have_count(0)
    page.get_by_role("button", name="下班签退").click()
    page.locator("dialog .button.main").click()
    expect(page.locator("#main")).to_contain_text("上班签到", timeout=PATIENCE)
    wait_for(page, SENT, True)
    assert not errors, errors
    name = page.evaluate("collector.people.who().then((who) => who.person.name)")
    context.close()

    desk = Desk(browser, quick, "teamlead1")
    desk.page.goto(f"{quick}/collection/patrols/")
    desk.page.locator("tr", has_text=name).locator("a.cg-open").click()
    main = desk.page.locator("main")
    expect(main).to_contain_text("第二网格断网，路口有积水")
    track = desk.page.evaluate("JSON.parse(document.querySelector('#pt-track').textContent).places.length")
    assert track >= 6, "what was walked without a network is there too"
    reached = main.locator(".pt-figures small").first.inner_text()
    assert int(reached.partition("/")[0]) >= 2, reached
    expect(main.locator("svg rect.pt-idle").first).to_be_attached()
    assert not desk.errors


SENT = """(async () => {
  collector.outbox.wake();
  const all = await collector.outbox.all();
  const db = await new Promise((done) => {
    const asked = indexedDB.open("citygrid-collector");
    asked.onsuccess = () => done(asked.result);
  });
  const fixes = await new Promise((done) => {
    const asked = db.transaction("fixes").objectStore("fixes").getAll();
    asked.onsuccess = () => done(asked.result);
  });
  db.close();
  return all.every((one) => one.state === "sent") && fixes.every((fix) => fix.sent);
})()"""
"""Everything is with the server, fixes too."""

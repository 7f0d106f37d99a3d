"""The map in the browser: layers, selection, measuring by keyboard, link to a view, print, drawing, layer manager.

Issue 3, items 3 and 6; CJJ/T 106 (图层控制, 专题数据管理, 符号化管理)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import Desk, until

DEBUG = "document.querySelector('[data-map]').citygrid.debug()"


@pytest.fixture(scope="module")
def steward(browser: Browser, site: str) -> Iterator[Desk]:
    desk = Desk(browser, site, "steward1", locale="en")
    yield desk
    assert not desk.errors, desk.errors


def open_map(desk: Desk, address: str = "/maps/") -> Page:
    desk.page.goto("about:blank")
    desk.page.goto(desk.site + address)
    expect(desk.page.locator("[data-map-drawn]")).to_be_visible()
    return desk.page


def settled(page: Page, own: str = "[data-map]") -> None:
    """Until the view stands still and is drawn: a key moves it by an animation, which takes as long as the machine
    lets it."""
    until(page, f"!document.querySelector('{own}').citygrid.map.getView().getAnimating()")
    page.evaluate(f"document.querySelector('{own}').citygrid.map.renderSync()")


def drawn(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(DEBUG)
    return found


def test_the_base_map_is_drawn_from_the_citys_own_layers(steward: Desk) -> None:
    page = open_map(steward)
    until(page, f"{DEBUG}.layers.roads > 100 && {DEBUG}.layers.buildings > 100")
    assert {"water", "green", "roads", "buildings"} <= set(drawn(page)["layers"])
    until(
        page,
        """() => { const seen = new Set();
        for (const canvas of document.querySelectorAll('.ol-layer canvas')) {
          if (!canvas.width || !canvas.height) continue;
          const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          for (let i = 0; i < data.length; i += 4 * 97) seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
        } return seen.size > 20; }""",
    )  # a map, not an empty ground


def test_a_layer_is_switched_on_kept_and_its_feature_shown_by_keyboard(steward: Desk) -> None:
    page = open_map(steward, "/maps/#map=17/31.23450/121.49150")
    page.locator('[data-layer="grid"]').check()
    until(page, f"{DEBUG}.layers.grid > 10")
    page.locator("#city-map").focus()
    page.keyboard.press("ArrowRight")
    settled(page)
    page.keyboard.press("Enter")
    card = page.locator(".cg-mapcard")
    expect(card).to_be_visible()
    expect(card.locator("h3")).to_have_text(re.compile(r"^\d{15}$"))
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page = open_map(steward)
    expect(page.locator('[data-layer="grid"]')).to_be_checked()
    page.locator('[data-layer="grid"]').uncheck()


def test_measuring_by_keyboard_says_the_distance(steward: Desk) -> None:
    page = open_map(steward, "/maps/#map=17/31.23450/121.49150")
    page.locator('[data-tool="measure"]').first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#city-map")).to_be_focused()
    for key in ("Enter", "ArrowRight", "Enter"):
        page.keyboard.press(key)
        settled(page)
    page.keyboard.press("Shift+Enter")
    words = page.locator(".cg-measured").inner_text()
    # One key moves the map by 128 pixels: at zoom 17 here about 1.02 m each.
    found = re.fullmatch(r"Distance (\d+) m", words)
    assert found, words
    assert 120 < int(found[1]) < 142, words
    page.keyboard.press("Escape")
    expect(page.locator(".cg-measured")).to_be_hidden()


def test_a_link_leads_to_the_same_view(steward: Desk) -> None:
    page = open_map(steward, "/maps/#map=16.50/31.23800/121.50200/own/water,roads,community")
    now = drawn(page)
    assert now["zoom"] == 16.5
    assert now["centre"] == [121.502, 31.238]
    assert sorted(now["on"]) == ["community", "roads", "water"]
    page.locator("#city-map").focus()
    page.keyboard.press("ArrowUp")
    until(page, "!location.hash.includes('/31.23800/')")
    assert "/own/" in page.evaluate("location.hash")


def test_the_sheet_that_is_printed_has_title_scale_north_and_date(steward: Desk) -> None:
    page = open_map(steward)
    page.evaluate("window.print = () => { window.printed = document.querySelector('.cg-sheet')?.innerText; }")
    page.locator('[data-tool="print"]').click()
    page.locator(".cg-printask input").fill("Unit grids of the old town")
    page.locator(".cg-printask button").first.click()
    until(page, "window.printed")
    text = page.evaluate("window.printed")
    for words in ("Unit grids of the old town", "N", "Printed", "OpenStreetMap"):
        assert words in text
    assert re.search(r"\d+ k?m\b", text), "the scale"
    page.emulate_media(media="print")
    expect(page.locator(".cg-bar")).to_be_hidden()
    expect(page.locator(".cg-sheet .cg-map")).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".cg-sheet")).to_have_count(0)
    assert page.locator("#city-map canvas").count(), "the map is back on its page"


def test_a_click_on_the_form_of_a_report_fills_its_fields(browser: Browser, site: str) -> None:
    desk = Desk(browser, site, "collector1")
    page = open_map(desk, "/cases/new/report/")
    page.locator("[data-map] canvas").first.click(position={"x": 120, "y": 120})
    until(page, "document.querySelector('[name=lon]').value")
    lon, lat = (float(page.locator(f"[name={name}]").input_value()) for name in ("lon", "lat"))
    page.evaluate("document.dispatchEvent(new CustomEvent('citygrid:place', {detail: {lon: 121.5, lat: 31.23}}))")
    assert page.locator("[name=lon]").input_value() == "121.5000000"
    assert (lon, lat) != (121.5, 31.23)
    assert not desk.errors, desk.errors


def test_shapes_are_selected_and_a_line_is_drawn_by_keyboard(steward: Desk) -> None:
    """The contract of docs/maps.md for pages that divide, split and choose."""
    page = open_map(steward)
    page.evaluate(
        """() => { document.querySelector('.cg-fullmap').insertAdjacentHTML('beforeend',
        `<textarea id="keys"></textarea><textarea id="line"></textarea>
         <div style="height: 20rem"><div class="cg-map" id="own" data-map tabindex="0" data-map-select="many"
         data-map-select-into="#keys" data-map-draw="line" data-map-draw-into="#line" data-map-tools=""></div></div>`);
        document.dispatchEvent(new Event('htmx:after:swap')); }"""
    )
    until(page, "document.querySelector('#own').citygrid")
    square = [[121.49, 31.23], [121.5, 31.23], [121.5, 31.24], [121.49, 31.24], [121.49, 31.23]]
    shape = {"type": "Feature", "properties": {"key": "a1", "tone": "proposed"},
             "geometry": {"type": "Polygon", "coordinates": [square]}}  # fmt: skip
    page.evaluate(
        "shape => document.querySelector('#own').dispatchEvent(new CustomEvent('citygrid:shapes', {detail: {geojson: "
        "{type: 'FeatureCollection', features: [shape]}, fit: true}}))", shape,
    )  # fmt: skip
    until(page, "document.querySelector('#own').citygrid.debug().shapes === 1")
    settled(page, "#own")
    page.locator("#own").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#keys")).to_have_value("a1")
    page.keyboard.press("Enter")
    expect(page.locator("#keys")).to_have_value("")
    page.locator('#own [data-tool="draw"]').first.click()
    expect(page.locator("#own")).to_be_focused()
    for key in ("Enter", "ArrowRight", "Enter", "Shift+Enter"):
        page.keyboard.press(key)
        settled(page, "#own")
    expect(page.locator("#line")).not_to_have_value("")
    line = json.loads(page.locator("#line").input_value())
    assert line["type"] == "LineString"
    assert len(line["coordinates"]) == 2
    page.locator("#line").fill("121.495 31.235, 121.499 31.239, 121.498 31.231")
    board = "document.querySelector('#own').citygrid.board"
    kept = page.evaluate(f"{board}.drawn.getFeatures()[0].getGeometry().getCoordinates()")
    assert len(kept) == 3


def test_the_steward_makes_styles_and_publishes_a_layer(steward: Desk) -> None:
    page = steward.page
    page.goto(f"{steward.site}/maps/manage/new/")
    page.fill("[name=name]", "步行路线")
    page.fill("[name=code]", "walks")
    page.locator("[name=kind][value=features]").check()
    page.locator(".cg-submit .btn-primary").click()
    page.set_input_files("#file", {"name": "walks.geojson", "mimeType": "application/geo+json", "buffer": WALKS})
    page.locator("form[enctype] .btn").click()
    expect(page.locator(".cg-note.success")).to_contain_text("2 features")
    expect(page.locator("[data-style-editor] .cg-part").first).to_be_visible()
    page.locator(".cg-part legend input").first.check()
    page.locator(".cg-part input[type=color]").first.evaluate(
        "el => { el.value = '#123456'; el.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    assert json.loads(page.locator("[data-style]").input_value())["line"]["color"] == "#123456"
    page.locator("[name=published]").check()
    page.locator("[name=public]").check()
    page.locator('button[form="layer-form"]').click()
    expect(page.locator(".cg-error")).to_contain_text("the centre only")
    assert json.loads(page.locator("[data-style]").input_value())["line"]["color"] == "#123456", "nothing typed is lost"
    page.locator("[name=public]").uncheck()
    page.locator('button[form="layer-form"]').click()
    expect(page.locator(".cg-note.success")).to_be_visible()
    page = open_map(steward, "/maps/#map=15/31.23450/121.49500")
    page.locator('[data-layer="walks"]').check()
    until(page, f"{DEBUG}.layers.walks === 2")


WALKS = json.dumps({
    "type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "LineString", "coordinates": line}}
        for name, line in (
            ("江边", [[121.49, 31.233], [121.497, 31.236]]), ("老街", [[121.491, 31.231], [121.496, 31.232]]),
        )
    ],
}).encode()  # fmt: skip

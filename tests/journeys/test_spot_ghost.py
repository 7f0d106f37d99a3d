"""A spot check on the phone: the photos of the case stand there, and the framed one lies over the camera (issue 6)."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.test_collector_screens import browser, stage, tourist

__all__ = ["browser", "stage"]
HAD = """async (id) => {
  for (let left = 200; left > 0; left -= 1) {
    if ((await collector.pack.get("surveys"))?.some((one) => one.id === id)) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error("the pack never had the spot check");
}"""


@pytest.mark.long  # the stage of the whole app is set for it
def test_the_photos_of_the_case_lie_over_the_camera(browser: Browser, site: str, stage: dict[str, Any]) -> None:
    survey, task = stage["spot"]
    phone = tourist(browser, site, stage["place"])
    phone.page.evaluate(HAD, survey)
    phone.open(f"surveys/{survey}/{task}")
    photos = phone.page.locator(".tk-photo")
    expect(photos.first).to_be_visible(timeout=20_000)
    expect(phone.page.locator(".tk-photo[aria-pressed=true]")).to_have_count(1)
    phone.page.locator(".card:has([data-camera]) button").first.click()
    ghost = phone.page.locator("[data-camera] img.camera-ghost")
    expect(ghost).to_be_visible(timeout=20_000)
    first = ghost.get_attribute("src")
    assert first == phone.page.locator(".tk-photo[aria-pressed=true] img").get_attribute("src")
    if photos.count() > 1:
        photos.nth(1).click()
        expect(photos.nth(1)).to_have_attribute("aria-pressed", "true")
        expect(ghost).to_have_attribute("src", str(photos.nth(1).locator("img").get_attribute("src")))
    phone.context.close()
    assert not phone.errors, phone.errors

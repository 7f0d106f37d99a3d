"""The pictures that people look at before a release, taken by the suite and kept by CI (issue 3, done when).

They go to the folder that CITYGRID_SCREENSHOTS names, as `.ci/run` does; without it none is taken, and each page is
still asked for what no picture may lack: an answer, no error in the browser, and a map that is not blank."""

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response, expect

from tests.journeys.conftest import House
from tests.journeys.desk import Desk, until

FOLDER = os.environ.get("CITYGRID_SCREENSHOTS", "")
PICTURES = {
    "base-map": "/maps/#map=15.5/31.23600/121.49300/own/places,rails,roads,buildings,water,green",
    "grid-map": "/maps/#map=17/31.23450/121.49100/own/places,rails,roads,buildings,water,green,grid,community",
    "layer-manager": "/maps/manage/",
    "layer-style": "/maps/manage/layers/roads/",
    "base-data": "/basedata/",
    "components": "/basedata/components/",
    "community": "/basedata/areas/community/390102001001/",
    "topology": "/basedata/areas/topology/",
    "component": "/basedata/components/{component}/",
    "staging-report": "/basedata/surveys/{survey}/",
}
WIDE = {"width": 1366, "height": 768}
COLOURS = 20
"""A blank map has two or three; a drawn one hundreds."""


MAPPING = """code = "pictures"
title = "路灯普查"
target = "components"
[file]
crs = "CGCS2000"
[place]
x = "经度"
y = "纬度"
[columns]
key = "灯杆编号"
name = "名称"
[constants]
class = "gbt30428.2:component:0137"
source = "survey"
[defaults]
state = "intact"
"""


ONE_AFTER_THE_OTHER = """
from django.core.management import call_command
for words in {!r}:
    call_command(*words)
"""


def _citygrid(house: House, *commands: list[str]) -> str:
    """In one process: most of the time of a command is its start."""
    argv = [sys.executable, "-m", "citygrid", "shell", "-c", ONE_AFTER_THE_OTHER.format(commands)]
    done = subprocess.run(argv, env=house.env, cwd=house.folder, check=True, capture_output=True, text=True)
    return done.stdout


def _survey(folder: Path, name: str, rows: list[str], *more: str) -> list[str]:
    """The command that brings a survey of lamps."""
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (folder / f"{name}.csv").write_text("\n".join(["灯杆编号,名称,经度,纬度", *rows]), encoding="utf-8")
    words = ["components", "import", str(folder / f"{name}.csv"), "--mapping", str(folder / "mapping.toml")]
    return [*words, "--by", "surveyor1", *more]


@pytest.fixture(scope="module")
def ids(house: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Lamps that are published, and a survey with mistakes in staging."""
    folder, dice = tmp_path_factory.mktemp("surveys"), random.Random(3)
    spots = [(121.485 + dice.random() * 0.03, 31.229 + dice.random() * 0.019) for _ in range(120)]
    good = [f"D{i:04d},路灯{i},{lon:.6f},{lat:.6f}" for i, (lon, lat) in enumerate(spots)]
    bad = [f"E{i:04d},,{121.49 + i * 0.0003:.6f},{31.232 if i % 3 else 31.256}" for i in range(12)]
    listed = folder / "listed.csv"
    told = _citygrid(
        house,
        _survey(folder, "good", good, "--publish", "--reviewer", "steward1"),
        _survey(folder, "bad", [*bad, "E0001,路灯,121.49,31.233"]),
        ["components", "export", str(listed)],
    )
    surveys = re.findall(r"survey ([0-9a-f-]{36})", told)
    assert len(set(surveys)) == 2, told
    found = re.search(r"\b\d{16}\b", listed.read_text(encoding="utf-8-sig"))
    assert found, "no component was published"
    return {"survey": surveys[-1], "component": found[0]}


@pytest.fixture(scope="module", params=["zh-CN", pytest.param("en", marks=pytest.mark.long)])
def steward(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Desk]:
    yield Desk(browser, site, "steward1", locale=request.param)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_taken_of(steward: Desk, ids: dict[str, str], name: str) -> None:
    page = steward.page
    language = page.locator("html").get_attribute("lang") or ""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("response", lambda answer: told.append(_bad(answer)) if _bad(answer) else None)
    page.goto("about:blank")
    answer = page.goto(steward.site + PICTURES[name].format(**ids))
    assert answer is not None
    assert answer.ok, answer.status
    if page.locator("[data-map]").count():
        expect(page.locator("[data-map-drawn]").first).to_be_visible()
        until(page, DRAWN, COLOURS)
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(FOLDER) / f"{name}-{'zh' if language.startswith('zh') else 'en'}.png")
    # The push server is not part of these journeys.
    assert not [one for one in told if "ERR_CONNECTION_REFUSED" not in one], told
    assert not steward.errors, steward.errors


def _bad(answer: Response) -> str:
    return f"{answer.status} {answer.url}" if answer.status >= 400 else ""


DRAWN = """most => { const seen = new Set();
  for (const canvas of document.querySelectorAll('[data-map] .ol-layer canvas')) {
    if (!canvas.width || !canvas.height) continue;
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    for (let i = 0; i < data.length; i += 4 * 97) seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
  } return seen.size > most; }"""
"""More colours than a blank map has."""

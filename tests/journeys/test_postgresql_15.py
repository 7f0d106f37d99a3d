"""The house on the oldest PostgreSQL that it promises: Debian's 15 (issue 2: DATABASE_URL, 15 or later)."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import House, housed
from tests.journeys.desk import Desk
from tests.ports import free_port

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not PROGRAMS.is_dir(), reason=f"NO POSTGRESQL 15 in {PROGRAMS}: apt-get install postgresql-15"),
]


@pytest.fixture(scope="module")
def fifteen() -> Iterator[str]:
    """The address of a new cluster; root's server runs as nobody, as PostgreSQL refuses root."""
    who: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pg15-", dir="/tmp") as name:
        Path(name).chmod(0o777)
        cluster = f"{name}/cluster"
        make = [
            PROGRAMS / "initdb",
            "-D",
            cluster,
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=trust",
            "-U",
            "postgres",
        ]
        subprocess.run(make, check=True, cwd="/", stdout=subprocess.DEVNULL, **who)
        words = [f"port={port}", f"unix_socket_directories={name}", "listen_addresses=127.0.0.1", "fsync=off"]
        argv = [PROGRAMS / "postgres", "-D", cluster, *(part for word in words for part in ("-c", word))]
        process = subprocess.Popen(argv, cwd="/", stderr=subprocess.DEVNULL, **who)
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        try:
            _wait(url)
            yield url
        finally:
            process.send_signal(2)  # fast
            process.wait(30)


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError("PostgreSQL 15 does not start")


@pytest.fixture(scope="module")
def old_house(fifteen: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    demo = ["load_demo", "--days", "5", "--total", "60", "--all"]
    with housed(fifteen, tmp_path_factory.mktemp("fifteen"), demo) as one:
        yield one


def test_a_report_goes_its_way_to_the_unit(browser: Browser, old_house: House) -> None:
    with psycopg.connect(old_house.env["DATABASE_URL"]) as connection:
        assert connection.info.server_version // 10_000 == 15
        row = connection.execute("select count(*) from cases_head").fetchone()
        assert row is not None and row[0] >= 60
    site = old_house.address
    case = Desk(browser, site, "collector1").report("暴露生活垃圾", "121.5032000", "31.2391000", "人行道上有垃圾")
    taker = Desk(browser, site, "calltaker1")
    taker.open(case)
    form = taker.form("accept")
    if form.locator('[name="distinct"]').count():
        form.locator('[name="distinct"]').check()
    taker.send(form)
    taker.done()
    Desk(browser, site, "shiftleader1").act(case, "file_case", condition="1")
    Desk(browser, site, "dispatcher1").act(case, "dispatch", body="望江区环境卫生管理所", note="请尽快清运")
    unit = Desk(browser, site, "wj_sanitation_desk", "环卫所受理岗")
    unit.act(case, "sign")
    assert unit.state == "处置中"

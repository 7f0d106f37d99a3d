"""Tables and maps that attack whoever opens them, by the pages that take files: bombs, entities, paths, programs."""

import io
import sqlite3
import uuid
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cases.pages import Sign

pytestmark = pytest.mark.django_db
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)) + "]>"
)
OUTSIDE = "<!DOCTYPE x [<!ENTITY a9 SYSTEM 'file:///etc/passwd'>]>"


def book(prologue: str) -> bytes:
    """A workbook in whose texts an entity stands."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active.append(["code", "name"])
    made.active.append(["1", "MARK"])
    made.save(out)
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(changed, "w") as target:
        for info in source.infolist():
            text = source.read(info)
            if info.filename.endswith((".xml", ".rels")):
                head, _, rest = text.partition(b"?>")
                plain = (head + b"?>", rest) if rest else (b"", text)
                text = plain[0] + prologue.encode() + plain[1].replace(b"MARK", b"&a9;")
            target.writestr(info.filename, text)
    return changed.getvalue()


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def geopackage(folder: Path, statement: str) -> bytes:
    path = folder / "x.gpkg"
    with sqlite3.connect(path) as base:
        base.execute("create table gpkg_contents (table_name, data_type)")
        base.execute("create table gpkg_geometry_columns (a)")
        base.execute("insert into gpkg_contents values ('x', 'features')")
        base.execute(statement)
    base.close()
    return path.read_bytes()


HUGE = zipped(("x.csv", b"a,b\n" + b"1,2\n" * 18_000_000))
FILES = {
    "laughs.xlsx": book(LAUGHS),
    "outside.xlsx": book(OUTSIDE),
    "bomb.zip": HUGE,
    "bomb.xlsx": zipped(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b" " * 80_000_000)),
    "nested.zip": zipped(("inner.zip", HUGE)),
    "many.zip": zipped(*((f"{number}.csv", b"a\n1\n") for number in range(2_500))),
    "up.zip": zipped(("../../../../tmp/attacked.csv", b"a\n1\n")),
    "root.zip": zipped(("/etc/cron.d/attacked.csv", b"a\n1\n")),
    "places.kml": f"<?xml version='1.0'?>{OUTSIDE}<kml><Placemark><name>&a9;</name></Placemark></kml>".encode(),
    "places.gml": f"<?xml version='1.0'?>{LAUGHS}<gml:FeatureCollection>&a9;</gml:FeatureCollection>".encode(),
    "remote.vrt": b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/vsicurl/http://127.0.0.1/x</SrcDataSource></OGRVRTLayer>",
    "remote.json": b'{"type": "FeatureCollection", "features": [], "gdal_streamed_alg": {"type": "/vsicurl/http://127.0.0.1/x"}}',
    "link.csv": b"a,b\n" + b'"' * 3_000_000,
    "wide.csv": b"," * 2_000_000 + b"\n1\n",
}


@pytest.fixture
def steward(sign: Sign) -> Client:
    client = sign("steward1")
    client.raise_request_exception = False
    return client


def through_the_pages(client: Client, name: str, data: bytes) -> list[Any]:
    """To every page that reads a table; what each answered, and where it led."""
    survey, batch = str(uuid.uuid4()), str(uuid.uuid4())
    file = {"file": SimpleUploadedFile(name, data)}
    answers = [client.post("/basedata/surveys/new/", {"upload": survey, "title": "x", "target": "components", **file})]
    answers.append(client.get(f"/basedata/surveys/new/{survey}/"))
    answers.append(client.post("/geocoding/files/", {"id": batch, "file": SimpleUploadedFile(name, data)}))
    answers.append(client.get(f"/geocoding/files/{batch}/"))
    answers.append(client.post("/maps/manage/layers/mine/file/", {"file": SimpleUploadedFile(name, data)}, follow=True))
    return answers


@pytest.mark.parametrize("name", FILES)
def test_no_file_harms_whoever_reads_it(steward: Client, world: Any, name: str) -> None:
    """An answer each time, none of them the server's fault, and nothing of this machine in any of them."""
    from citygrid.maps.models import Layer

    layer = Layer.objects.create(code="mine", name="x", kind="features", sharing="centre")
    for number, answer in enumerate(through_the_pages(steward, name, FILES[name])):
        assert answer.status_code < 500, (name, number, answer.content[:300])
        assert b"root:" not in answer.content and b"haha" * 50 not in answer.content
    assert not Path("/tmp/attacked.csv").exists() and not Path("/etc/cron.d/attacked.csv").exists()
    assert layer.features.count() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "create view x as select load_extension('/tmp/x.so')",
        "create table x as select 'javascript:alert(1)' as fid",
        "create virtual table x using fts5(a)",
    ],
)
def test_databases_that_would_run_something(steward: Client, world: Any, tmp_path: Path, statement: str) -> None:
    from citygrid.maps.models import Layer

    Layer.objects.create(code="mine", name="x", kind="features", sharing="centre")
    for answer in through_the_pages(steward, "x.gpkg", geopackage(tmp_path, statement)):
        assert answer.status_code < 500


@pytest.mark.parametrize(
    "name",
    [
        "城" * 120 + ".csv",
        "../../../x.csv",
        "....",
        "a/../../b.csv",
        "x" * 254 + ".csv",
        "con.csv\r\nX: y",
        ".csv",
        "x.csv;.exe",
    ],
)
def test_names_of_files_lead_nowhere(steward: Client, world: Any, name: str) -> None:
    from django.conf import settings

    from citygrid.maps.models import Layer

    Layer.objects.create(code="mine", name="x", kind="features", sharing="centre")
    before = {path for path in Path(settings.DATA).parent.iterdir()}
    for answer in through_the_pages(steward, name, b"code,name\n1,x\n"):
        assert answer.status_code < 500, answer.content[:300]
    assert {path for path in Path(settings.DATA).parent.iterdir()} == before
    for path in Path(settings.DATA).rglob("*"):
        assert path.name.isascii() and ".." not in path.name


@pytest.mark.parametrize(
    "code", ["../../etc/passwd", "..", "a/b", "a\\b", "%2e%2e", "a\0b", "A b", "<b>", "a" * 200, "", "."]
)
def test_codes_of_layers_are_no_paths(steward: Client, world: Any, code: str) -> None:
    """A code becomes an address, a file of the city folder and the name of a key's file."""
    from citygrid.maps.models import Layer

    answer = steward.post("/maps/manage/new/", {"name": "x", "code": code, "kind": "features"})
    assert answer.status_code in (400, 422) and not Layer.objects.filter(name="x").exists()


@pytest.mark.parametrize(
    "address",
    [
        "/static/../settings.py",
        "/static/..%2f..%2fconfig/settings.py",
        "/static/%2e%2e/%2e%2e/config/settings.py",
        "/static//etc/passwd",
        "/static/web/../../config/settings.py",
        "/static/....//....//config/settings.py",
        "/media/../../keys/secret_key",
        "/basedata/registers/x/..%2f..%2fkeys",
        "/ogc/collections/..%2f..%2fetc/items",
        "/maps/manage/layers/..%2fx/",
    ],
)
def test_addresses_lead_to_nothing_else(steward: Client, world: Any, address: str) -> None:
    answer = steward.get(address)
    assert answer.status_code in (301, 302, 400, 403, 404)
    assert b"SECRET_KEY" not in b"".join(answer) and b"root:" not in b"".join(answer)

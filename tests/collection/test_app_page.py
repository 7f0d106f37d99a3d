"""The app's page, worker, manifest and files: whole, of one version, and nobody's (issue 6, "installable")."""

import gzip
import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from citygrid.collection.field import app_files, words

APP = app_files.OWN
LISTED = re.compile(r"^const APP = (.*);$", re.MULTILINE)


def told_to(client):
    answer = client.get("/collector/worker.js")
    assert answer["Content-Type"] == "text/javascript" and answer["Cache-Control"] == "no-cache"
    return json.loads(LISTED.search(answer.text)[1])


def test_a_phone_can_install_it(client, db):
    told = client.get("/collector/app.webmanifest", headers={"accept-language": "zh-hans"}).json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/collector/", "/collector/", "standalone")
    assert told["name"] == "城管通"
    sizes = {(one["sizes"], one["purpose"]) for one in told["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for one in told["icons"]:
        answer = client.get(one["src"])
        picture = Image.open(BytesIO(answer.content))
        assert f"{picture.width}x{picture.height}" == one["sizes"] and picture.format == "PNG"
    assert client.get("/collector/icon/any/77.png").status_code == 404


def test_an_icon_that_is_cut_round_loses_nothing():
    picture = Image.open(BytesIO(client_icon(512)))
    edge = {
        picture.getpixel((x, y))
        for x in range(0, 512, 8)
        for y in range(0, 512, 8)
        if (x - 256) ** 2 + (y - 256) ** 2 > 205**2
    }
    assert edge == {(0x12, 0x39, 0x5F)}


def client_icon(size):
    from citygrid.collection.field.icon import png

    return png(size, maskable=True)


def test_the_page_runs_nothing_inline_and_names_files_of_one_version(client, db):
    answer = client.get("/collector/")
    assert re.findall(r"<script(?![^>]*src=)", answer.text) == [] and " on" not in re.sub(r">[^<]*<", "><", answer.text)
    version = told_to(client)["version"]
    assert f'data-version="{version}"' in answer.text
    paths = re.findall(r'(?:src|href)="(/collector/files/[^"]+)"', answer.text)
    assert len(paths) > 20 and all(path.startswith(f"/collector/files/{version}/") for path in paths)
    assert all(client.get(path).status_code == 200 for path in paths)


def test_the_page_is_the_same_for_everybody(phone, client, db):
    assert client.get("/collector/").content == phone("collector1").client.get("/collector/").content


def test_the_worker_keeps_every_file_there_is(client, db):
    told = told_to(client)
    there = {
        "collection/" + path.relative_to(APP).as_posix() for path in APP.rglob("*") if path.suffix in app_files.KINDS
    }
    assert there - {app_files.WORKER} <= set(told["files"])
    assert {"icons.svg", "words/zh-hans.json", "words/en.json", "vendor/idb/index.js"} <= set(told["files"])
    for name in told["files"]:
        answer = client.get(f"/collector/files/{told['version']}/{name}", headers={"accept-encoding": "gzip"})
        assert (answer.status_code, answer["Content-Encoding"]) == (200, "gzip"), name
        assert "immutable" in answer["Cache-Control"]
        assert gzip.decompress(answer.content) == client.get(f"/collector/files/{told['version']}/{name}").content


def test_a_browser_need_not_fetch_a_file_again_after_a_new_cookie(phone, db):
    """Or the worker would load all files of the first visit a second time over the same bad line."""
    found = app_files.current()
    answer = phone("collector1").client.get(f"/collector/files/{found.version}/icons.svg")
    assert answer["Vary"] == "Accept-Encoding"
    assert "Cookie" in phone("collector1").client.get("/collector/")["Vary"], "elsewhere it is said"


def test_every_module_finds_what_it_imports(client, db):
    files = app_files.current().files
    for name, file in files.items():
        if not name.endswith(".js") or not name.startswith("collection/"):
            continue
        for other in re.findall(r"""(?:from|import)\s*\(?\s*"(\.[^"]+)\"""", file.plain.decode()):
            path = (Path("/") / name).parent / other
            resolved = re.sub(r"^/", "", str(Path(*_resolved(path))))
            assert resolved in files, f"{name} imports {other}"


def _resolved(path):
    parts = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return parts


def test_a_changed_file_makes_another_version_and_an_old_one_is_not_kept(client, db, monkeypatch, tmp_path):
    old = told_to(client)["version"]
    (tmp_path / "app.js").write_text("// another app\n")
    monkeypatch.setattr(app_files, "OWN", tmp_path)
    new = told_to(client)
    assert new["version"] != old and "collection/core/store.js" not in new["files"]
    answer = client.get(f"/collector/files/{old}/collection/app.js")
    assert answer.content == b"// another app\n" and answer["Cache-Control"] == "no-store"
    assert client.get(f"/collector/files/{old}/collection/core/store.js").status_code == 404


@pytest.mark.parametrize("path", ["../settings.py", "collection/../../apps.py", "collection/", "shell", "nothing.js"])
def test_no_other_file_can_be_had(client, db, path):
    assert client.get(f"/collector/files/{app_files.current().version}/{path}").status_code == 404


def test_the_icons_that_screens_name_are_in_the_sprite():
    known = set(re.findall(r'<symbol id="([^"]+)"', app_files.current().files["icons.svg"].plain.decode()))
    named = set()
    for path in APP.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'\bicon\("([^"]+)"', text)) | set(re.findall(r'\bicon: "([^"]+)"', text))
    assert len(known) > 100 and named - known == set()


def test_the_first_load_fits_into_400_kilobytes():
    found = app_files.current()
    first = sum(len(file.packed) for name, file in found.files.items() if not name.startswith("words/"))
    words_of_one = max(len(file.packed) for name, file in found.files.items() if name.startswith("words/"))
    assert first + words_of_one < 400_000


def test_rooms_with_screens_list_their_words():
    rooms = words.by_room()
    assert "field" in rooms and all(rooms.values())


def test_only_the_app_plays_what_lies_on_the_device(sign, db):
    """A voice note is heard before it goes; no other page may play anything but the server's own."""
    client = sign("collector3")
    assert "media-src 'self' blob:" in client.get("/collector/")["Content-Security-Policy"]
    assert "media-src" not in client.get("/notices/")["Content-Security-Policy"]

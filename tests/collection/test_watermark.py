"""Shown copies carry time, place and number; the original stays as it came (issue 6, point 5)."""

import io
import uuid
from datetime import timedelta

import pytest
from PIL import Image, ImageChops

from citygrid.collection.evidence import marking, rules, strip
from citygrid.collection.models import Evidence
from citygrid.media import storing
from citygrid.media.models import File
from citygrid.organization.models import Person
from tests.cases.world import WEST
from tests.collection.drawn import jpeg, photo


@pytest.fixture
def proof(world):
    """A photo of a case, sent by a phone."""
    case = world.report()
    file = storing.store(jpeg(photo(5, (1200, 900))), "a.jpg", world.person("collector3"), world.now)
    Person.objects.filter(pk=world.person("collector3")).update(number="C-0031")
    return Evidence.objects.create(
        media=file.pk, case_id=case, seq=1, act="report", stage="before", person=world.person("collector3"),
        device=uuid.uuid4(), made_at=world.now - timedelta(minutes=2), received_at=world.now, accuracy=6,
        lon=float(WEST[0]), lat=float(WEST[1]), mock=True,
    )  # fmt: skip


def shown(client, media, px):
    answer = client.get(f"/media/{media}/small/{px}")
    assert answer.status_code == 200
    return answer.headers["ETag"], Image.open(io.BytesIO(answer.content)).convert("RGB")


def test_it_says_when_where_and_which_report_and_no_name(world, proof):
    text = "\n".join(marking.lines_of(proof))
    assert "2026-03-01 10:03:00" in text and "2026-03-01 10:05:00" in text, "on the city's clocks"
    assert "111.015500, 30.000500 ±6 m" in text and "99010201001006" in text and "C-0031" in text
    assert "姜蓝" not in text


def test_only_copies_of_the_sizes_that_the_city_names_carry_it(world, proof, sign):
    file = File.objects.get(pk=proof.media)
    client = sign("collector3")
    bare = {px: Image.open(io.BytesIO(storing.thumbnail(file, px))).convert("RGB") for px in (320, 960)}
    _tag, small = shown(client, file.pk, 320)
    assert ImageChops.difference(small, bare[320]).getbbox() is None
    tag, large = shown(client, file.pk, 960)
    box = ImageChops.difference(large, bare[960]).convert("L").point(lambda n: 255 if n > 40 else 0).getbbox()
    assert box is not None and box[1] > large.height * 0.7, "along the lower edge alone"
    assert storing.original(file).read() == jpeg(photo(5, (1200, 900))), "the original is untouched"
    rules.keep({"watermark": {"on": False}}, world.now.date())
    other, plain = shown(client, file.pk, 960)
    assert other != tag and ImageChops.difference(plain, bare[960]).getbbox() is None


def test_another_text_makes_another_copy(world, proof, sign):
    client = sign("collector3")
    first, _image = shown(client, proof.media, 960)
    Evidence.objects.update(accuracy=99)
    second, _image = shown(client, proof.media, 960)
    assert first != second


def test_a_photo_from_a_desk_carries_it_only_where_the_city_wants_it(world, proof):
    Evidence.objects.update(device=None)
    file = File.objects.get(pk=proof.media)
    assert marking.mark_of(file, 960) is None
    rules.keep({"watermark": {"devices_only": False}}, world.now.date())
    assert marking.mark_of(file, 960) is not None


def test_long_lines_fit_and_a_server_without_chinese_signs_draws_all_the_same(monkeypatch):
    lines = ["拍摄 2026-03-01 10:03:00  接收 2026-03-01 10:05:00" * 2, "x"]
    assert strip.draw(lines, 960).width == 960
    monkeypatch.setattr(strip, "_face", lambda: None)
    strip._font.cache_clear()
    assert strip.draw(["Taken 2026-03-01"], 320).getbbox() is not None
    strip._font.cache_clear()

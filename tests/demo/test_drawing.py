"""Pictures drawn by code: the same words give the same picture, before and after differ, each says what it is."""

import io

import pytest
from PIL import Image, ImageChops

from citygrid.demo import drawing
from citygrid.demo.folder import settings


def opened(*words, **options):
    return Image.open(io.BytesIO(drawing.draw(*words, **options)))


@pytest.mark.parametrize("motif", sorted(drawing.MOTIFS))
def test_before_and_after(motif):
    before, after = opened(motif, 0, after=False), opened(motif, 0, after=True)
    assert before.size == after.size == (drawing.WIDTH, drawing.HEIGHT)
    assert ImageChops.difference(before, after).getbbox() is not None
    assert drawing.draw(motif, 0, after=False) == drawing.draw(motif, 0, after=False)


def test_each_is_marked_as_an_illustration():
    """The plate with the words stands at the same place in all of them."""
    corner = (14, drawing.HEIGHT - 46, 180, drawing.HEIGHT - 14)
    first, other = opened("cover", 0, after=False).crop(corner), opened("tree", 3, after=True).crop(corner)
    assert max(high for _, high in ImageChops.difference(first, other).getextrema()) < 60
    dark, light = first.convert("L").getextrema()
    assert dark < 90 and light > 180


def test_every_motif_of_the_settings_can_be_drawn():
    assert set(settings()["pictures"]) == set(drawing.MOTIFS)

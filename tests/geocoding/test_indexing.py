"""What is written is what was meant: places by COPY, the index anew, sounds word by word; few statements a question."""

from typing import Any

import pytest
import shapely
from django.core.management import call_command
from pypinyin import lazy_pinyin

from citygrid.geocoding import candidates, filling, search, texts
from citygrid.geocoding.models import Gram, Kind, Place, Term
from tests.geocoding.conftest import NOW


@pytest.mark.usefixtures("city")
def test_a_place_written_by_copy_is_the_place() -> None:
    made = Place(
        code="copied", kind=Kind.ESTATE, name='Tab\there, "quoted" \\N', aliases=["a,b", 'say "so"', "二"], lon=121.5,
        lat=31.2, point=(1.25, -2.5), box=(1.0, 2.0, 3.0, 4.5), shape=shapely.to_wkb(shapely.Point(121.5, 31.2)),
        valid_from=NOW.date(), changed_at=NOW,
    )  # fmt: skip
    filling.places([made])
    there = Place.objects.get(code="copied")
    for field in Place._meta.concrete_fields:
        written, meant = getattr(there, field.attname), getattr(made, field.attname)
        assert (bytes(written) if field.attname == "shape" else written) == meant, field.attname
    made.note = "saved again"
    made.save()
    assert Place.objects.get(pk=made.pk).note == "saved again"


@pytest.mark.usefixtures("city")
def test_the_index_written_anew_is_the_same_index() -> None:
    def written() -> tuple[list[Any], dict[int, int]]:
        terms = Term.objects.order_by("place", "role", "text").values_list("place", "role", "text", "pinyin", "grams")
        return list(terms), dict(Gram.objects.filter(terms__gt=0).values_list("gram", "terms"))

    before = written()
    Term.objects.filter(place__name__contains="路").delete()
    call_command("geocoding", "index")
    assert written() == before
    assert len(before[0]) > 1000


@pytest.mark.parametrize("said", ["上海市第十八中学", "长乐路长途汽车站", "银行abc行走88号", "重庆南路重量级拳馆", ""])
def test_a_name_heard_word_by_word_sounds_like_the_whole(said: str) -> None:
    assert texts._sounds(said) == ["".join(one.split()).lower() for one in lazy_pinyin(said, errors=list)]


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(("said", "most"), [("shanghaidasha", 2), ("尚海大厦", 2), ("上海大厦", 2), ("中融蓝天厦", 3)])
def test_a_question_takes_few_statements(said: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is certain takes one statement for the texts and one for the facts of the places; a guess one more."""
    search.find(said, at=NOW)
    made: list[str] = []
    plain = candidates.rows

    def noted(statement: str, params: Any, **how: Any) -> list[Any]:
        made.append(statement)
        return plain(statement, params, **how)

    monkeypatch.setattr(candidates, "rows", noted)
    assert search.find(said, at=NOW)
    assert len(made) <= most, made

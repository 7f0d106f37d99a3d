"""The knowledge base: found by words and initials, kept as versions, counted by use, in and out of a city folder."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from citygrid.reception.call_models import Article
from citygrid.reception.hotline import outcomes
from citygrid.reception.knowledge import articles, folder_part
from citygrid.reception.knowledge.articles import NotKeptError, Written
from tests.cases.world import GARBAGE, NOW, World

pytestmark = pytest.mark.django_db
Sign = Callable[..., Client]
TODAY = date(2026, 3, 1)
DEMO = Path(__file__).parent.parent.parent / "src" / "citygrid" / "demo" / "city"


@pytest.fixture
def shelf(world: World) -> None:
    for code, question, keywords in (
        ("manhole", "井盖丢失怎么办？", "井盖 缺失"), ("lamp", "路灯不亮找谁修？", "路灯 灯杆"),
        ("sorting", "生活垃圾怎么分类投放？", "垃圾分类"),
    ):  # fmt: skip
        articles.keep(Written(code, question, "请告诉我们准确位置。", keywords), None, NOW, TODAY)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("井盖", "manhole"), ("丢失的井盖", "manhole"), ("路灯", "lamp"), ("jgds", "manhole"), ("ljfl", "sorting"),
     ("垃圾 分类", "sorting")],
)  # fmt: skip
def test_it_is_found_by_words_in_any_order_or_by_initials(shelf: None, typed: str, first: str) -> None:
    assert [one.code for one in articles.find(typed, TODAY)][:1] == [first]


def test_what_does_not_fit_or_is_not_in_force_is_not_found(shelf: None) -> None:
    assert articles.find("燃气", TODAY) == []
    assert articles.find("", TODAY) == []
    short = Written("lamp", "路灯不亮找谁修？", "旧", "路灯", valid_from=TODAY, valid_to=TODAY + timedelta(1))
    articles.keep(short, None, NOW, TODAY)
    assert [one.code for one in articles.find("路灯", TODAY)] == ["lamp"]
    assert articles.find("路灯", TODAY + timedelta(1)) == []


def test_a_change_is_a_new_version_and_a_call_keeps_the_one_that_answered(shelf: None, world: World) -> None:
    taker = world.who("calltaker1")
    old = Article.objects.get(code="lamp", current=True)
    call = outcomes.note(None, outcomes.Outcome("enquiry", "answered", article=old), taker, NOW)
    written = Written("lamp", "路灯不亮找谁修？", "拨打热线。", "路灯")
    new = articles.keep(written, taker.person.pk, NOW, TODAY, version=1)
    assert (new.version, new.current) == (2, True)
    call.refresh_from_db()
    assert call.article.version == 1
    assert articles.uses() == {"lamp": 1}
    with pytest.raises(NotKeptError) as refused:
        articles.keep(Written("lamp", "别的", "内容"), taker.person.pk, NOW, TODAY, version=1)
    assert refused.value.code == "article_changed"


@pytest.mark.parametrize(
    ("written", "code"),
    [(Written("A b", "问", "答"), "article_code"), (Written("x", " ", "答"), "article_empty"),
     (Written("x", "问", "答" * 8001), "article_long"), (Written("x", "问", "答", class_id="no:such"), "article_class"),
     (Written("x", "问", "答", body="nobody"), "article_body"),
     (Written("x", "问", "答", valid_from=TODAY, valid_to=TODAY), "article_days")],
)  # fmt: skip
def test_what_is_wrong_is_named_and_not_kept(world: World, written: Written, code: str) -> None:
    with pytest.raises(NotKeptError) as refused:
        articles.keep(written, None, NOW, TODAY)
    assert (refused.value.code, Article.objects.count()) == (code, 0)


def test_a_folder_comes_back_as_it_was_and_a_second_import_changes_nothing(world: World, tmp_path: Path) -> None:
    for _ in range(2):
        report = folder_part.load(DEMO, date(2026, 3, 1))
        assert report.ok, [str(one) for one in report.problems]
    assert report.counts["articles"] >= 20
    assert not Article.objects.filter(version__gt=1).exists()
    folder_part.dump(tmp_path, date(2026, 3, 1))
    assert (tmp_path / "knowledge.toml").read_text() == (DEMO / "knowledge.toml").read_text()


def test_a_faulty_folder_says_which_key_of_which_article(world: World, tmp_path: Path) -> None:
    (tmp_path / "knowledge.toml").write_text('[a]\nquestion = "问"\n[b]\nquestion = 3\nanswer = "x"\nmore = 1\n')
    problems = {(one.field, one.code) for one in folder_part.load(tmp_path, TODAY).problems}
    assert {("a.answer", "missing_key"), ("b.question", "wrong_type"), ("b.more", "unknown_key")} <= problems


def test_who_has_the_right_writes_and_others_read(shelf: None, sign: Sign) -> None:
    leader = sign("shiftleader1")
    values = {"code": "gas", "question": "闻到燃气味怎么办？", "answer": "先离开。\r\n再报修。", "version": "0"}
    assert leader.post("/knowledge/new/", values).status_code == 302
    assert Article.objects.get(code="gas").answer == "先离开。\n再报修。"
    again = leader.post("/knowledge/new/", values | {"answer": "另一个"})
    assert again.status_code == 422
    assert "另一个" in again.text, "what was typed stays"
    taker = sign("calltaker1")
    assert "闻到燃气味怎么办？" in taker.get("/knowledge/?q=燃气").text
    assert taker.get("/knowledge/gas/").status_code == 200
    assert taker.get("/knowledge/gas/edit/").status_code == 403
    assert taker.post("/knowledge/new/", values | {"code": "b"}).status_code == 403
    unit = sign("west_sanitation_desk")
    assert unit.get("/knowledge/").status_code == 404


def test_articles_of_a_class_are_offered_without_words(world: World) -> None:
    articles.keep(Written("garbage", "暴露垃圾多久清？", "两小时内。", class_id=GARBAGE), None, NOW, TODAY)
    assert [one.code for one in articles.find("", TODAY, GARBAGE)] == ["garbage"]

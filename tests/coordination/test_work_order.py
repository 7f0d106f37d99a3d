"""工作表单: a PDF whose text is text, with a QR to the case, a map, photos, limit and closing standard (S1-47)."""

import uuid

import pypdfium2
import pytest
import shapely
import zxingcpp

from citygrid.cases import reading
from citygrid.coordination.dispatching import map_extract, work_orders
from citygrid.maps.features import Draft, keep
from citygrid.maps.models import Layer, LayerGroup
from citygrid.rulebook.models import Condition
from citygrid.rulebook.slices import touch
from citygrid.standards.coordinates import metric
from citygrid.trust.models import AuditRecord
from citygrid.web import papers
from tests.cases.world import World

pytestmark = pytest.mark.skipif(
    not set(papers.CHINESE) & set(papers.fonts().families()), reason="no font with Chinese signs on this machine"
)


def read(made: bytes) -> tuple[list[str], list[str], int]:
    """The text of each page, all QR codes, how many pictures are on the first page."""
    file = pypdfium2.PdfDocument(made)
    texts = [page.get_textpage().get_text_range() for page in file]
    found = [code.text for page in file for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())]
    images = [one for one in file[0].get_objects() if one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    return texts, found, len(images)


def test_an_order_says_what_a_crew_must_know(world: World, sign) -> None:
    Condition.objects.filter(class_id__startswith="cjt214-2007:event:0102").update(closing="垃圾清除，地面干净")
    touch()
    case = world.filed()
    world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"), assisting=[world.body("power")],
             note="注意来往车辆")  # fmt: skip
    answer = sign("dispatcher1").get(f"/work-orders/{case}.pdf")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    texts, codes, pictures = read(answer.content)
    found = reading.case_for(world.who("dispatcher1").scope, case)
    for words in ("工作表单", found.case_no, "赭西区环卫处", "赭石供电公司", "路边有一堆垃圾", "垃圾清除，地面干净",
                  "注意来往车辆", "签收人、日期", "处置截止", "99010201001006"):  # fmt: skip
        assert words in texts[0].replace("\r\n", "").replace("\n", ""), words
    assert codes == [f"http://testserver/cases/{case}/"]
    assert pictures == 2, "both photos of the problem"
    assert len(texts) == 1
    assert AuditRecord.objects.filter(act="work_order", subject_id=str(case)).exists()


def test_the_caller_is_never_on_it(world: World) -> None:
    case = uuid.uuid4()
    world.do("calltaker1", case, "log_call", source="hotline", class_id="cjt214-2007:event:0102", lon="111.0155000",
             lat="30.0005000", text="垃圾没人清", caller="王建国", phone="13800001234")  # fmt: skip
    world.do("calltaker1", case, "send_verify", person=world.person("collector4"))
    world.do("collector4", case, "verify", true=True, media=[world.photo(1)])
    world.do("shiftleader1", case, "file_case", condition="1")
    found = reading.case_for(world.who("dispatcher1").scope, case)
    texts, _codes, _pictures = read(work_orders.pdf([found], world.who("dispatcher1"), world.now, "https://city.test"))
    assert "垃圾没人清" in texts[0]
    assert "王" not in texts[0] and "1234" not in texts[0].replace(str(found.case_no), "")


def test_several_orders_are_one_file_in_english_too(world: World, sign) -> None:
    cases = [world.filed(), world.filed()]
    client = sign("dispatcher1")
    client.cookies["django_language"] = "en"
    answer = client.post("/work-orders/", {"case": cases})
    texts, codes, _pictures = read(answer.content)
    assert len(texts) == 2 and all("Work order" in text for text in texts)
    assert codes == [f"http://testserver/cases/{case}/" for case in cases]
    none = client.post("/work-orders/", {}, follow=True)
    assert "Choose at least one case." in none.text


def test_only_who_sees_the_case_prints_it_and_only_when_it_was_filed(world: World, sign) -> None:
    case, fresh = world.filed(), world.report()
    assert sign("east_dispatcher").get(f"/work-orders/{case}.pdf").status_code == 404
    assert sign("collector3").get(f"/work-orders/{case}.pdf").status_code == 404, "sees it, has no such duty"
    assert sign("dispatcher1").get(f"/work-orders/{fresh}.pdf").status_code == 404
    assert f"/work-orders/{case}.pdf" in sign("dispatcher1").get(f"/cases/{case}/").text
    assert "/work-orders/" not in sign("dispatcher1").get(f"/cases/{fresh}/").text
    left_out = sign("east_dispatcher").post("/work-orders/", {"case": [case]})
    assert left_out.status_code == 302


def test_the_map_shows_the_roads_around_and_whose_data_it_is(world: World) -> None:
    group = LayerGroup.objects.create(code="basis", name="底图")
    layer = Layer.objects.create(
        code="roads", name="道路", group=group, kind="features", base=True, published=True, sharing="public",
        attribution="© 测绘", style={"line": {"color": "#123456"}},
    )  # fmt: skip
    road = shapely.LineString([(111.0140, 30.0005), (111.0170, 30.0005)])
    keep(layer, [Draft("1", {"name": "赭石大道"}, road)], metric("EPSG:4546"))
    found = reading.case_for(world.who("dispatcher1").scope, world.filed())
    svg = map_extract.draw(found.place, world.who("dispatcher1"), world.now, "Noto Sans CJK SC")
    assert "赭石大道" in svg.svg and "#123456" in svg.svg and map_extract.GRID in svg.svg
    assert svg.sources == ("© 测绘",)
    layer.published = False
    layer.save()
    assert "赭石大道" not in map_extract.draw(found.place, world.who("dispatcher1"), world.now, "x").svg


def test_without_a_chinese_font_it_is_said_and_nothing_breaks(world: World, sign, monkeypatch) -> None:
    case = world.filed()
    monkeypatch.setattr(papers, "CHINESE", ("No Such Family",))
    answer = sign("dispatcher1").get(f"/work-orders/{case}.pdf", follow=True)
    assert answer.status_code == 200 and "没有中文字体" in answer.text

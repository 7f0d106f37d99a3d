"""The register of components by its pages: list, one component, find by number, labels, export (S1-60, S1-62)."""

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from citygrid.areas.models import Area
from citygrid.basedata import labels, listing, seeing, versions
from citygrid.basedata.listing import Query
from citygrid.basedata.models import Component
from citygrid.tabular import open_table
from tests.basedata.people import at_desk, client
from tests.basedata.test_survey_round import published
from tests.basedata.town import AT, LAMP, lamps, write


@pytest.fixture
def lit(second: None, tmp_path: Path) -> list[Component]:
    """Lamps in all communities; the register in the order of codes."""
    published(write(tmp_path / "lamps.csv", lamps(60)))
    return list(Component.objects.order_by("code"))


@pytest.mark.django_db
def test_the_list_pages_by_code_and_counts_by_class(lit: list[Component]) -> None:
    steward = client("steward1")
    first = steward.get("/basedata/components/").text
    last = lit[listing.PAGE - 1].code
    assert "/basedata/components/export/shp/" in first
    assert first.count("data-row") == listing.PAGE and f"after={last}" in first
    second = steward.get("/basedata/components/", {"after": last}).text
    assert second.count("data-row") == len(lit) - listing.PAGE and lit[-1].code in second
    assert f'<b class="cg-num">{len(lit)}</b>' in steward.get("/basedata/components/counts/").text


@pytest.mark.django_db
def test_search_by_code_number_class_area_state_and_owner(lit: list[Component]) -> None:
    seen = seeing.components(at_desk("steward1"))
    one = lit[3]

    def codes(**said: Any) -> set[str]:
        return {row.code for row in listing.page(Query(**said), seen, 500)}

    assert codes(text=one.code) == {one.code} and one.code in codes(text=one.code[:12])
    assert codes(text=one.key) == {one.code}
    assert codes(text="100%_") == set()
    assert codes(class_id=LAMP) == {row.code for row in lit} and codes(class_id="none") == set()
    assert codes(area=("district", one.district)) == {row.code for row in lit if row.district == one.district}
    assert codes(state="intact") == {row.code for row in lit} and codes(state="lost") == set()
    assert codes(owner="power") == {row.code for row in lit} and codes(owner="water") == set()


@pytest.mark.django_db
def test_the_page_says_what_it_is_whose_and_since_when(lit: list[Component]) -> None:
    page = client("steward1").get(f"/basedata/components/{lit[0].code}/").text
    for words in (lit[0].code, lit[0].grid, lit[0].key, "供电", "路灯", "完好"):
        assert words in page, words
    assert f"/cases/of-component/{lit[0].code}/" in page


@pytest.mark.django_db
def test_a_post_sees_the_components_of_its_ground(lit: list[Component]) -> None:
    """Section 7: what is out of sight does not exist, by page, list, label, API and export."""
    post = at_desk("calltaker1").post
    district = Area.objects.filter(kind="district", valid_to=None).order_by("code").values_list("code", flat=True)[0]
    post.areas = [district]
    post.save()
    mine = next(row for row in lit if row.district == district)
    other = next(row for row in lit if row.district != district)
    browser = client("calltaker1", post.code)
    assert browser.get(f"/basedata/components/{mine.code}/").status_code == 200
    for address in (f"/basedata/components/{other.code}/", f"/basedata/components/{other.code}/label.pdf",
                    f"/api/v1/components/{other.code}"):  # fmt: skip
        assert browser.get(address).status_code == 404, address
    assert "data-row" not in browser.get("/basedata/components/", {"q": other.code}).text
    exported = b"".join(browser.get("/basedata/components/export/csv/").streaming_content).decode("utf-8-sig")
    assert mine.code in exported and other.code not in exported
    assert Client().get(f"/basedata/components/{mine.code}/").status_code == 302


@pytest.mark.django_db
def test_the_owner_sees_its_own_and_no_register(lit: list[Component]) -> None:
    """A unit desk opens what its body owns or keeps; the register as a whole is not for it."""
    Component.objects.filter(pk=lit[0].pk).update(owner="west_sanitation")
    Component.objects.filter(pk=lit[1].pk).update(owner="", maintainer="", district="", street="",
                                                     community="", grid="")  # fmt: skip
    browser = client("west_sanitation_desk")
    assert browser.get(f"/basedata/components/{lit[0].code}/").status_code == 200
    assert browser.get(f"/basedata/components/{lit[1].code}/").status_code == 404
    assert browser.get("/basedata/components/").status_code == 403


@pytest.mark.django_db
def test_a_number_leads_to_the_page(lit: list[Component]) -> None:
    steward = client("steward1")
    for number in (lit[2].code, lit[2].key):
        answer = steward.get("/basedata/components/find/", {"q": number})
        assert answer.status_code == 302 and answer.url == f"/basedata/components/{lit[2].code}/", number
    assert steward.get("/basedata/components/find/", {"q": "P-none"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.skipif(not set(labels.CHINESE) & set(labels._fonts().families()), reason="no font with Chinese signs")
def test_labels_of_one_and_of_a_filter(lit: list[Component]) -> None:
    steward = client("steward1")
    one = steward.get(f"/basedata/components/{lit[0].code}/label.pdf")
    assert one["Content-Type"] == "application/pdf"
    text = pypdfium2.PdfDocument(one.content)[0].get_textpage().get_text_range()
    assert lit[0].code in text and "路灯" in text
    sheets = pypdfium2.PdfDocument(steward.get("/basedata/components/labels.pdf").content)
    assert len(sheets) == -(-len(lit) // 24)
    none = steward.get("/basedata/components/labels.pdf", {"q": "999"}, follow=True)
    assert "cg-note error" in none.text


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["xlsx", "csv", "gpkg", "shp", "geojson"])
def test_the_export_has_every_row_of_the_filter(lit: list[Component], kind: str, tmp_path: Path) -> None:
    answer = client("steward1").get(f"/basedata/components/export/{kind}/", {"area": f"district:{lit[0].district}"})
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    path = tmp_path / ("out." + ("zip" if kind == "shp" else kind))
    path.write_bytes(b"".join(answer.streaming_content))
    with open_table(path) as table:
        codes = [code for batch in table.batches() for code in batch.columns["code"]]
    assert codes == [row.code for row in lit if row.district == lit[0].district]


@pytest.mark.django_db
def test_a_change_is_taken_back_with_a_reason(lit: list[Component]) -> None:
    code = lit[0].code
    versions.change(code, {"state": "damaged"}, None, by=None, at=AT, why="correction")
    steward = client("steward1")
    assert "破损" in steward.get(f"/basedata/components/{code}/").text
    steward.post(f"/basedata/components/{code}/undo/", {"reason": " "})
    assert Component.objects.get(code=code).state == "damaged"
    assert client("surveyor1").post(f"/basedata/components/{code}/undo/", {"reason": "x"}).status_code == 403
    steward.post(f"/basedata/components/{code}/undo/", {"reason": "误报"})
    assert (Component.objects.get(code=code).state, Component.objects.get(code=code).version) == ("intact", 3)

"""Labels of components: a PDF whose text is text, and a QR that a phone reads (S1-60)."""

import pypdfium2
import pytest
import zxingcpp

from citygrid.basedata import labels
from citygrid.basedata.labels import ROLL, SHEET, Label, LabelError, Paper

pytestmark = pytest.mark.skipif(
    not set(labels.CHINESE) & set(labels._fonts().families()), reason="no font with Chinese signs on this machine"
)


def _one(number: int) -> Label:
    code = f"11010101010{number:05d}"
    address = f"https://city.example/basedata/components/{code}/"
    return Label(code, "上水井盖", address, "#井 *盖* $1$", ("网格 110101001001001",))


def _read(made: bytes) -> tuple[list[str], list[str]]:
    """The text of each page, and all QR codes."""
    file = pypdfium2.PdfDocument(made)
    texts = [page.get_textpage().get_text_range() for page in file]
    found = [code.text for page in file for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())]
    return texts, found


def test_a_label_says_what_it_is_and_leads_to_its_page() -> None:
    """S1-60: text can be taken out of the PDF as typed, markup signs and all; the QR holds the address."""
    texts, found = _read(labels.pdf([_one(1)], ROLL, city="榕湾市"))
    assert len(texts) == 1
    for part in ("榕湾市", "上水井盖", "1101010101000001", "#井 *盖* $1$", "网格 110101001001001"):
        assert part in texts[0], texts[0]
    assert found == ["https://city.example/basedata/components/1101010101000001/"]


def test_a_sheet_holds_twenty_four_labels_and_goes_on_on_the_next_page() -> None:
    made = labels.pdf([_one(n) for n in range(1, 26)], SHEET)
    texts, found = _read(made)
    assert len(texts) == 2
    assert sorted(found) == [_one(n).address for n in range(1, 26)]
    assert "1101010101000024" in texts[0] and "1101010101000025" in texts[1]


def test_a_roll_has_a_page_for_each_label() -> None:
    texts, _found = _read(labels.pdf([_one(1), _one(2)], ROLL))
    assert ["1101010101000001" in texts[0], "1101010101000002" in texts[1]] == [True, True] and len(texts) == 2


def test_nothing_and_too_much_are_told() -> None:
    with pytest.raises(LabelError, match="no component") as told:
        labels.pdf([], SHEET)
    assert told.value.code == "no_labels"
    with pytest.raises(LabelError, match="2401 labels") as told:
        labels.pdf([_one(1)] * 2401, SHEET)
    assert told.value.code == "too_many_labels"


def test_a_server_without_chinese_font_says_so_instead_of_printing_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "CHINESE", ("No Such Family",))
    with pytest.raises(LabelError, match="fonts-noto-cjk"):
        labels.pdf([_one(1)], ROLL)
    plain = Label("1", "Hydrant", "https://city.example/", lines=("grid 1",))
    assert "Hydrant" in _read(labels.pdf([plain], Paper(True, 60, 40)))[0][0]

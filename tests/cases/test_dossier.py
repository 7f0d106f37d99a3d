"""案卷档案 (S0-25): complete, the same bytes for the same content, callers masked unless asked for."""

import io
import re
import uuid

import pypdfium2
import pytest

from citygrid.cases import reading
from citygrid.cases.closing import dossier
from citygrid.media.models import File
from citygrid.trust import chain
from citygrid.trust.models import AuditRecord
from tests.cases.pages import Sign, sign
from tests.cases.world import WEST, World

__all__ = ["sign"]


def words_of(content: bytes) -> str:
    """All text of a PDF, without spaces."""
    pdf = pypdfium2.PdfDocument(io.BytesIO(content))
    return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pdf))


def made(world: World, case: uuid.UUID, lang: str = "zh") -> dossier.Made:
    found = reading.case_for(world.who("shiftleader1").scope, case)
    assert found is not None
    return dossier.make(found, world.now, lang)


def test_it_is_complete(world: World) -> None:
    case = world.closed()
    paper = made(world, case)
    text = words_of(paper.content)
    found = reading.case_for(world.who("shiftleader1").scope, case)
    for entry in reading.timeline(found):
        assert dossier.head_after(found, entry.seq), entry.seq
    acts = ("上报", "立案", "派遣", "签收", "处置反馈", "核查反馈", "结案")
    for wanted in ("路边有一堆垃圾", *acts, "准予结案", found.case_no):
        assert wanted in text, wanted
    for file in (*found.media, *found.after_media):
        assert _hash(file) in text, "each photo with its hash"
    head = dossier.head_after(found, found.version).hex()
    assert head in text, "the head of the chain"
    assert paper.digest == chain.digest(paper.content, paper.algorithm).hex() and paper.version == found.version


def test_the_same_content_gives_the_same_bytes(world: World) -> None:
    case = world.closed()
    first = made(world, case)
    world.now = world.now.replace(year=world.now.year + 1)
    assert made(world, case).content == first.content
    world.do("shiftleader1", case, "comment", text="补充说明")
    assert made(world, case).digest != first.digest


def test_english_and_chinese_are_two_papers(world: World) -> None:
    case = world.closed()
    english = words_of(made(world, case, "en").content)
    assert "Whoheldthecase" in english and "Casedossier" in english
    assert "案卷" in words_of(made(world, case).content)


def test_callers_stand_masked_and_open_only_for_a_reason(world: World, sign: Sign) -> None:
    """S3-14: the right and a reason, noted in the audit before."""
    case = uuid.uuid4()
    world.do("calltaker1", case, "log_call", source="hotline", lon=WEST[0], lat=WEST[1], text="井盖松动",
             caller="欧阳锋", phone="13912345678")  # fmt: skip
    client = sign("calltaker1")
    plain = client.get(f"/cases/{case}/dossier/paper/")
    assert plain.status_code == 200 and plain.headers["Content-Type"] == "application/pdf"
    assert "13912345678" not in words_of(plain.content) and "欧阳锋" not in words_of(plain.content)
    reason = re.search(r'name="reason" value="(\w+)"', client.get(f"/cases/{case}/dossier/").text)
    assert reason
    before = AuditRecord.objects.filter(act="read_caller").count()
    refused = client.post(f"/cases/{case}/dossier/with-caller/", {"reason": "", "note": ""})
    assert refused.status_code == 422 and AuditRecord.objects.filter(act="read_caller").count() == before
    whole = client.post(f"/cases/{case}/dossier/with-caller/", {"reason": reason[1], "note": ""})
    assert "13912345678" in words_of(whole.content)
    assert AuditRecord.objects.filter(act="read_caller").count() == before + 1


@pytest.mark.parametrize("tail", ["", "paper/", "kept/"])
def test_who_may_not_see_the_case_gets_no_paper(world: World, sign: Sign, tail: str) -> None:
    case = world.report(where=("111.0005000", "30.0005000"))
    assert sign("west_sanitation_desk").get(f"/cases/{case}/dossier/{tail}").status_code == 404


def _hash(file: str) -> str:
    return File.objects.get(pk=file).sha256

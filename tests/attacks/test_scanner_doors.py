"""Every door by which files come in asks the scanner first; what is infected is kept nowhere, and noted."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from citygrid.basedata.gridding.plans import AreaPlan
from citygrid.geocoding.models import Batch
from citygrid.maps.models import Layer
from citygrid.media.models import File
from citygrid.trust.models import AuditRecord
from tests.cases.pages import Sign
from tests.media.pictures import PDF
from tests.media.scanner import EICAR, program

pytestmark = pytest.mark.django_db
TABLE = b"code,name\n1," + EICAR.replace(b'"', b"") + b"\n"
INFECTED_PDF = PDF.replace(b"endobj", b"endobj\n%" + EICAR)


@pytest.fixture
def scanned(settings: Any, tmp_path: Path, world: Any) -> None:
    settings.SCANNER = program(tmp_path)
    settings.DATA = tmp_path / "data"


def doors(client: Client, table: bytes, pdf: bytes) -> dict[str, Any]:
    """One file to each door; the answers."""

    def file(name: str, data: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile(name, data)

    Layer.objects.get_or_create(code="mine", defaults={"name": "x", "kind": "features", "sharing": "centre"})
    plan = {"plan": str(uuid.uuid4()), "from_day": "2026-03-02", "reason": "x"}
    return {
        "media": client.post("/media/", {"file": file("a.pdf", pdf)}),
        "survey": client.post(
            "/basedata/surveys/new/",
            {"upload": str(uuid.uuid4()), "title": "x", "target": "components", "file": file("a.csv", table)},
        ),
        "addresses": client.post("/geocoding/files/", {"id": str(uuid.uuid4()), "file": file("a.csv", table)}),
        "areas": client.post("/basedata/areas/import/", {**plan, "kind": "community", "file": file("a.csv", table)}),
        "layer": client.post("/maps/manage/layers/mine/file/", {"file": file("a.csv", table)}, follow=True),
    }


def test_what_is_infected_comes_in_by_no_door(sign: Sign, scanned: None) -> None:
    answers = doors(sign("steward1"), TABLE, INFECTED_PDF)
    for name, answer in answers.items():
        assert "Eicar-Test-Signature" in answer.content.decode(), name
        assert answer.status_code == (200 if name == "layer" else 422), name
    assert not File.objects.exists() and not Batch.objects.exists() and not AreaPlan.objects.exists()
    assert not [path for path in Path(site.DATA).rglob("*") if path.is_file()]
    assert AuditRecord.objects.filter(act="send_file", code="infected").count() == len(answers)


def test_the_same_doors_take_what_is_clean(sign: Sign, scanned: None) -> None:
    """So the test above fails by the scanner alone."""
    answers = doors(sign("steward1"), b"code,name\n1,x\n", PDF)
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "media": 201,
        "survey": 302,
        "addresses": 302,
        "areas": 302,
        "layer": 200,
    }
    assert "Eicar" not in "".join(answer.content.decode() for answer in answers.values())


def test_while_the_scanner_is_down_no_door_is_open(sign: Sign, scanned: None, settings: Any) -> None:
    settings.SCANNER = "clamd:/nowhere/clamd.ctl"
    for name, answer in doors(sign("steward1"), b"code,name\n1,x\n", PDF).items():
        assert answer.status_code == (200 if name == "layer" else 422), name
    assert not File.objects.exists() and not Batch.objects.exists() and not AreaPlan.objects.exists()

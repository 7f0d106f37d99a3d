"""The import writes the very rows that the live writer writes for the same acts at the same moments (DESIGN 3)."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from django.db import transaction

from citygrid.cases import acting, submission
from citygrid.cases.submission import Submission
from citygrid.history import idents, lookups
from citygrid.history.content import Reader
from citygrid.history.preparing import Preparing, Source
from citygrid.history.reading import rows
from citygrid.process import Refusal
from citygrid.rulebook.slices import rules_at
from citygrid.trust import redactable
from tests.history import city
from tests.history.running import NOW, PACIFIC, TABLES, content, run, write

CLASS = "gbt30428.2:event:0199"
EAST = {"lon": "-122.3900000", "lat": "37.7900000"}
BY = {
    "ct": ("call_taker", "calltaker1"), "sl": ("shift_leader", "shift1"), "dp": ("dispatcher", "dispatcher1"),
    "roads": ("unit_desk", "roads_desk"), "col": ("collector", "collector2"), "sys": ("system", ""),
}  # fmt: skip
STORY: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("C1", "log_call", "ct", {"source": "video", "class": CLASS, **EAST, "text": "海藻很多", "address": "北滩"}),
    ("C2", "log_call", "ct", {"source": "hotline", "class": CLASS, **EAST, "data": '{"phone": "13800000000"}'}),
    ("C2", "send_verify", "ct", {"to_person": "collector2", "text": "请看"}),
    ("C1", "accept", "ct", {"data": '{"distinct": true}'}),
    ("C1", "file_case", "sl", {"condition": "1"}),
    ("C2", "merge", "ct", {"parent": "C1", "reason": "同一处"}),
    ("C2", "unmerge", "ct", {"reason": "不是"}),
    ("C2", "verify", "col", {"decision": "no"}),
    ("C2", "merge", "ct", {"parent": "C1", "reason": "还是同一处"}),
    ("C1", "split", "ct", {"reason": "两处", "data": '{"parts": [{"case": "C3", "text": "南滩也有"}]}'}),
    ("C1", "dispatch", "dp", {"to_unit": "roads"}),
    ("C1", "sign", "roads", {}),
    ("C1", "request", "roads", {"request": "extend", "reason": "浪大", "data": '{"limit": "1 work_day"}'}),
    ("C1", "approve", "dp", {"decision": "yes"}),
    ("C1", "arrive", "roads", {}),
    ("C1", "feed_back", "roads", {"cost": "10.00"}),
    ("C1", "send_check", "ct", {"to_person": "collector2"}),
    ("C1", "check", "col", {"result": "not_fixed"}),
    ("C1", "rework", "sl", {"reason": "仍有"}),
    ("C1", "feed_back", "roads", {}),
    ("C1", "send_check", "ct", {"to_person": "collector2"}),
    ("C1", "check", "col", {"result": "fixed"}),
    ("C1", "close", "sl", {"outcome": "qualified"}),
    ("C3", "refuse", "ct", {"reason": "已清"}),
)


def _rows() -> list[dict[str, str]]:
    found = []
    for minute, (case, act, who, cells) in enumerate(STORY):
        post, person = BY[who]
        at = f"2016-03-01T{9 + minute // 6:02}:{minute % 6}5:00-08:00"
        found.append({"case": case, "at": at, "act": act, "post": post, "person": person, **cells})
    return found


@pytest.fixture
def same_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids and salts of texts are drawn; here they follow from the text, so that all bytes can be compared."""

    def draft(kind: str, text: str, algorithm: str = "sha256") -> redactable.Draft:
        return redactable.draft(kind, text, uuid5(NAMESPACE_URL, kind + text), algorithm=algorithm)

    monkeypatch.setattr(submission, "draft", draft)
    monkeypatch.setattr("os.urandom", lambda size: b"\x07" * size)


@pytest.mark.django_db
def test_the_same_rows(bay: None, same_texts: None, tmp_path: Any) -> None:
    path = write(tmp_path / "story.csv", _rows())
    tables = {**TABLES, "trust_redactable": "id"}
    with transaction.atomic():
        outcome = run(path)
        assert (outcome.imported, outcome.faults) == (3, [])
        imported = content(tables)
        transaction.set_rollback(True)
    city.fresh()
    assert not content(tables)["cases_head"]
    for one in _prepared(path):
        said = Submission(one.act.case, one.act.id, one.act.name, one.content.data, one.act.at)
        answer = acting.submit(said, one.act.actor, None, one.act.at)
        assert not isinstance(answer, Refusal), f"{one.row}: {answer}"
    live = content(tables)
    for table in (imported, live):
        for row in table["trust_redactable"]:
            del row["made_at"]  # when the text was stored: at the act, or at the import
        for row in table["cases_entry"]:
            # Evidence that a history lacks is noted as absent; nothing here asks for evidence.
            assert "media_absent" not in row["data"]
    for name in tables:
        assert imported[name] == live[name], name


def _prepared(path: Any) -> list[Any]:
    reader = Reader(lookups.read(), PACIFIC, "CGCS2000", lambda number: idents.case_id("golden", number))
    preparing = Preparing(reader, rules_at, NOW)
    sources: dict[str, Source] = {}
    for row in rows(path):
        case = row.cells["case"]
        sources.setdefault(case, Source(case, idents.case_id("golden", case), [])).rows.append(row)
    found = []
    for source in sources.values():
        acts, faults = preparing.prepare(source)
        assert not faults
        found.extend(acts)
    return sorted(found, key=lambda one: (one.act.at, one.row.line))


def test_the_moments_are_all_different() -> None:
    moments = [datetime.fromisoformat(row["at"]) for row in _rows()]
    assert moments == sorted(set(moments))

"""Each night an anchor takes the heads of the cases that changed; it is exported, so that nothing older can be altered
unseen (DESIGN section 2, the chain)."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from citygrid.cases.database import cursor, plain
from citygrid.trust import anchors, forgetting, seals
from citygrid.trust.algorithms import algorithm_at
from citygrid.trust.models import Anchor

CHANGED = """select h.case_id, h.version, h.head from cases_head h
    left join lateral (select seq from trust_anchorhead a where a.case_id = h.case_id order by anchor_id desc limit 1) a
      on true where a.seq is distinct from h.version order by h.case_id"""


def folder() -> Path:
    """Where anchors are exported: copy this folder to a place that the database's administrators cannot write."""
    return Path(settings.DATA) / "anchors"


def changed() -> Iterator[tuple[UUID, int, bytes]]:
    """Heads of the cases that changed since they were last anchored."""
    with plain() as connection:
        for case, version, head in cursor(connection).execute(CHANGED).fetchall():
            yield case, version, bytes(head)


def anchor(at: datetime, to: Path | None = None) -> Anchor | None:
    """Anchor and export what changed, seal the audit, export the proofs of forgetting; None when no case changed."""
    seals.seal(at)
    seals.export(to or folder())
    forgetting.export(to or folder())
    heads = list(changed())
    if not heads:
        return None
    with transaction.atomic():
        made = anchors.make(heads, at.date(), at, algorithm_at(at))
    anchors.export(made, to or folder(), at)
    return made

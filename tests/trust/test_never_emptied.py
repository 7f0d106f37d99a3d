"""The audit, its seals, the anchors and the proofs of forgetting are not emptied by one statement (S0-04)."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from citygrid.trust import audit
from citygrid.trust.models import AuditRecord

TABLES = ("trust_auditrecord", "trust_auditseal", "trust_anchor", "trust_anchorhead", "trust_forgetting")


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("way", ["", " cascade", " restart identity"])
def test_the_table_refuses_to_be_emptied(table: str, way: str) -> None:
    audit.record(timezone.now(), "look", person=1)
    tables = "trust_anchorhead, trust_anchor" if table == "trust_anchor" and way != " cascade" else table
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as run:
        run.execute("set constraints all immediate")
        run.execute(f"truncate {tables}{way}")
    assert AuditRecord.objects.filter(act="look").exists()


@pytest.mark.django_db
def test_every_table_that_refuses_changes_refuses_to_be_emptied_too() -> None:
    """Of all rooms: a table whose rows are only ever added to has both triggers."""
    with connection.cursor() as run:
        run.execute("""select c.relname, bool_or(t.tgtype & 32 <> 0) from pg_trigger t
            join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
            where p.proname = 'trust_append_only' and c.relispartition = false group by 1 order by 1""")
        found = dict(run.fetchall())
    assert set(TABLES) <= set(found)
    assert [name for name, guarded in found.items() if not guarded] == []

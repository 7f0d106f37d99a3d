"""Open cases as a source of map layers: everybody sees those that their scope holds, no more (S0-06)."""

from django.utils.translation import gettext_lazy as _

from citygrid.cases.database import cursor, plain
from citygrid.maps import sources
from citygrid.maps.sources import Fragment, Property, Source
from citygrid.organization.seats import Signed

# Rows written to the open cases, as PostgreSQL counts them (within a second; anew after a crash): it moves whenever an
# open case does, by acts and by imports, and costs no look at the cases.
STATE = """select pg_postmaster_start_time()::text || ' ' || coalesce((
    select n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables
    where relid = 'cases_case_open'::regclass), 0)"""


def register() -> None:
    """Tell of the source; called when the app starts."""
    sources.add(
        Source(
            code="cases.open",
            title=_("Open cases"),
            table="cases_case_open t",
            key="t.id::text",
            kind="point",
            shape=None,
            lon="t.lon::float8",
            lat="t.lat::float8",
            point="t.point",
            state=_state,
            properties={
                "name": Property("t.report_no", "text", _("Report number"), open=False),
                "case_no": Property("t.case_no", "text", _("Case number"), open=False),
                "state": Property("t.state", "text", _("State"), open=False),
                "kind": Property("t.kind", "text", _("Kind"), open=False),
                "class_id": Property("t.class_id", "text", _("Class"), open=False),
            },
            where="t.point is not null",
            scope=_scope,
            link="/cases/{key}/",
        )
    )


def _scope(signed: Signed | None) -> Fragment:
    if signed is None:
        return "false", ()
    return signed.scope.sql("t")


def _state() -> str:
    with plain() as connection:
        row = cursor(connection).execute(STATE).fetchone()
        return str(row[0]) if row else ""

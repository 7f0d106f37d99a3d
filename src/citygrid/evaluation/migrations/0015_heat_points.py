"""When and where each case came, in a narrow table that follows the facts (`heat_points.py`)."""

from django.db import migrations

SQL = """
create table evaluation_heat (
    case_id uuid primary key, received_at timestamptz not null, class_id text not null, district bigint,
    lon float8, lat float8);
insert into evaluation_heat
    select c.id, c.received_at, c.class_id, c.district, c.lon::float8, c.lat::float8
    from cases_head h join cases_case c on c.id = h.case_id and c.bucket = h.bucket
    where c.state not in ('rejected', 'voided', 'merged') and c.class_id is not null;
create index evaluation_heat_received on evaluation_heat (received_at);
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0014_frozen_not_emptied")]
    operations = [migrations.RunSQL(SQL, "drop table evaluation_heat")]

"""Rows for the bench of decision support: copies of one case become fifty classes all over the city, with a handling
task each; what is closed was finished by a unit, one of ten was looked at again; facts say the same."""

_CASES = """
update cases_case c set point = point(random() * 20000, random() * 20000), class_id = 'class-' || floor(random() * 50),
    lon = (111 + random() * 0.2)::text, lat = (30 + random() * 0.2)::text,
    state = case when c.bucket = %(open)s then c.state else 'closed' end,
    received_at = %(now)s - random() * interval '60 days',
    closed_at = case when c.bucket = %(open)s then null else %(now)s - random() * interval '30 days' end,
    filed_at = case when c.bucket = %(open)s then null else %(now)s - interval '60 days' end,
    unit = b.ids[1 + abs(hashtext(c.id::text)) %% cardinality(b.ids)]
from (select array_agg(id order by id) as ids from organization_body) b
"""
_TASKS = """
update cases_item i set kind = 'handle', subject = 'a1', body = c.unit, limit_text = '2 work_day', calendar = null,
    opened_at = c.received_at, paused_at = null, done_at = c.closed_at,
    outcome = case when c.closed_at is not null then 'done' end,
    due = case when c.closed_at is null then %(now)s + (random() * 10 - 3) * interval '1 day'
        else c.closed_at + (random() - 0.2) * interval '1 day' end
from cases_case c where c.id = i.case_id and c.bucket = i.bucket
"""
_HEAT = """
insert into evaluation_heat select id, received_at, class_id, district, lon::float8, lat::float8 from cases_case
"""
_ITEM = """
insert into evaluation_item (case_id, no, class_id, source, district, unit, kind, subject, main, body, role, opened_at,
    due, done_at, outcome, ended, late, stands, duty, exempt, derived)
select i.case_id, i.no, c.class_id, c.source, c.district, c.unit, 'handle', 'a1', true, c.unit, 'unit_desk',
    i.opened_at, i.due, i.done_at, i.outcome, false, coalesce(i.done_at > i.due, false), true, 'main', false, ''
from cases_item i join cases_case c on c.id = i.case_id and c.bucket = i.bucket
"""
_CASE = """
insert into evaluation_case (case_id, version, report_no, kind, mode, source, class_id, safety, state, standing,
    district, unit, received_at, filed_at, closed_at, late, exempt, returns, reworks, redispatches, extensions,
    suspensions, urges, supervisions, inspections, recurrence, reopened, provisional, public, marked_urgent, marked_key,
    derived)
select id, version, report_no, kind, mode, source, class_id, safety, state,
    case when closed_at is null then 'open' else 'closed' end, district, unit, received_at, filed_at, closed_at, false,
    false, 0, 0, 0, 0, 0, 0, 0, case when closed_at is not null and hashtext(id::text) %% 10 = 0 then 1 else 0 end,
    false, false, false, false, false, false, ''
from cases_case
"""
_ACT = """
insert into evaluation_act (case_id, no, class_id, source, district, unit, act, at, recorded_at, role, result, public,
    derived)
select case_id, 9, class_id, source, district, unit, 'inspect', closed_at, closed_at, 'inspector',
    case when random() < 0.9 then 'in_order' else 'not_in_order' end, false, ''
from evaluation_case where inspections > 0
"""
STREWN = (
    "truncate evaluation_heat, evaluation_item, evaluation_case, evaluation_act, evaluation_recurrence",
    _CASES, _TASKS, _HEAT, _ITEM, _CASE, _ACT, "delete from evaluation_changed",
    "delete from evaluation_day_zone", "truncate evaluation_day_case, evaluation_day_item, evaluation_day_act",
    "analyze cases_case, cases_item, evaluation_heat, evaluation_item, evaluation_case, evaluation_act",
)  # fmt: skip
"""In this order; `open`: the bucket of what is open, `now`."""

"""Rows of facts for the bench of the evaluation: a year of cases, made in the database (domain/scale.md 1 and 5).

Sources are collectors nine times of ten; work comes by day; limits are four hours, a day or three days; a tenth of the
handlings is late, one in twenty reports is refused, one case in fifty stays open, some are voided, merged, reworked."""

from datetime import date

MONTHS = [date(2025 + m // 12, m % 12 + 1, 1) for m in range(4, 18)]
"""From May 2025 (UTC) to June 2026; the last moment that anything is known of is the end of May."""

_LIFE = """
create unlogged table bench_life as
select case_id, k, unit, district, street, community, class_id, source, public, fate, rework, extended, followed, urged,
    received, case when accepted < now then accepted end as accepted,
    case when filed < now and fate <> 'rejected' then filed end as filed,
    case when dispatched < now and fate <> 'rejected' then dispatched end as dispatched,
    case when signed < now and fate <> 'rejected' then signed end as signed,
    dispatched + allowed as due,
    case when handled < now and fate in ('closed', 'merged') then handled end as handled,
    case when handled + wait < now and fate = 'closed' then handled + wait end as sent,
    case when handled + wait * 5 < now and fate = 'closed' then handled + wait * 5 end as checked,
    case when handled + wait * 7 < now and fate = 'closed' then handled + wait * 7
         when accepted < now and fate = 'rejected' then accepted
         when handled < now and fate in ('merged', 'voided') then handled end as closed
from (select *, accepted + wait as filed, accepted + wait * 2 as dispatched, accepted + wait * 4 as signed,
        accepted + wait * 4 + allowed * (random() ^ 2 * 1.25) as handled
    from (select k, md5(k::text)::uuid as case_id, timestamptz '2026-06-01 00:00+08' as now,
            mod(u, 20) + 1 as district, (mod(u, 20) + 1) * 100 + mod(k, 7) as street,
            (mod(u, 20) + 1) * 10000 + mod(k, 70) as community, u + 1 as unit,
            'class-' || (random() ^ 2 * 100)::int as class_id, wait,
            case when s < 0.9 then 'collector' when s < 0.97 then 'hotline' when s < 0.99 then 'web' else 'video' end
                as source,
            s >= 0.9 and s < 0.99 as public, day + time * interval '1 hour' as received,
            day + time * interval '1 hour' + wait as accepted,
            case when f < 0.05 then 'rejected' when f < 0.07 then 'open' when f < 0.08 then 'merged'
                 when f < 0.09 then 'voided' else 'closed' end as fate,
            (array['4 hours', '1 day', '3 days'])[mod(k, 3) + 1]::interval as allowed,
            random() < 0.04 as rework, random() < 0.03 as extended, random() < 0.1 as followed, random() < 0.04 as urged
        from (select k::int as k, floor(random() ^ 1.5 * 300)::int as u, random() as s, random() as f,
                (-ln(1 - random()) * 8 + 0.5) * interval '1 minute' as wait, 7 + random() * 14 as time,
                timestamptz '2025-06-01 00:00+08' + (k * 365 / %(cases)s) * interval '1 day' as day
            from generate_series(0, %(cases)s - 1) k) drawn) placed) timed
"""
_ITEM = """
insert into evaluation_item (case_id, no, class_id, source, district, street, community, unit, kind, subject, main,
    body, role, person, opened_at, due, done_at, outcome, ended, late, held, stands, duty, exempt, derived,
    collector, contractor, in_charge, centre)
select case_id, i.no, class_id, source, district, street, community, unit, i.kind, i.subject, true,
    case when i.subject = 'a1' then unit else 1 end, i.role, case when i.done is not null then mod(k,
        40) + i.no * 100 end,
    i.opened, i.due, i.done,
        case when i.done is not null then case when fate = 'voided' and i.kind = 'handle' then 'dropped'
        else i.outcome end end,
    i.done is not null and fate = 'voided' and i.kind = 'handle', coalesce(i.done > i.due, false),
    case when i.done is not null then (extract(epoch from i.done - i.opened) * 1000000)::bigint end, true,
    case when i.subject = 'a1' then 'main' else 'case' end, false, '',
    case when source = 'collector' then mod(k, 400) + 1000 end, case when source = 'collector' then mod(k, 5) + 500 end,
    case when signed is not null then unit * 10 + mod(k, 3) end, 1
from bench_life cross join lateral (values
    (1, 'accept', 'case', 'call_taker', received, received + interval '10 minutes', accepted, 'done'),
    (2, 'file', 'case', 'shift_leader', case when fate <> 'rejected' then accepted end,
        accepted + interval '10 minutes', filed, 'done'),
    (3, 'dispatch', 'case', 'dispatcher', filed, filed + interval '15 minutes', dispatched, 'done'),
    (4, 'sign', 'a1', 'unit_desk', dispatched, dispatched + interval '30 minutes', signed, 'done'),
    (5, 'handle', 'a1', 'unit_desk', dispatched, due, case when fate = 'voided' then closed else handled end, 'done'),
    (6, 'send_check', 'case', 'call_taker', handled, handled + interval '15 minutes', sent, 'done'),
    (7, 'check', 'case', 'collector', sent, sent + interval '2 hours', checked,
        case when rework then 'not_fixed' else 'fixed' end),
    (8, 'close', 'case', 'shift_leader', checked, checked + interval '30 minutes', closed,
        case when rework then 'rework' else 'qualified' end),
    (9, 'approve', 'r1', 'dispatcher', case when extended then signed end, signed + interval '2 hours',
        signed + (due - dispatched) * 0.1, 'granted')
    ) i(no, kind, subject, role, opened, due, done, outcome)
where i.opened is not null
"""
_CASE = """
insert into evaluation_case (case_id, version, report_no, case_no, kind, mode, source, class_id, condition, safety,
    state,
    standing, outcome, district, street, community, unit, received_at, accepted_at, filed_at, dispatched_at, handled_at,
    checked_at, closed_at, due, overdue_from, late, exempt, returns, reworks, redispatches, extensions, suspensions,
        urges,
    supervisions, inspections, recurrence, reopened, provisional, public, marked_urgent, marked_key, derived,
    collector, contractor, in_charge, centre)
select case_id, 9, 'R-' || k, 'C-' || k, 'event', 'regular', source, class_id, '1', false, state,
    case when fate = 'merged' then 'merged' when closed is null then 'open' else state end,
    case when state = 'closed' then 'qualified' end, district, street, community, unit, received, accepted, filed,
        dispatched,
    handled, checked, closed, due, case when handled is null or handled > due then due end, coalesce(handled > due,
        false),
    false, 0, rework::int, 0, extended::int, 0, urged::int, 0, 0, mod(k, 97) = 0, false, false, public, mod(k, 50) = 0,
    mod(k, 70) = 0, '', case when source = 'collector' then mod(k, 400) + 1000 end,
    case when source = 'collector' then mod(k, 5) + 500 end,
    case when signed is not null then unit * 10 + mod(k, 3) end, 1
from (select *, case when closed is null then 'handling' else fate end as state from bench_life) told
"""
_ASSIGNMENT = """
insert into evaluation_assignment (case_id, no, class_id, source, district, street, community, unit, duty, state,
    outcome,
    offered_at, due, signed_at, done_at, late, fed_back, reworks, extensions, exempt, closed_at, body, role, person,
    derived, collector, contractor, in_charge, centre)
select case_id, 1, class_id, source, district, street, community, unit, 'main',
    case when handled is null then 'signed' else 'done' end, null, dispatched, due, signed, handled,
    coalesce(handled > due, false), handled is not null, rework::int, extended::int, false, closed, 1, 'dispatcher',
    mod(k, 40) + 300, '', case when source = 'collector' then mod(k, 400) + 1000 end,
    case when source = 'collector' then mod(k, 5) + 500 end,
    case when signed is not null then unit * 10 + mod(k, 3) end, 1
from bench_life where dispatched is not null
"""
_ACT = """
insert into evaluation_act (case_id, no, class_id, source, district, street, community, unit, act, at, recorded_at,
    person,
    body, role, side, request_kind, request_state, result, filed_at, state, public, derived,
    collector, contractor, in_charge, centre)
select case_id, a.no, class_id, source, district, street, community, unit, a.act, a.at, a.at, mod(k, 40) + a.no * 100,
    case when a.role = 'unit_desk' then unit else 1 end, a.role, 'supervising',
        case when a.act = 'approve' then 'extend' end,
    case when a.act = 'approve' then 'granted' end, a.result, filed,
        case when closed is null then 'handling' else fate end,
    public, '', case when source = 'collector' then mod(k, 400) + 1000 end,
    case when source = 'collector' then mod(k, 5) + 500 end,
    case when signed is not null then unit * 10 + mod(k, 3) end, 1
from bench_life cross join lateral (values
    (1, case when public then 'log_call' else 'report' end, case when public then 'call_taker' else 'collector' end,
        received, null),
    (2, case when fate = 'rejected' then 'refuse' else 'accept' end, 'call_taker', accepted, null),
    (3, 'file_case', 'shift_leader', filed, null), (4, 'dispatch', 'dispatcher', dispatched, null),
    (5, 'sign', 'unit_desk', signed, null), (6, 'feed_back', 'unit_desk', handled, null),
    (7, 'send_check', 'call_taker', sent, null), (8, 'check', 'collector', checked,
        case when rework then 'not_fixed' else 'fixed' end),
    (9, 'close', 'shift_leader', case when fate = 'closed' then closed end, null),
    (10, 'approve', 'dispatcher', case when extended then signed + (due - dispatched) * 0.1 end, null),
    (11, 'urge', 'call_taker', case when urged then signed end, null),
    (12, 'follow_up', 'call_taker', case when followed then closed end,
        (array['very_satisfied', 'satisfied', 'satisfied', 'unsatisfied', 'unreachable'])[mod(k, 5) + 1])
    ) a(no, act, role, at, result)
where a.at is not null
"""
TABLES = {"life": _LIFE, "item": _ITEM, "case": _CASE, "assignment": _ASSIGNMENT, "act": _ACT}

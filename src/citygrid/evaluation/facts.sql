-- Facts: what an indicator counts. `evaluation_live_*` say how a row comes from cases, work items, assignments and
-- entries; the tables of the same columns (`facts_tables.sql`) hold them, so that a month is one plain query without
-- joins or JSON. `facts.refresh` brings the rows of changed cases over. `derived`: acts that an import guessed, as
-- `|act|act|`. Decision: docs/decisions/0005-facts.md.

create view evaluation_live_case as
select c.id as case_id, c.version, c.report_no, c.case_no, c.kind, c.mode, c.source, c.class_id, c.condition, c.safety,
    c.state,
    case when c.parent is not null then 'merged' when c.state in ('closed', 'voided', 'rejected') then c.state
         else 'open' end as standing,
    c.outcome, c.district, c.street, c.community, c.unit,
    c.received_at, s.accepted_at, c.filed_at, c.dispatched_at, c.handled_at, s.checked_at, c.closed_at, c.due,
    -- The main unit is late from this moment on; none when it was on time, is out of it, or its clock stands still.
    case when m.state = 'withdrawn' or (m.state = 'done' and not coalesce(m.late, false)) or m.due >= h.paused_at
         then null else m.due end as overdue_from,
    coalesce(m.state = 'done' and m.late, false) as late,
    coalesce(m.exempt, false) as exempt,
    coalesce(s.returns, 0) as returns, coalesce(s.reworks, 0) as reworks, coalesce(s.redispatches, 0) as redispatches,
    coalesce(s.extensions, 0) as extensions, coalesce(s.suspensions, 0) as suspensions, s.suspend_mode,
    coalesce(s.urges, 0) as urges, coalesce(s.supervisions, 0) as supervisions,
    coalesce(s.inspections, 0) as inspections, s.rating, s.cost,
    s.reopen_of is not null as recurrence, coalesce(s.reopened, false) as reopened,
    coalesce(s.provisional, false) as provisional, coalesce(s.public, false) as public,
    'urgent' = any(c.marks) as marked_urgent, 'key' = any(c.marks) as marked_key,
    case when cardinality(o.derived) > 0 then '|' || array_to_string(o.derived, '|') || '|' else '' end as derived
from cases_case c
    cross join lateral jsonb_to_record(c.snapshot) as s(
        accepted_at timestamptz, checked_at timestamptz, returns int, reworks int, redispatches int, extensions int,
        suspensions int, suspend_mode text, urges int, supervisions int, inspections int, rating text, cost bigint,
        reopen_of text, reopened boolean, provisional boolean, public boolean)
    left join lateral (
        select a.no, a.state, a.due, a.late, a.exempt from cases_assignment a
        where a.case_id = c.id and a.month = c.month and a.parent is null and not a.assisting
        order by a.no desc limit 1) m on true
    left join lateral (
        select i.paused_at from cases_item i
        where i.case_id = c.id and i.bucket = '0001-01-01' and i.kind = 'handle' and i.subject = 'a' || m.no
        limit 1) h on true
    left join cases_origin o on o.case_id = c.id;

create view evaluation_live_assignment as
select a.case_id, a.no, c.class_id, c.source, c.district, c.street, c.community, a.body as unit,
    case when a.parent is not null then 'lower' when a.assisting then 'assisting' else 'main' end as duty,
    a.state, a.outcome, a.offered_at, a.due, a.signed_at, a.arrived_at, a.made_safe_at, a.done_at,
    coalesce(a.late, false) as late, a.state = 'done' as fed_back, a.worker, a.reworks, a.extensions, a.exempt,
    c.closed_at, d.body, d.role, nullif(d.done_by, 0) as person,
    case when cardinality(o.derived) > 0 then '|' || array_to_string(o.derived, '|') || '|' else '' end as derived
from cases_assignment a
    join cases_head n on n.case_id = a.case_id
    join cases_case c on c.id = a.case_id and c.bucket = n.bucket
    left join lateral (
        select i.body, i.role, i.done_by from cases_item i
        where i.case_id = a.case_id and i.kind = 'dispatch' and i.done_at = a.offered_at
            and i.outcome in ('done', 'rapid') limit 1) d on true
    left join cases_origin o on o.case_id = a.case_id;

create view evaluation_live_item as
select i.case_id, i.no, c.class_id, c.source, c.district, c.street, c.community,
    case when i.subject like 'a%' then i.body else c.unit end as unit,
    i.kind, i.subject, i.main, i.body, i.role,
    -- Who did it; the queue (no person) where the system did it, or where the answer to another item answered it too.
    case when i.done_at is null or i.outcome in (
                'dropped', 'merged', 'withdrawn', 'returned', 'ended', 'disputed', 'passed_over', 'referred', 'unfiled')
            then i.person
         when i.kind = 'accept' and exists (
                select 1 from cases_item v where v.case_id = i.case_id and v.kind = 'verify' and v.done_at = i.done_at)
            then null
         else nullif(i.done_by, 0) end as person,
    i.opened_at, i.due, i.paused_at, i.done_at, i.outcome,
    -- Ended without being done: nobody owes it any more, so no should-be count has it.
    coalesce(i.outcome in (
        'dropped', 'merged', 'withdrawn', 'returned', 'ended', 'disputed', 'passed_over', 'referred', 'unfiled'
    ), false) as ended,
    coalesce(i.late, false) as late, i.held,
    -- Whether what was done still stands: a filing that was taken back counts no more.
    case i.kind when 'file' then coalesce(i.done_at = c.filed_at, false)
        when 'accept' then coalesce(i.done_at = (c.snapshot ->> 'accepted_at')::timestamptz, false)
        else true end as stands,
    case when a.no is null then 'case' when a.parent is not null then 'lower' when a.assisting then 'assisting'
        else 'main' end as duty,
    coalesce(a.exempt, false) as exempt,
    case when cardinality(o.derived) > 0 then '|' || array_to_string(o.derived, '|') || '|' else '' end as derived
from cases_item i
    join cases_head n on n.case_id = i.case_id
    join cases_case c on c.id = i.case_id and c.bucket = n.bucket
    left join cases_assignment a on a.case_id = i.case_id and a.month = n.month and i.subject = 'a' || a.no
    left join cases_origin o on o.case_id = i.case_id;

create view evaluation_live_act as
select e.case_id, e.seq as no, c.class_id, c.source, c.district, c.street, c.community,
    case when r.request ->> 'kind' in ('return', 'extend', 'suspend', 'appeal')
        then (r.request ->> 'asker_body')::bigint else c.unit end as unit,
    e.type as act, e.effective_at as at, e.recorded_at,
    -- A finding is about a collector, whoever made it.
    coalesce((r.finding ->> 'person')::bigint, nullif(e.person, 0)) as person,
    case when r.finding is null then e.body end as body,
    case when r.finding is null then e.role else 'collector' end as role,
    e.side,
    r.request ->> 'kind' as request_kind, r.request ->> 'state' as request_state, r.request ->> 'mode' as request_mode,
    coalesce(e.data #>> '{said,result}', e.data #>> '{said,rating}', e.data #>> '{said,outcome}') as result,
    r.finding ->> 'kind' as finding_kind,
    -- A confirmation that was undone since stays a fact and counts no more.
    case when r.finding ->> 'state' = 'confirmed' and c.findings @> jsonb_build_array(
                jsonb_build_object('no', r.finding -> 'no', 'state', 'undone'))
        then 'void' else r.finding ->> 'state' end as finding_state,
    c.filed_at, c.state, c.public,
    case when cardinality(o.derived) > 0 then '|' || array_to_string(o.derived, '|') || '|' else '' end as derived
from cases_entry e
    join cases_head n on n.case_id = e.case_id and n.month = e.month
    join (select id, bucket, class_id, source, district, street, community, unit, filed_at, state,
                 snapshot -> 'findings' as findings, coalesce((snapshot ->> 'public')::boolean, false) as public from cases_case) c
        on c.id = e.case_id and c.bucket = n.bucket
    cross join lateral (select
        jsonb_path_query_first(e.data, '$.request[*] ? (@.state == "granted" || @.state == "refused")') as request,
        e.data #> '{finding,0}' as finding) r
    left join cases_origin o on o.case_id = e.case_id
where e.type not in ('lapse', 'retime', 'comment', 'mark', 'adopt', 'release');

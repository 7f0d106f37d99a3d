-- Facts: what an indicator counts. `evaluation_live_*` say how a row comes from cases, work items, assignments and
-- entries; the tables of the same columns (`facts_tables.sql`) hold them, so that a month is one plain query without
-- joins or JSON. `facts.refresh` brings the rows of changed cases over. `derived`: acts that an import guessed, as
-- `|act|act|`. Decision: docs/decisions/0005-facts.md.
--
-- Whom a row is for, beside unit, area, class and source (all ids, null: nobody):
-- `collector`, `contractor`: of a verification, a check, an act of a collector's own and a finding the collector whose it
-- is, of everything else the one who reported the case; and the body that the collector worked for then.
-- `in_charge`: who signed for the assignment, of everything else who signed for the case's main unit; of a request who
-- asked. `centre`: the centre that acted on the case last, or has it in its queue.

-- 回潮: a new filing that is the same problem at the same place again, and the closed case that it comes of. `facts.refresh`
-- finds them for cases that were filed since, by the city's distance and days (no row in the rule: none are looked for).
-- Whoever finds that it is not the same place undoes one, with a reason; what was undone stays so.
create table if not exists evaluation_recurrence_rule (metres integer not null, days integer not null);
create table if not exists evaluation_recurrence (
    case_id uuid primary key, earlier uuid not null, class_id text not null, unit bigint, in_charge bigint,
    person bigint, body bigint, role text, metres numeric(8, 1) not null, closed_at timestamptz not null,
    filed_at timestamptz not null, undone_at timestamptz, undone_by bigint, reason text);
create index if not exists evaluation_recurrence_earlier on evaluation_recurrence (earlier);
create index if not exists evaluation_recurrence_filed on evaluation_recurrence (filed_at);

-- Whoever needs it of many rows of a case asks once for the case and joins the rows to the id that comes back: the `offset`
-- keeps the planner from asking again for each row, by which a case would cost the square of its entries.
create or replace function evaluation_whose(which uuid, received date)
    returns table (collector bigint, contractor bigint, in_charge bigint, centre bigint) language sql stable as $$
select max(e.person) filter (where e.seq = 1 and e.role = 'collector'),
    max(e.body) filter (where e.seq = 1 and e.role = 'collector'),
    (array_agg(e.person order by e.seq desc) filter (
        where e.type in ('sign', 'assign_worker', 'forward') and e.effective_at = m.signed_at and e.body = m.body))[1],
    (array_agg(e.body order by e.seq desc) filter (
        where e.body is not null and e.type in ('accept', 'refuse', 'send_verify', 'file_case', 'refuse_filing', 'unfile',
            'dispatch', 'rapid', 'send_check', 'close', 'rework', 'redispatch', 'review_self')))[1]
from cases_entry e
    left join lateral (
        select a.body, a.signed_at from cases_assignment a
        where a.case_id = which and a.month = received and a.parent is null and not a.assisting
        order by a.no desc limit 1) m on true
where e.case_id = which and e.month = received
$$;

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
    w.collector, w.contractor, w.in_charge, coalesce(w.centre, c.holder_body) as centre,
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
    cross join lateral evaluation_whose(c.id, c.month) w
    left join cases_origin o on o.case_id = c.id;

create view evaluation_live_assignment as
select n.case_id, a.no, c.class_id, c.source, c.district, c.street, c.community, a.body as unit,
    case when a.parent is not null then 'lower' when a.assisting then 'assisting' else 'main' end as duty,
    a.state, a.outcome, a.offered_at, a.due, a.signed_at, a.arrived_at, a.made_safe_at, a.done_at,
    coalesce(a.late, false) as late, a.state = 'done' as fed_back, a.worker, a.reworks, a.extensions, a.exempt,
    c.closed_at, d.body, d.role, nullif(d.done_by, 0) as person,
    w.collector, w.contractor, g.person as in_charge, coalesce(d.body, w.centre, c.holder_body) as centre,
    case when cardinality(o.derived) > 0 then '|' || array_to_string(o.derived, '|') || '|' else '' end as derived
from cases_head n
    join cases_case c on c.id = n.case_id and c.bucket = n.bucket
    cross join lateral (select n.case_id, x.* from evaluation_whose(n.case_id, n.month) x offset 0) w
    join cases_assignment a on a.case_id = w.case_id
    left join lateral (
        select i.body, i.role, i.done_by from cases_item i
        where i.case_id = a.case_id and i.kind = 'dispatch' and i.done_at = a.offered_at
            and i.outcome in ('done', 'rapid') limit 1) d on true
    left join lateral (
        select e.person from cases_entry e
        where e.case_id = a.case_id and e.month = a.month and e.type in ('sign', 'assign_worker', 'forward')
            and e.body = a.body and e.effective_at = a.signed_at order by e.seq desc limit 1) g on true
    left join cases_origin o on o.case_id = n.case_id;

create view evaluation_live_item as
select n.case_id, i.no, c.class_id, c.source, c.district, c.street, c.community,
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
    case when i.kind in ('verify', 'check') then coalesce(case when i.done_at is not null and i.outcome not in (
                'dropped', 'merged', 'withdrawn', 'returned', 'ended', 'disputed', 'passed_over', 'referred', 'unfiled')
            then nullif(i.done_by, 0) end, i.person) else w.collector end as collector,
    case when i.kind in ('verify', 'check') then i.body else w.contractor end as contractor,
    case when a.no is not null then g.person else w.in_charge end as in_charge,
    case when i.kind in ('accept', 'send_verify', 'file', 'dispatch', 'send_check', 'close') then i.body
         else coalesce(w.centre, c.holder_body) end as centre,
    case when cardinality(o.derived) > 0 then '|' || array_to_string(o.derived, '|') || '|' else '' end as derived
from cases_head n
    join cases_case c on c.id = n.case_id and c.bucket = n.bucket
    cross join lateral (select n.case_id, x.* from evaluation_whose(n.case_id, n.month) x offset 0) w
    join cases_item i on i.case_id = w.case_id
    left join cases_assignment a on a.case_id = i.case_id and a.month = n.month and i.subject = 'a' || a.no
    left join lateral (
        select e.person from cases_entry e
        where e.case_id = a.case_id and e.month = a.month and e.type in ('sign', 'assign_worker', 'forward')
            and e.body = a.body and e.effective_at = a.signed_at order by e.seq desc limit 1) g on true
    left join cases_origin o on o.case_id = n.case_id;

create view evaluation_live_act as
select n.case_id, e.seq as no, c.class_id, c.source, c.district, c.street, c.community,
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
    case when r.finding is not null then (r.finding ->> 'person')::bigint
        when e.role = 'collector' or e.type in ('verify', 'check') then nullif(e.person, 0)
        else w.collector end as collector,
    case when r.finding is not null then coalesce(
            (select x.body from cases_entry x where x.case_id = e.case_id and x.month = e.month and x.body is not null
                and x.person = (r.finding ->> 'person')::bigint order by x.seq limit 1),
            (select p.body_id from organization_seat t join organization_post p on p.id = t.post_id
                where t.person_id = (r.finding ->> 'person')::bigint and t.since <= e.effective_at
                    and (t.until is null or t.until > e.effective_at) order by t.id limit 1))
        when e.role = 'collector' or e.type in ('verify', 'check') then e.body
        else w.contractor end as contractor,
    case when r.request ->> 'kind' in ('return', 'extend', 'suspend', 'appeal') then (r.request ->> 'asker')::bigint
        else w.in_charge end as in_charge,
    coalesce(w.centre, c.holder_body) as centre,
    case when cardinality(o.derived) > 0 then '|' || array_to_string(o.derived, '|') || '|' else '' end as derived
from cases_head n
    join (select id, bucket, class_id, source, district, street, community, unit, filed_at, state, holder_body,
                 snapshot -> 'findings' as findings, coalesce((snapshot ->> 'public')::boolean, false) as public from cases_case) c
        on c.id = n.case_id and c.bucket = n.bucket
    cross join lateral (select n.case_id, x.* from evaluation_whose(n.case_id, n.month) x offset 0) w
    join cases_entry e on e.case_id = w.case_id and e.month = n.month
    cross join lateral (select
        jsonb_path_query_first(e.data, '$.request[*] ? (@.state == "granted" || @.state == "refused")') as request,
        e.data #> '{finding,0}' as finding) r
    left join cases_origin o on o.case_id = n.case_id
where e.type not in ('lapse', 'retime', 'comment', 'mark', 'adopt', 'release')
union all
-- 回潮 is counted where the new case is: for the unit that had handled the closed one, and for the post that had checked it.
select c.id, 0, c.class_id, c.source, c.district, c.street, c.community, l.unit, 'recur', c.filed_at, c.filed_at,
    l.person, l.body, l.role, null, null, null, null, null, null, null, c.filed_at, c.state,
    coalesce((c.snapshot ->> 'public')::boolean, false), l.person, l.body, l.in_charge, w.centre,
    case when cardinality(o.derived) > 0 then '|' || array_to_string(o.derived, '|') || '|' else '' end
from evaluation_recurrence l
    join cases_head n on n.case_id = l.case_id
    join cases_case c on c.id = l.case_id and c.bucket = n.bucket
    cross join lateral evaluation_whose(c.id, c.month) w
    left join cases_origin o on o.case_id = c.id
where l.undone_at is null and l.class_id = c.class_id and c.filed_at is not null and c.parent is null
    and c.state not in ('voided', 'rejected')
union all
-- A finding of a patrol is about no case: `case_id` is its own. It counts from its confirmation on, unless it was undone.
select f.id, 1, null, null, coalesce(f.district, g.district), g.street, g.community, null, 'finding', f.confirmed_at, f.confirmed_at, f.person_id, null,
    'collector', null, null, null, null, null, f.kind,
    case when f.state in ('confirmed', 'appealed', 'upheld') then 'confirmed' else 'void' end, null, null, false,
    f.person_id, f.body_id, null, null, ''
from collection_finding f
    join collection_patrol p on p.id = f.patrol_id
    -- Where the patrol went: its first district; a street and a community where it kept to one.
    cross join lateral (
        select min(a.id) filter (where a.kind = 'district') as district,
            case when count(*) filter (where a.kind = 'street') = 1 then min(a.id) filter (where a.kind = 'street') end
                as street,
            case when count(*) filter (where a.kind = 'community') = 1
                then min(a.id) filter (where a.kind = 'community') end as community
        from areas_area a where a.id = any(p.areas)) g
where f.case_id is null and f.confirmed_at is not null;

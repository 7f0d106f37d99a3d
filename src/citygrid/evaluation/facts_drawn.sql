-- 督查: a closed case that was drawn by lot is work that is owed (应督查), by whoever drew it, until the day that the draw
-- names. It is a row among the work items, of kind `inspect`; its number is the lot's own, below zero. What inspectors
-- look at without a draw is an act only. Whose the case is (unit, area, class ...) is as of any other item of a case.
-- `evaluation_live_work` is what `facts.sql` calls `evaluation_live_item`: whoever makes that one anew runs this after it.
alter view evaluation_live_item rename to evaluation_live_work;
create view evaluation_live_item as
select * from evaluation_live_work
union all
select d.case_id, (-d.id)::integer, c.class_id, c.source, c.district, c.street, c.community, c.unit,
    'inspect', 'case', false, coalesce(x.body, w.body), coalesce(x.role, nullif(w.role, '')), coalesce(d.by, w.by),
    w.at, w.due, null::timestamptz, d.at, nullif(d.result, ''),
    false, coalesce(d.at > w.due, false), null::bigint, true, 'case', false,
    o.collector, o.contractor, o.in_charge, coalesce(o.centre, c.holder_body),
    case when cardinality(g.derived) > 0 then '|' || array_to_string(g.derived, '|') || '|' else '' end
from cases_drawncase d
    join cases_draw w on w.id = d.draw_id
    join cases_head n on n.case_id = d.case_id
    join cases_case c on c.id = d.case_id and c.bucket = n.bucket
    left join lateral (
        select e.body, e.role from cases_entry e
        where e.case_id = d.case_id and e.month = n.month and e.type = 'inspect' and e.person = d.by
            and e.recorded_at = d.at limit 1) x on true
    cross join lateral evaluation_whose(c.id, c.month) o
    left join cases_origin g on g.case_id = d.case_id;

create or replace function evaluation_mark_drawn() returns trigger language plpgsql as $$
begin
    insert into evaluation_changed select distinct case_id from changed;
    return null;
end $$;
drop trigger if exists evaluation_mark_new on cases_drawncase;
drop trigger if exists evaluation_mark_again on cases_drawncase;
drop trigger if exists evaluation_mark_gone on cases_drawncase;
create trigger evaluation_mark_new after insert on cases_drawncase
    referencing new table as changed for each statement execute function evaluation_mark_drawn();
create trigger evaluation_mark_again after update on cases_drawncase
    referencing new table as changed for each statement execute function evaluation_mark_drawn();
create trigger evaluation_mark_gone after delete on cases_drawncase
    referencing old table as changed for each statement execute function evaluation_mark_drawn();
insert into evaluation_changed select distinct case_id from cases_drawncase;

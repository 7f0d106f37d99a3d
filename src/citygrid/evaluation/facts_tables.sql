-- The tables of facts, by the month (UTC) in which a row was over: what is open, and what has no partition, is in
-- `_rest`. A month reads its own partition whole, and of later ones only what had begun by its end.
create table evaluation_case (like evaluation_live_case) partition by range (closed_at);
create table evaluation_assignment (like evaluation_live_assignment) partition by range (done_at);
create table evaluation_item (like evaluation_live_item) partition by range (done_at);
create table evaluation_act (like evaluation_live_act) partition by range (at);

create table evaluation_case_rest partition of evaluation_case default;
create table evaluation_assignment_rest partition of evaluation_assignment default;
create table evaluation_item_rest partition of evaluation_item default;
create table evaluation_act_rest partition of evaluation_act default;

create index evaluation_case_id on evaluation_case (case_id);
create index evaluation_assignment_id on evaluation_assignment (case_id, no);
create index evaluation_item_id on evaluation_item (case_id, no);
create index evaluation_act_id on evaluation_act (case_id, no);
create index evaluation_case_begun on evaluation_case (received_at);
create index evaluation_assignment_begun on evaluation_assignment (offered_at);
create index evaluation_item_begun on evaluation_item (opened_at);
-- A city's month begins in the middle of a month of the tables: of the one before only the last hours are wanted.
create index if not exists evaluation_case_over on evaluation_case (closed_at);
create index if not exists evaluation_assignment_over on evaluation_assignment (done_at);
create index if not exists evaluation_item_over on evaluation_item (done_at);
create index if not exists evaluation_act_over on evaluation_act (at);
-- Most cities have no derived acts, and so nothing to look through.
create index evaluation_case_derived on evaluation_case (case_id) where derived <> '';

-- The cases that changed since their facts were brought over. Statement triggers on the heads keep the list: one row
-- for an act, one statement for a whole import; a comparison of millions of versions is not needed.
create table evaluation_changed (case_id uuid not null);

create function evaluation_mark() returns trigger language plpgsql as $$
begin
    insert into evaluation_changed select case_id from changed;
    return null;
end $$;
create function evaluation_mark_all() returns trigger language plpgsql as $$
begin
    insert into evaluation_changed select case_id from evaluation_case;
    return null;
end $$;
create trigger evaluation_mark_new after insert on cases_head
    referencing new table as changed for each statement execute function evaluation_mark();
create trigger evaluation_mark_again after update on cases_head
    referencing new table as changed for each statement execute function evaluation_mark();
create trigger evaluation_mark_gone after delete on cases_head
    referencing old table as changed for each statement execute function evaluation_mark();
create trigger evaluation_mark_emptied after truncate on cases_head
    for each statement execute function evaluation_mark_all();
insert into evaluation_changed select case_id from cases_head;

-- Findings of patrols are facts of their own: they come and go by their own id.
create function evaluation_mark_finding() returns trigger language plpgsql as $$
begin
    insert into evaluation_changed select id from changed where case_id is null;
    return null;
end $$;
create trigger evaluation_mark_new after insert on collection_finding
    referencing new table as changed for each statement execute function evaluation_mark_finding();
create trigger evaluation_mark_again after update on collection_finding
    referencing new table as changed for each statement execute function evaluation_mark_finding();
create trigger evaluation_mark_gone after delete on collection_finding
    referencing old table as changed for each statement execute function evaluation_mark_finding();
insert into evaluation_changed select id from collection_finding where case_id is null;

-- Roll-ups by day: how many rows of facts, equal in all that the shipped indicators ask, had this moment on this day of
-- the city; for each way to attribute them (`by`). `not_due` and `overdue` are states: the row tells by how much the
-- number open at the end of the day differs from the day before; with `months`, of the month (its first day) instead. A
-- change is a row of its own (`fresh`), nothing is looked up to be raised; each night equal rows become one. `district` is
-- where the rows are: who sees a district is told from the same cells.
create table evaluation_day_zone (zone text not null);
create table evaluation_day_case (
    by text not null, months boolean not null, moment text not null, day date not null,
    number bigint, word text, person bigint, body bigint, district bigint,
    standing text, outcome text, mode text, late boolean, exempt boolean, reworks int, recurrence boolean,
    marked_urgent boolean, marked_key boolean, filed_at boolean, derived text not null, n bigint not null,
    fresh boolean not null);
create table evaluation_day_assignment (
    by text not null, months boolean not null, moment text not null, day date not null,
    number bigint, word text, person bigint, body bigint, district bigint,
    duty text, outcome text, exempt boolean, derived text not null, n bigint not null,
    fresh boolean not null);
create table evaluation_day_item (
    by text not null, months boolean not null, moment text not null, day date not null,
    number bigint, word text, person bigint, body bigint, district bigint,
    kind text, duty text, outcome text, ended boolean, late boolean, stands boolean, exempt boolean,
    derived text not null, n bigint not null, held bigint not null, fresh boolean not null);
create table evaluation_day_act (
    by text not null, months boolean not null, moment text not null, day date not null,
    number bigint, word text, person bigint, body bigint, district bigint,
    act text, role text, public boolean, filed_at boolean, request_kind text, request_state text, request_mode text,
    result text, finding_kind text, finding_state text, derived text not null, n bigint not null,
    fresh boolean not null);
create index evaluation_day_case_cell on evaluation_day_case (by, months, moment, day, district);
create index evaluation_day_assignment_cell on evaluation_day_assignment (by, months, moment, day, district);
create index evaluation_day_item_cell on evaluation_day_item (by, months, moment, day, district);
create index evaluation_day_act_cell on evaluation_day_act (by, months, moment, day, district);
-- Where rows of facts are or were (0: unknown): whether a street of one district ever had rows of another.
create table if not exists evaluation_day_place (
    facts text not null, district bigint not null, street bigint not null, community bigint not null,
    primary key (facts, district, street, community));

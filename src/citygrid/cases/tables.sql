create table cases_head (
    case_id uuid primary key,
    month date not null,
    bucket date not null,
    version integer not null,
    head bytea not null
) with (fillfactor = 70);

create table cases_entry (
    case_id uuid not null,
    seq integer not null,
    month date not null,
    type text not null,
    schema smallint not null,
    act_id uuid not null,
    body_hash bytea not null,
    recorded_at timestamptz not null,
    effective_at timestamptz not null,
    person bigint not null,
    post bigint,
    body bigint,
    role text not null,
    side text not null,
    data jsonb not null,
    head bytea not null,
    primary key (case_id, seq, month)
) partition by range (month);
create unique index cases_entry_once on cases_entry (case_id, act_id, month);
create index cases_entry_recorded on cases_entry using brin (recorded_at);

create table cases_case (
    id uuid not null,
    bucket date not null,
    month date not null,
    version integer not null,
    state text not null,
    kind text not null,
    mode text not null,
    outcome text,
    source text not null,
    class_id text,
    condition text,
    safety boolean not null,
    component text,
    report_no text not null,
    case_no text,
    lon text,
    lat text,
    point point,
    grid bigint,
    community bigint,
    street bigint,
    district bigint,
    areas bigint[] not null,
    bodies bigint[] not null,
    persons bigint[] not null,
    unit bigint,
    holder_kind text,
    holder_body bigint,
    holder_role text,
    holder_person bigint,
    parent uuid,
    text_id uuid,
    address_id uuid,
    caller_id uuid,
    marks text[] not null,
    received_at timestamptz not null,
    filed_at timestamptz,
    dispatched_at timestamptz,
    handled_at timestamptz,
    closed_at timestamptz,
    due timestamptz,
    snapshot jsonb not null,
    primary key (id, bucket)
) partition by range (bucket);
create index cases_case_received on cases_case (received_at desc, id desc);
create index cases_case_unit on cases_case (unit, received_at desc, id desc) where unit is not null;
create index cases_case_bodies on cases_case using gin (bodies);
create index cases_case_areas on cases_case using gin (areas);
create index cases_case_persons on cases_case using gin (persons);
create index cases_case_point on cases_case using gist (point);
create index cases_case_text on cases_case (text_id) where text_id is not null;
create index cases_case_address on cases_case (address_id) where address_id is not null;
create index cases_case_caller on cases_case (caller_id) where caller_id is not null;
create table cases_case_open partition of cases_case for values from (minvalue) to ('1900-01-01')
    with (fillfactor = 80);

create table cases_item (
    case_id uuid not null,
    no integer not null,
    bucket date not null,
    kind text not null,
    subject text not null,
    main boolean not null,
    body bigint,
    role text not null,
    person bigint,
    opened_at timestamptz not null,
    limit_text text,
    calendar text,
    due timestamptz,
    warn_at timestamptz,
    sort_at timestamptz not null,
    next_at timestamptz,
    provisional boolean not null,
    paused_at timestamptz,
    done_at timestamptz,
    done_by bigint,
    outcome text,
    late boolean,
    held bigint,
    offline jsonb,
    primary key (case_id, no, bucket)
) partition by range (bucket);
create index cases_item_queue on cases_item (body, role, sort_at, case_id, no);
create index cases_item_person on cases_item (person, sort_at, case_id, no) where person is not null;
create index cases_item_next on cases_item (next_at) where next_at is not null;
create table cases_item_open partition of cases_item for values from (minvalue) to ('1900-01-01')
    with (fillfactor = 80);

create table cases_assignment (
    case_id uuid not null,
    no integer not null,
    month date not null,
    body bigint not null,
    state text not null,
    parent integer,
    assisting boolean not null,
    offered_at timestamptz not null,
    limit_text text,
    due timestamptz,
    worker bigint,
    signed_at timestamptz,
    arrived_at timestamptz,
    made_safe_at timestamptz,
    done_at timestamptz,
    late boolean,
    outcome text,
    reworks integer not null,
    extensions integer not null,
    exempt boolean not null,
    primary key (case_id, no, month)
) partition by range (month);
create index cases_assignment_body on cases_assignment (body, offered_at);

create table cases_number (
    number text primary key,
    case_id uuid not null
);

create table cases_media (
    file_id uuid not null,
    case_id uuid not null,
    primary key (file_id, case_id)
);

create table cases_origin (
    case_id uuid primary key,
    system text not null,
    source_case text,
    derived text[] not null,
    digest bytea not null
);
create index cases_origin_source on cases_origin (system, source_case);

create table collection_fix (
    thing bigint not null,
    at timestamptz not null,
    received_at timestamptz not null,
    lon double precision not null,
    lat double precision not null,
    point point not null,
    accuracy real,
    speed real,
    heading real,
    mock boolean,
    device uuid,
    session uuid,
    primary key (thing, at)
) partition by range (at);
create index collection_fix_at on collection_fix using brin (at);

create table collection_newest (
    thing bigint primary key,
    at timestamptz not null,
    received_at timestamptz not null,
    lon double precision not null,
    lat double precision not null,
    point point not null,
    accuracy real,
    speed real,
    heading real,
    mock boolean,
    device uuid,
    session uuid,
    areas bigint[] not null,
    bodies bigint[] not null,
    persons bigint[] not null
) with (fillfactor = 50);

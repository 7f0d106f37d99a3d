-- What a map is told of a thing and of its newest fix, written when the row is: thousands are asked for every few
-- seconds. The functions depend on no setting, though what they are made of might.
create function collection_thing_told(kind text, person bigint, code text, body bigint) returns text
    language sql immutable parallel safe
    return '{"kind":' || to_json(kind) || ',"person":' || coalesce(person::text, 'null') || ',"code":' || to_json(code)
        || ',"body":' || body;

create function collection_fix_told(
    at timestamptz, lon float8, lat float8, accuracy real, mock boolean, session uuid
) returns text language sql immutable parallel safe
    return concat(',"at":"', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS'), '+00:00","lon":', lon,
        ',"lat":', lat, ',"accuracy":', coalesce(accuracy::text, 'null'), ',"mock":', coalesce(mock::text, 'null'),
        ',"patrol":', coalesce('"' || session || '"', 'null'), '}');

alter table collection_positioned
    add column told text generated always as (collection_thing_told(kind, person_id, code, body_id)) stored;
alter table collection_newest
    add column told text generated always as (collection_fix_told(at, lon, lat, accuracy, mock, session)) stored;

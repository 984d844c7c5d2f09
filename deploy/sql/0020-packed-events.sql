-- Events of one kind that one append holds one after another may share a row: then data is an array of them, version is
-- that of the last, and metadata is that of the first. What buys throughput is rows per event, and a hot stock line
-- has hundreds of holds in one append.
alter table journal_events add column events int not null default 1 check (events > 0);

-- Such rows are long and alike. Where the server has it, LZ4 is much faster than the default.
do $$
begin
    alter table journal_events alter column data set compression lz4;
exception when feature_not_supported then
    null;
end $$;

-- Every event by itself, for whoever looks at events and not at rows.
create view journal_facts as
select e.stream, e.version - e.events + f.ordinal as version, e.position, e.transaction_id, e.partition, e.type, f.data,
       e.metadata, e.recorded_at
from journal_events e
cross join lateral (
    select e.data, 1 as ordinal where e.events = 1
    union all
    select packed.data, packed.ordinal
    from jsonb_array_elements(case when e.events > 1 then e.data else '[]' end) with ordinality as packed(data, ordinal)
) f;

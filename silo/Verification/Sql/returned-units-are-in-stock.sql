-- What came back to be sold again was received by the stock, as often as it came, under the name of its return.
with returned as (
    select stream, version, type, position, recorded_at, split_part(stream, '/', 2) || '.r' || (data ->> 'return') as name,
           data ->> 'location' as location, line ->> 'sku' as sku, (line ->> 'quantity')::bigint as units
    from journal_events cross join jsonb_array_elements(data -> 'restocked') as line
    where type = 'order.return_received'),
received as (
    select stream, data ->> 'reference' as name, data ->> 'location' as location, sum((data ->> 'quantity')::bigint) as units
    from journal_facts where type = 'stock.received'
    group by stream, name, location)
select r.stream, r.version, r.type, r.position, format('%s of %s units of %s came into stock', coalesce(s.units, 0), r.units, r.sku) as what
from returned r
left join received s on s.stream = 'stock-line/' || r.sku and s.name = r.name and s.location = r.location
-- The stock follows; within a minute, unless it is stuck.
where s.units is distinct from r.units and (s.units is not null or r.recorded_at < now() - interval '1 minute')

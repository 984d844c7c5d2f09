-- What a drop's ticket has bought is stock of its allotment that was sold.
with bought as (
    select stream, version, type, position, (data ->> 'stock_version')::bigint as sale, (data ->> 'quantity')::bigint as quantity
    from journal_events where type = 'drop.bought'),
planned as (
    select stream, 'stock-line/' || (data -> 'definition' ->> 'sku') as line from journal_events where type = 'drop.planned')
select b.stream, b.version, b.type, b.position, format('%s units are not sold by version %s of %s', b.quantity, b.sale, p.line) as what
from bought b
left join planned p on p.stream = b.stream
where not exists (
    select from journal_events e
    where e.stream = p.line and e.version = b.sale and e.type = 'stock.allotment_sold'
      and e.data ->> 'drop' = substr(b.stream, 6) and (e.data ->> 'quantity')::bigint = b.quantity)

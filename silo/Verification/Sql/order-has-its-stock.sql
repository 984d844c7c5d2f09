-- Before an order is placed, the units of its lines are committed under its hold, no more and no fewer, and stay so.
with placed as (
    select stream, version, type, position, data ->> 'hold' as hold, line ->> 'sku' as sku,
           sum((line ->> 'quantity')::bigint) as wanted
    from journal_events cross join jsonb_array_elements(data -> 'cart' -> 'lines') as line
    where type = 'order.placed'
    group by stream, version, type, position, hold, sku),
committed as (
    select stream, data ->> 'hold' as hold, min(position) as position,
           sum(case type when 'stock.committed' then 1 else -1 end * (data ->> 'quantity')::bigint) as units
    from journal_facts
    where type in ('stock.committed', 'stock.commitment_released')
    group by stream, hold)
select p.stream, p.version, p.type, p.position,
       format('%s of %s units of %s are committed under %s%s', coalesce(c.units, 0), p.wanted, p.sku, p.hold,
              case when c.position > p.position then ', later' end) as what
from placed p left join committed c on c.stream = 'stock-line/' || p.sku and c.hold = p.hold
where c.units is distinct from p.wanted or c.position > p.position

-- Who is admitted to a drop has its units: they were drawn from its allotment for his cart.
with tickets as (
    select stream, data ->> 'ticket' as ticket, data ->> 'cart' as cart from journal_facts where type = 'drop.joined'),
admitted as (
    select e.stream, e.version, e.type, e.position, t ->> 'ticket' as ticket, (t ->> 'quantity')::bigint as quantity
    from journal_events e cross join lateral jsonb_array_elements(e.data -> 'tickets') as t where e.type = 'drop.admitted'),
drawn as (
    select distinct data ->> 'drop' as drop, data ->> 'hold' as hold, (data ->> 'quantity')::bigint as quantity
    from journal_events where type = 'stock.allotment_drawn')
select a.stream, a.version, a.type, a.position, format('%s has no %s units', a.ticket, a.quantity) as what
from admitted a
left join tickets t on t.stream = a.stream and t.ticket = a.ticket
where not exists (
    select from drawn d
    where d.drop = substr(a.stream, 6) and d.hold = 'hold_' || substr(t.cart, 6) || '.0' and d.quantity >= a.quantity)

-- Money is captured for an order that is placed before; where the gateway takes it at once, the order follows or it goes back.
with taken as (
    select e.*, coalesce(data ->> 'attempt', '') as attempt from journal_events e
    where type = 'payment.captured' or (type = 'payment.operation_began' and data -> 'operation' ->> 'verb' = 'capture'))
select t.stream, t.version, t.type, t.position,
       case when p.position is null then 'there is no order' else 'the order is placed later' end as what
from taken t
left join journal_events p
    on p.stream = 'order/' || split_part(t.stream, '/', 2) and p.version = 1 and p.type = 'order.placed'
cross join lateral (
    select (select type from journal_events c
            where c.stream = 'checkout/cart_' || split_part(t.stream, '_', 2) order by version desc limit 1) as last) c
where ((t.type = 'payment.captured' and p.position is null and (c.last is null or c.last in ('checkout.completed', 'checkout.undone', 'checkout.erased')))
       or (t.type = 'payment.operation_began' and (p.position is null or p.position > t.position)))
  and not exists (
      select from journal_events a
      where a.stream = t.stream and a.type = 'payment.abandoned' and a.data ->> 'attempt' = t.attempt)

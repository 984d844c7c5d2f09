-- When an attempt to check out has ended, what it committed belongs to a placed order or is given back.
with committed as (
    select stream, data ->> 'hold' as hold, max(version) as version,
           sum(case type when 'stock.committed' then 1 else -1 end * (data ->> 'quantity')::bigint) as units
    from journal_facts
    where type in ('stock.committed', 'stock.commitment_released')
    group by stream, hold),
orphaned as (
    select c.*, 'checkout/cart_' || split_part(substr(c.hold, 6), '.', 1) as checkout, split_part(c.hold, '.', 2) as attempt
    from committed c
    where c.units <> 0 and not exists (
        select from journal_events p
        where p.stream = 'order/ord_' || split_part(substr(c.hold, 6), '.', 1) and p.version = 1
          and p.type = 'order.placed' and p.data ->> 'hold' = c.hold)
      and not exists (
        select from journal_events p
        where p.stream = 'order/ord_' || split_part(substr(c.hold, 6), '.', 1) and p.type = 'order.edited'
          and p.data ->> 'hold' = c.hold)
      and not exists (
        -- An edit that is still under way.
        select from journal_streams s
        where s.stream = 'order-amendment/ord_' || split_part(substr(c.hold, 6), '.', 1) and s.wake_at is not null
          and split_part(c.hold, '.', 2) like 'c%'))
select e.stream, o.version, e.type, e.position, format('%s units under %s are nobody''s', o.units, o.hold) as what
from orphaned o
join journal_events e on e.stream = o.stream and e.version >= o.version and e.version - e.events < o.version
cross join lateral (
    select (select type from journal_events e where e.stream = o.checkout order by version desc limit 1) as last,
           (select data ->> 'attempt' from journal_events e
            where e.stream = o.checkout and type = 'checkout.began' order by version desc limit 1) as attempt) c
-- Others may hold stock under ids of their own; ours name the cart and the attempt.
where (c.last is null and o.hold ~ '^hold_[0-9a-z]{26}[.][0-9]+$') or c.last in ('checkout.completed', 'checkout.undone', 'checkout.erased') or c.attempt <> o.attempt

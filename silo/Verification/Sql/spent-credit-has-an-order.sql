-- When an attempt to check out has ended, the credit that it spent is in a placed order or is given back.
with spent as (
    select stream, data ->> 'reservation' as hold, max(version) filter (where type = 'credit.committed') as version,
           sum(case type when 'credit.committed' then 1 else -1 end * (data -> 'amount' ->> 'amount')::bigint) as amount
    from journal_events where type in ('credit.committed', 'credit.returned')
    group by stream, hold),
orphaned as (
    select s.*, 'checkout/cart_' || split_part(substr(s.hold, 6), '.', 1) as checkout, split_part(s.hold, '.', 2) as attempt
    from spent s
    where s.amount <> 0 and not exists (
        select from journal_events p
        where p.stream = 'order/ord_' || split_part(substr(s.hold, 6), '.', 1) and p.version = 1
          and p.type = 'order.placed' and p.data ->> 'hold' = s.hold))
select e.stream, e.version, e.type, e.position, format('%s under %s paid for nothing', o.amount, o.hold) as what
from orphaned o
join journal_events e on e.stream = o.stream and e.version = o.version
cross join lateral (
    select (select type from journal_events e where e.stream = o.checkout order by version desc limit 1) as last,
           (select data ->> 'attempt' from journal_events e
            where e.stream = o.checkout and type = 'checkout.began' order by version desc limit 1) as attempt) c
-- Others may spend credit under names of their own; ours name the cart and the attempt.
where (c.last is null and o.hold ~ '^hold_[0-9a-z]{26}[.][0-9]+$') or c.last in ('checkout.completed', 'checkout.undone', 'checkout.erased') or c.attempt <> o.attempt

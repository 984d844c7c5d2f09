-- What an order records as given back to a gift card or store credit is what came back there, once its change has ended.
with recorded as (
    select o.stream, p.data ->> 'hold' as hold, 'credit-account/' || (o.data ->> 'credit') as account,
           max(o.version) as version, sum((o.data -> 'amount' ->> 'amount')::bigint) as amount
    from journal_events o
    join journal_events p on p.stream = o.stream and p.version = 1
    where o.type = 'order.refunded' and o.data ? 'credit'
    group by o.stream, hold, account),
returned as (
    select stream as account, data ->> 'reservation' as hold, sum((data -> 'amount' ->> 'amount')::bigint) as amount
    from journal_events where type = 'credit.returned'
    group by stream, hold),
placed as (select stream, version, data ->> 'hold' as hold from journal_events where type = 'order.placed')
select e.stream, e.version, e.type, e.position,
       format('the order knows of %s given back to %s, which has %s', coalesce(r.amount, 0), coalesce(r.account, b.account), coalesce(b.amount, 0)) as what
from recorded r
full join returned b on b.account = r.account and b.hold = r.hold
join placed p on p.hold = coalesce(r.hold, b.hold)
join journal_events e on e.stream = p.stream and e.version = coalesce(r.version, p.version)
left join journal_streams s on s.stream = 'order-amendment/' || split_part(p.stream, '/', 2)
where r.amount is distinct from b.amount and s.wake_at is null

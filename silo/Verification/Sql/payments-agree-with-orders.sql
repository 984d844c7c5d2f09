-- What an order records as captured is what its payment has captured; where it changed later, within five minutes.
with attempts as (
    select stream, max((data -> 'amount' ->> 'amount')::bigint) as amount, max(version) as version, max(recorded_at) as at
    from journal_events c
    where type = 'payment.captured' and not exists (
        select from journal_events a
        where a.stream = c.stream and a.type = 'payment.abandoned' and a.data ->> 'attempt' = c.data ->> 'attempt')
    group by stream, data ->> 'attempt'),
captured as (
    select 'order/' || split_part(stream, '/', 2) as stream, sum(amount)::bigint as amount, max(version) as version, max(at) as at
    from attempts group by stream),
recorded as (
    select distinct on (stream) stream, version, type, position,
           coalesce((data -> 'payment' -> 'captured' ->> 'amount')::bigint, 0) as amount,
           (data -> 'payment' ->> 'version')::bigint as payment_version
    from journal_events where type in ('order.placed', 'order.payment_recorded')
    order by stream, version desc)
select r.stream, r.version, r.type, r.position,
       format('the order knows of %s, the payment of %s', r.amount, coalesce(c.amount, 0)) as what
from recorded r
left join captured c using (stream)
cross join lateral (
    select (select type from journal_events c
            where c.stream = 'checkout/cart_' || split_part(r.stream, '_', 2) order by version desc limit 1) as last) k
where r.amount <> coalesce(c.amount, 0) and (k.last is null or k.last in ('checkout.completed', 'checkout.undone', 'checkout.erased'))
  and not (r.payment_version is not null and c.version > r.payment_version and c.at > now() - interval '5 minutes')

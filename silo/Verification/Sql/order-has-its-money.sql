-- Before an order is placed, a payment of what credit leaves of its total is authorized, in the attempt that the order names.
with carts as (
    select stream, version, type, position, data -> 'payment' ->> 'attempt' as attempt, data -> 'cart' -> 'totals' -> 'total' as total,
           coalesce(data -> 'cart' -> 'gift_cards', '[]') || coalesce(data -> 'cart' -> 'store_credit', '[]') as credits
    from journal_events where type = 'order.placed'),
placed as (
    select *, 'payment/' || split_part(stream, '/', 2) as payment, (total ->> 'amount')::bigint
           - coalesce((select sum((credit -> 'amount' ->> 'amount')::bigint) from jsonb_array_elements(credits) as credit), 0) as due
    from carts),
asked as (
    select stream, data ->> 'attempt' as attempt, data -> 'amount' as amount
    from journal_events where type = 'payment.requested'),
authorized as (
    select stream, data ->> 'attempt' as attempt, min(position) as position
    from journal_events where type in ('payment.authorized', 'payment.captured')
    group by stream, attempt)
select p.stream, p.version, p.type, p.position,
       case when a.position is null then format('attempt %s to pay %s has no authorization', p.attempt, p.due)
            when a.position > p.position then format('attempt %s is authorized later', p.attempt)
            else format('%s is authorized for %s of %s', q.amount, p.due, p.total) end as what
from placed p
left join asked q on q.stream = p.payment and q.attempt = p.attempt
left join authorized a on a.stream = p.payment and a.attempt = p.attempt
where p.due <> 0 and (a.position is null or a.position > p.position
    or (q.amount ->> 'amount')::bigint is distinct from p.due or q.amount ->> 'currency' is distinct from p.total ->> 'currency')

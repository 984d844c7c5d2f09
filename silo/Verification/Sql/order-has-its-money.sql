-- Before an order is placed, a payment of its total is authorized, in the attempt that the order names.
with placed as (
    select stream, version, type, position, 'payment/' || split_part(stream, '/', 2) as payment,
           data -> 'payment' ->> 'attempt' as attempt, data -> 'cart' -> 'totals' -> 'total' as total
    from journal_events where type = 'order.placed'),
asked as (
    select stream, data ->> 'attempt' as attempt, data -> 'amount' as amount
    from journal_events where type = 'payment.requested'),
authorized as (
    select stream, data ->> 'attempt' as attempt, min(position) as position
    from journal_events where type in ('payment.authorized', 'payment.captured')
    group by stream, attempt)
select p.stream, p.version, p.type, p.position,
       case when a.position is null then format('attempt %s to pay %s has no authorization', p.attempt, p.total)
            when a.position > p.position then format('attempt %s is authorized later', p.attempt)
            else format('%s is authorized for %s', q.amount, p.total) end as what
from placed p
left join asked q on q.stream = p.payment and q.attempt = p.attempt
left join authorized a on a.stream = p.payment and a.attempt = p.attempt
where a.position is null or a.position > p.position or q.amount is distinct from p.total

-- Before an order is placed, what it says that credit pays is spent under its hold, no more and no less.
with placed as (
    select stream, version, type, position, data ->> 'hold' as hold, 'credit-account/' || (credit ->> 'id') as account,
           (credit -> 'amount' ->> 'amount')::bigint as amount
    from journal_events
    cross join jsonb_array_elements(
        coalesce(data -> 'cart' -> 'gift_cards', '[]') || coalesce(data -> 'cart' -> 'store_credit', '[]')) as credit
    where type = 'order.placed'),
spent as (
    select stream as account, data ->> 'reservation' as hold, min(position) as position,
           sum((data -> 'amount' ->> 'amount')::bigint) as amount
    from journal_events where type = 'credit.committed'
    group by stream, hold)
select p.stream, p.version, p.type, p.position,
       format('%s of %s are spent from %s%s', coalesce(s.amount, 0), p.amount, p.account,
              case when s.position > p.position then ', later' end) as what
from placed p left join spent s using (account, hold)
where p.amount <> coalesce(s.amount, 0) or s.position > p.position

-- When an attempt to check out has ended, the credit that it reserved is spent, released or expired.
with reservations as (
    select stream, data ->> 'reservation' as hold,
           max(version) filter (where type = 'credit.reserved') as reserved,
           max(version) filter (where type <> 'credit.reserved') as ended
    from journal_events
    where type in ('credit.reserved', 'credit.reservation_released', 'credit.reservation_expired', 'credit.committed')
    group by stream, hold),
open as (
    select stream, reserved, hold, 'checkout/cart_' || split_part(substr(hold, 6), '.', 1) as checkout,
           split_part(hold, '.', 2) as attempt
    from reservations where reserved > coalesce(ended, 0))
select r.stream, r.version, r.type, r.position, format('%s is open and its attempt is over', o.hold) as what
from open o
join journal_events r on r.stream = o.stream and r.version = o.reserved
cross join lateral (
    select (select type from journal_events e where e.stream = o.checkout order by version desc limit 1) as last,
           (select data ->> 'attempt' from journal_events e
            where e.stream = o.checkout and type = 'checkout.began' order by version desc limit 1) as attempt) c
where c.last in ('checkout.completed', 'checkout.undone', 'checkout.erased') or c.attempt <> o.attempt

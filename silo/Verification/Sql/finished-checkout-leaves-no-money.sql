-- When a checkout has ended, its payment has ended too or has a deadline of its own: no money is left hanging.
select e.stream, e.version, e.type, e.position, 'the checkout is over and nobody will end this' as what
from journal_streams s
join journal_events e on e.stream = s.stream and e.version = s.version
cross join lateral (
    select type as last from journal_events c
    where c.stream = 'checkout/cart_' || substr(s.stream, 13) order by version desc limit 1) c
where s.stream like 'payment/ord\_%' and s.wake_at is null
  and e.type in ('payment.requested', 'payment.action_required', 'payment.authorized', 'payment.operation_began')
  and c.last in ('checkout.completed', 'checkout.undone', 'checkout.erased')

-- A cart becomes one order, and that is the order of its own id.
select stream, version, type, position,
       format('order %s of %s', row_number, cart) as what
from (
    select stream, version, type, position, data -> 'cart' ->> 'id' as cart,
           row_number() over (partition by data -> 'cart' ->> 'id' order by position)
    from journal_events where type = 'order.placed') placed
where row_number > 1 or stream is distinct from 'order/ord_' || split_part(cart, '_', 2)

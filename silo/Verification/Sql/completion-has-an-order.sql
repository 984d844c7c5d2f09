-- A completed checkout or cart has a placed order, and a completed checkout a completed cart.
select e.stream, e.version, e.type, e.position,
       case when p.stream is null then 'there is no order' else 'the cart is not completed' end as what
from journal_events e
left join journal_events p on p.stream = 'order/ord_' || split_part(e.stream, '_', 2) and p.version = 1
    and p.type = 'order.placed' and p.position < e.position
left join journal_events c on c.stream = 'cart/cart_' || split_part(e.stream, '_', 2) and c.type = 'cart.completed'
where e.type in ('checkout.completed', 'cart.completed') and (p.stream is null or c.stream is null)

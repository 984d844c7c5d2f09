-- An order is what the cart was when the checkout froze it: the same lines, totals and credit.
select p.stream, p.version, p.type, p.position,
       case when f.data is null then 'no checkout froze its cart' else 'lines, totals or credit differ from the frozen cart' end as what
from journal_events p
left join lateral (
    select data -> 'cart' as data from journal_events e
    where e.stream = 'checkout/' || (p.data -> 'cart' ->> 'id') and e.type = 'checkout.cart_frozen' and e.position < p.position
    order by e.version desc limit 1) f on true
where p.type = 'order.placed'
  and (f.data is null or f.data -> 'lines' <> p.data -> 'cart' -> 'lines' or f.data -> 'totals' <> p.data -> 'cart' -> 'totals'
    or f.data -> 'gift_cards' is distinct from p.data -> 'cart' -> 'gift_cards'
    or f.data -> 'store_credit' is distinct from p.data -> 'cart' -> 'store_credit')

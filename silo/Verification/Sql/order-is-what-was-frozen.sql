-- An order is what the cart was when the checkout froze it: the same lines, totals and credit. Attributes of lines are
-- personal, and encrypted in each stream by a key of its own.
select p.stream, p.version, p.type, p.position,
       case when f.data is null then 'no checkout froze its cart' else 'lines, totals or credit differ from the frozen cart' end as what
from (
    select e.*, (select jsonb_agg(l - 'attributes' order by n)
                 from jsonb_array_elements(data -> 'cart' -> 'lines') with ordinality as x(l, n)) as lines
    from journal_events e where type = 'order.placed') p
left join lateral (
    select data -> 'cart' as data,
           (select jsonb_agg(l - 'attributes' order by n)
            from jsonb_array_elements(data -> 'cart' -> 'lines') with ordinality as x(l, n)) as lines
    from journal_events e
    where e.stream = 'checkout/' || (p.data -> 'cart' ->> 'id') and e.type = 'checkout.cart_frozen' and e.position < p.position
    order by e.version desc limit 1) f on true
where (f.data is null or f.lines <> p.lines or f.data -> 'totals' <> p.data -> 'cart' -> 'totals'
    or f.data -> 'gift_cards' is distinct from p.data -> 'cart' -> 'gift_cards'
    or f.data -> 'store_credit' is distinct from p.data -> 'cart' -> 'store_credit')

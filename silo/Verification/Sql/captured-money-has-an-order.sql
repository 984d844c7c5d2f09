-- Money is captured for an order that is placed before.
select c.stream, c.version, c.type, c.position,
       case when p.position is null then 'there is no order' else 'the order is placed later' end as what
from journal_events c
left join journal_events p
    on p.stream = 'order/' || split_part(c.stream, '/', 2) and p.version = 1 and p.type = 'order.placed'
where c.type = 'payment.captured' and (p.position is null or p.position > c.position)

-- When an attempt to check out has ended, its holds are committed, released or expired.
with holds as (
    select stream, data ->> 'hold' as hold,
           max(version) filter (where type = 'stock.held') as held,
           max(version) filter (where type <> 'stock.held') as ended
    from journal_facts
    where type in ('stock.held', 'stock.hold_released', 'stock.hold_expired', 'stock.committed')
    group by stream, hold),
open as (
    select stream, held, hold, 'checkout/cart_' || split_part(substr(hold, 6), '.', 1) as checkout,
           split_part(hold, '.', 2) as attempt
    from holds where held > coalesce(ended, 0) and split_part(hold, '.', 2) not like 'c%'
      -- That of a drop's ticket outlives the attempts to check its cart out.
      and split_part(hold, '.', 2) <> '0'),
begun as (
    select stream, max((data ->> 'attempt')::int) as attempt
    from journal_events where type = 'checkout.began' group by stream)
select h.stream, o.held as version, h.type, h.position, format('%s is open and its attempt is over', o.hold) as what
from open o
join begun on begun.stream = o.checkout
join journal_streams head on head.stream = o.checkout
join journal_events last on last.stream = head.stream and last.version = head.version
join journal_events h on h.stream = o.stream and h.version >= o.held and h.version - h.events < o.held
where last.type in ('checkout.completed', 'checkout.undone', 'checkout.erased') or begun.attempt::text <> o.attempt

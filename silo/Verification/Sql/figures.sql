-- What the report says besides: one line each, by currency where there is one. The two sums of a currency must agree.
select name, unit, count, sum from (
select 1 as line, 'orders' as name, coalesce(data -> 'cart' -> 'totals' -> 'total' ->> 'currency', '') as unit, count(*) as count,
       sum((data -> 'cart' -> 'totals' -> 'total' ->> 'amount')::bigint)::bigint as sum
from journal_events where type = 'order.placed' group by unit
union all
select 2, 'captured by us', currency, count(*), sum(amount)::bigint
from (select coalesce(data -> 'amount' ->> 'currency', '') as currency, max((data -> 'amount' ->> 'amount')::bigint) as amount
      from journal_events where type = 'payment.captured' group by stream, data ->> 'attempt', currency) attempts group by 3
union all
select 3, 'captured by the gateway', currency, count(*), sum(captured)::bigint
from sandbox_intents where captured > 0 group by 3
union all
select 4, 'ordered', 'units', count(distinct stream), coalesce(sum((line ->> 'quantity')::bigint), 0)::bigint
from journal_events cross join jsonb_array_elements(data -> 'cart' -> 'lines') as line where type = 'order.placed'
union all
select 5, 'committed', 'units', count(distinct data ->> 'hold'),
       coalesce(sum(case type when 'stock.committed' then 1 else -1 end * (data ->> 'quantity')::bigint), 0)::bigint
from journal_facts where type in ('stock.committed', 'stock.commitment_released')
union all
select 6, 'waiting for a deadline', 'streams', count(*), null from journal_streams where wake_at is not null
union all
select 7, 'overdue by more than a minute', 'streams', count(*), null
from journal_streams where wake_at < now() - interval '1 minute'
union all
select 8, 'parked', 'streams', count(*), null from journal_parked) figures
order by line, unit

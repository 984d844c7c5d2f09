-- The gateway's ledger and our payments name the same amounts: nothing captured on one side only, and no charge twice.
with ledger as (
    select reference, split_part(key, '/', 2) as attempt, captured, status = 'Authorized' as is_open,
           count(*) filter (where captured > 0) over (partition by reference) as charges
    from sandbox_intents),
ours as (
    select split_part(stream, '/', 2) as reference, data ->> 'attempt' as attempt,
           sum((data -> 'amount' ->> 'amount')::bigint) as captured
    from journal_events where type = 'payment.captured'
    group by stream, attempt),
compared as (
    select coalesce(l.reference, o.reference) as reference, coalesce(l.attempt, o.attempt) as attempt,
           coalesce(l.captured, 0) as captured, coalesce(o.captured, 0) as recorded,
           coalesce(l.is_open, false) as is_open, coalesce(l.charges, 0) as charges
    from ledger l full join ours o on o.reference = l.reference and o.attempt = l.attempt
    where exists (select from sandbox_intents))
select 'payment/' || d.reference as stream, coalesce(e.version, 0) as version, coalesce(e.type, '') as type,
       coalesce(e.position, 0) as position,
       format('attempt %s: the gateway captured %s, we recorded %s%s%s', d.attempt, d.captured, d.recorded,
              case when d.charges > 1 then format('; %s charges', d.charges) end,
              case when d.is_open then '; still authorized' end) as what
from (select * from compared where captured <> recorded or charges > 1 or is_open) d
left join lateral (
    select version, type, position from journal_events e
    where e.stream = 'payment/' || d.reference order by version desc limit 1) e on true
cross join lateral (
    select (select type from journal_events c
            where c.stream = 'checkout/cart_' || substr(d.reference, 5) order by version desc limit 1) as last) c
where c.last is null or c.last in ('checkout.completed', 'checkout.undone')

-- The gateway's ledger and our payments name the same amounts: captured, given back and still reserved; and no charge twice.
with ledger as (
    select i.reference, split_part(i.key, '/', 2) as attempt, i.captured, coalesce(r.amount, 0)::bigint as refunded,
           case when i.status = 'Authorized' then i.amount - i.captured - i.voided else 0 end as reserved,
           count(*) filter (where i.captured > coalesce(r.amount, 0)) over (partition by i.reference) as charges
    from sandbox_intents i
    left join (select intent, sum(amount) as amount from sandbox_refunds where status <> 'Failed' group by intent) r
        on r.intent = i.id),
money as (
    select stream, data ->> 'attempt' as attempt,
           coalesce(max((data -> 'amount' ->> 'amount')::bigint) filter (where type = 'payment.captured'), 0) as captured,
           coalesce(max((data -> 'amount' ->> 'amount')::bigint) filter (where type = 'payment.voided'), 0) as voided,
           bool_or(type = 'payment.voided' and data -> 'amount' ->> 'amount' is null) as is_all_voided,
           coalesce(max((data -> 'amount' ->> 'amount')::bigint) filter (where type = 'payment.requested'), 0) as asked,
           coalesce(max((data -> 'amount' ->> 'amount')::bigint) filter (where type = 'payment.authorized'), 0) as authorized,
           bool_or(type = 'payment.authorized') as is_authorized,
           bool_or(type = 'payment.requested' and coalesce((data ->> 'is_additional')::boolean, false)) as is_additional
    from journal_events
    where type in ('payment.requested', 'payment.authorized', 'payment.captured', 'payment.voided')
    group by stream, attempt),
refunds as (
    select stream, attempt, sum(amount)::bigint as refunded
    from (
        select distinct on (stream, data ->> 'attempt', name)
               stream, data ->> 'attempt' as attempt, name, type,
               (coalesce(data -> 'refund', data -> 'operation') -> 'amount' ->> 'amount')::bigint as amount,
               coalesce(data -> 'refund' ->> 'status', case when data ->> 'refusal' is not null then 'failed' else 'pending' end) as status
        from journal_events
        cross join lateral (select coalesce(
            nullif(coalesce(data -> 'refund' ->> 'operation', data -> 'operation' ->> 'number', data ->> 'operation'), '0'),
            data -> 'refund' ->> 'id') as name) n
        where type = 'payment.refund_changed'
           or (type = 'payment.operation_began' and data -> 'operation' ->> 'verb' = 'refund')
           or (type = 'payment.operation_ended' and data ->> 'refusal' is not null)
        order by stream, data ->> 'attempt', name, version desc) last
    where status <> 'failed'
    group by stream, attempt),
ours as (
    select split_part(m.stream, '/', 2) as reference, m.attempt, m.captured, coalesce(r.refunded, 0) as refunded,
           case when is_authorized and not is_all_voided
                then greatest(coalesce(nullif(authorized, 0), asked) - captured - voided, 0) else 0 end as reserved,
           is_additional
    from money m left join refunds r on r.stream = m.stream and r.attempt = m.attempt),
compared as (
    select coalesce(l.reference, o.reference) as reference, coalesce(l.attempt, o.attempt) as attempt,
           coalesce(l.captured, 0) as captured, coalesce(o.captured, 0) as recorded,
           coalesce(l.refunded, 0) as refunded, coalesce(o.refunded, 0) as recorded_refunded,
           coalesce(l.reserved, 0) as reserved, coalesce(o.reserved, 0) as recorded_reserved,
           coalesce(l.charges, 0) > 1 and not bool_or(coalesce(o.is_additional, false))
               over (partition by coalesce(l.reference, o.reference)) as is_twice
    from ledger l full join ours o on o.reference = l.reference and o.attempt = l.attempt
    where exists (select from sandbox_intents))
select 'payment/' || d.reference as stream, coalesce(e.version, 0) as version, coalesce(e.type, '') as type,
       coalesce(e.position, 0) as position,
       format('attempt %s: the gateway captured %s, gave back %s and reserves %s; we recorded %s, %s and %s%s', d.attempt,
              d.captured, d.refunded, d.reserved, d.recorded, d.recorded_refunded, d.recorded_reserved,
              case when d.is_twice then '; charged twice' end) as what
from (select * from compared
      where (captured, refunded, reserved) <> (recorded, recorded_refunded, recorded_reserved) or is_twice) d
left join lateral (
    select version, type, position from journal_events e
    where e.stream = 'payment/' || d.reference order by version desc limit 1) e on true
cross join lateral (
    select (select type from journal_events c
            where c.stream = 'checkout/cart_' || substr(d.reference, 5) order by version desc limit 1) as last) c
where c.last is null or c.last in ('checkout.completed', 'checkout.undone', 'checkout.erased')

-- No two orders have the same number.
select stream, version, type, position, format('number %s is taken', number) as what
from (
    select stream, version, type, position, data ->> 'number' as number,
           row_number() over (partition by data ->> 'number' order by position)
    from journal_events where type = 'order.placed') placed
where row_number > 1

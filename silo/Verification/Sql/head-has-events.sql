-- A stream that has a head has events.
select stream, version, '' as type, 0::bigint as position, format('version %s of nothing', version) as what
from journal_streams s
where not exists (select from journal_events e where e.stream = s.stream)

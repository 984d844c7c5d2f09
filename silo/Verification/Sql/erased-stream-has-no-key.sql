-- What was erased cannot be read: the key of such a stream is destroyed.
select e.stream, e.version, e.type, e.position, 'its key is still there' as what
from journal_events e join journal_streams s using (stream)
where e.type like '%.erased' and s.key is distinct from ''

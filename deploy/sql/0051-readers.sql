-- Readers go by grain type first: what a reader does not want costs it nothing. While this is built nobody appends; silos of the
-- version before read slowly afterwards, until they are replaced.
create index journal_events_readers on journal_events (split_part(stream, '/', 1), partition, transaction_id, position);
drop index journal_events_order;

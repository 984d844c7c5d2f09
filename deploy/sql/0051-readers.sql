-- Readers go by grain type first: what a reader does not want costs it nothing.
create index journal_events_readers on journal_events (split_part(stream, '/', 1), partition, transaction_id, position);
drop index journal_events_order;

-- What operators did, for whoever looks after them. The journal says it already; this only finds it.
create index journal_events_operators on journal_events (position desc) where metadata ->> 'actor' like 'operator%';

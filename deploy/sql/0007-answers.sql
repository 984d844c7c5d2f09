-- What a command with an id was answered, kept with its last event so that a repetition is told the same. Text, not
-- jsonb: the very same. Readers of the journal never read it.
alter table journal_events add column answer text;

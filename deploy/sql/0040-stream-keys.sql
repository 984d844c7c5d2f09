-- What personal members of the stream's events are encrypted with, itself sealed by the shop's master key.
-- Null: nothing personal was written since there are keys. Empty: destroyed, and with it what it had encrypted.
alter table journal_streams add column key bytea;

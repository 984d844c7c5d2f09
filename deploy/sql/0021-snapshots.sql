-- A snapshot is written and read whole: as text it need not be taken apart first.
alter table journal_snapshots alter column state type json using state::text::json;

do $$
begin
    alter table journal_snapshots alter column state set compression lz4;
exception when feature_not_supported then
    null;
end $$;

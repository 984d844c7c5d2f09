-- Catalogue files on their way in, and what was wrong with them.

create table import_chunks (
    import_id text        not null,
    sequence  int         not null,                 -- from 0, without gaps
    bytes     bytea       not null,
    stored_at timestamptz not null default clock_timestamp(),
    primary key (import_id, sequence)
);

-- Written once, read once, deleted: compressing it would only cost time.
alter table import_chunks alter column bytes set storage external;

-- Which row of a file under way has a handle or a SKU: the first keeps it. Here and not in memory, since files are long
-- and silos crash.
create table import_names (
    import_id text   not null,
    name      text   not null,                      -- handle:espresso, sku:COFFEE-250G
    "row"     bigint not null,
    primary key (import_id, name)
);

create table import_errors (
    import_id text   not null,
    "row"     bigint not null,                      -- 1 for the first row after the header
    ordinal   int    not null,                      -- within the row, from 0
    "column"  text,                                 -- null: the row as a whole
    code      text   not null,
    detail    text   not null,
    primary key (import_id, "row", ordinal)
);

-- Units set aside for drops are nobody else's.
alter table stock_levels
    add column set_aside bigint not null default 0,     -- of those in stock: for drops, and held by nobody
    drop column is_low,
    drop column available,
    drop column free;

alter table stock_levels
    add column free      bigint  not null generated always as
        (greatest(0, on_hand - damaged - (held + committed - backordered) - safety - set_aside)) stored,
    add column available bigint  not null generated always as
        (greatest(0, on_hand - damaged - (held + committed - backordered) - safety - set_aside) - backordered) stored,
    add column is_low    boolean not null generated always as
        (greatest(0, on_hand - damaged - (held + committed - backordered) - safety - set_aside) - backordered <= low_stock) stored;

create index stock_levels_low on stock_levels (sku) where is_low;

-- Drops as they are listed, written by a journal reader and by nobody else.
create table drops (
    id         text        not null primary key,
    status     text        not null,
    opens_at   timestamptz not null,
    units      int         not null,
    definition jsonb       not null
);

create index drops_soonest on drops (opens_at, id);

-- The stock's read model has a reader of its own now, which reads the journal from its start: all that was in the old
-- table comes back with it.
drop table stock_levels;

create table stock_levels (
    sku         text    not null primary key,
    on_hand     bigint  not null,                   -- damaged units included
    held        bigint  not null,
    committed   bigint  not null,
    backordered bigint  not null,                   -- of held and committed: units without stock
    damaged     bigint  not null,
    safety      bigint  not null,                   -- kept back
    low_stock   int     not null default 5,
    policy      jsonb,                              -- null: nobody has set one
    free        bigint  not null generated always as
        (greatest(0, on_hand - damaged - (held + committed - backordered) - safety)) stored,
    available   bigint  not null generated always as
        (greatest(0, on_hand - damaged - (held + committed - backordered) - safety) - backordered) stored,
    is_low      boolean not null generated always as
        (greatest(0, on_hand - damaged - (held + committed - backordered) - safety) - backordered <= low_stock) stored
);

create index stock_levels_low on stock_levels (sku) where is_low;

create table stock_incoming (
    sku         text not null,
    reference   text not null,
    location    text not null,
    quantity    int  not null,
    expected_at timestamptz,
    primary key (sku, reference)
);

-- The movement ledger of a SKU is the journal itself. Holds and sales are by far the most of its events and no part of
-- the ledger: without an index of the rest, a page would read past all of them.
create index journal_events_movements on journal_events (stream, version)
where type in ('stock.received', 'stock.adjusted', 'stock.counted', 'stock.transferred', 'stock.damaged',
               'stock.restored', 'stock.scrapped', 'stock.shipped');

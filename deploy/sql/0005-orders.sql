-- A secret of this database's own: what is derived under it cannot be computed by anybody outside.
create table shop_secret (key bytea not null);
insert into shop_secret (key) select sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea);

-- Order numbers are this sequence, permuted under the secret so that they cannot be guessed in sequence.
create sequence order_number maxvalue 1099511627775;

-- Read models: lists of what the journal holds, written by journal readers and by nobody else.

create table orders (
    id                 text        not null primary key,
    number             text        not null unique,
    status             text        not null,
    payment_status     text        not null,
    fulfillment_status text        not null,
    currency           text        not null,
    total              bigint      not null,
    units              int         not null,
    country            text        not null,
    placed_at          timestamptz not null,
    version            bigint      not null
);

create index orders_newest on orders (placed_at desc, id desc);
create index orders_by_status on orders (status, placed_at desc, id desc);

create table fulfillment_orders (
    id           text        not null primary key,
    order_id     text        not null,
    order_number text        not null,
    location     text        not null,
    status       text        not null,
    units        int         not null,
    open_units   int         not null,
    opened_at    timestamptz not null,
    version      bigint      not null
);

create index fulfillment_orders_by_order on fulfillment_orders (order_id);
create index fulfillment_orders_by_status on fulfillment_orders (status, opened_at, id);

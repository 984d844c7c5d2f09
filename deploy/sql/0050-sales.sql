-- What was sold hour by hour, for operators to look at. Written by a journal reader and by nobody else.
create table sales_hours (
    hour     timestamptz not null,
    currency text        not null,
    orders   int         not null,
    revenue  bigint      not null,                  -- as placed; what was changed or given back later is no part of it
    primary key (hour, currency)
);

-- Carts whose checkout began for the first time. What came of them is in sales_hours.
create table checkout_hours (
    hour  timestamptz not null primary key,
    began int         not null
);

create table sold_skus (
    hour  timestamptz not null,
    sku   text        not null,
    units int         not null,
    primary key (hour, sku)
);

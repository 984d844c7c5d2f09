-- What was sold hour by hour, for operators to look at. Written by the reader that keeps `orders`, in the same transaction.
create table sales_hours (
    hour     timestamptz not null,
    currency text        not null,
    orders   int         not null,
    revenue  bigint      not null,                  -- as placed; what was given back later is no part of it
    primary key (hour, currency)
);

insert into sales_hours (hour, currency, orders, revenue)
select date_trunc('hour', placed_at, 'UTC'), currency, count(*), sum(total) from orders group by 1, 2;

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

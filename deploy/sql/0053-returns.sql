-- What comes back, written with the list of orders. No personal data.
create table order_returns (
    order_id     text        not null references orders,
    number       int         not null,                      -- of the order's returns
    status       text        not null,
    units        int         not null,
    requested_at timestamptz not null,
    primary key (order_id, number)
);

create index order_returns_newest on order_returns (requested_at desc, order_id desc, number desc);
create index order_returns_by_status on order_returns (status, requested_at desc, order_id desc, number desc);

-- What an order's customer still has to pay, and what is owed to him, in minor units of the order's currency.
alter table orders
    add column amount_due  bigint not null default 0,
    add column amount_owed bigint not null default 0;

create index orders_unbalanced on orders (placed_at desc, id desc) where amount_due <> 0 or amount_owed <> 0;

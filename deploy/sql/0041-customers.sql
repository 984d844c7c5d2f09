-- What belongs to whom, written by journal readers and by nobody else. No personal data: an id says only that it is one.
create table customer_carts (
    cart       text        not null primary key,
    customer   text        not null,
    claimed_at timestamptz not null
);

create index customer_carts_newest on customer_carts (customer, claimed_at desc, cart desc);

alter table orders add column customer text;            -- null: a guest's

create index orders_of_customer on orders (customer, placed_at desc, id desc) where customer is not null;

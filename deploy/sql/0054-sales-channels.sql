-- Where something is sold: what a publishable key names, and what was sold with it. Null: nothing named one.
alter table identity.api_keys add column sales_channel text;
alter table orders add column sales_channel text;
create index orders_by_sales_channel on orders (sales_channel, placed_at desc, id desc) where sales_channel is not null;

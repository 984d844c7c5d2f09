-- Of its own, so that to count vendors is not to read all that is said of a product.
alter table products add column vendor text generated always as (content ->> 'vendor') stored;
create index products_vendor on products (vendor, id desc) where status = 'active';

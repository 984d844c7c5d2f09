create index products_vendor on products ((content ->> 'vendor'), id desc) where status = 'active';

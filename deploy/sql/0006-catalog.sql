-- Read models of the catalogue: lists and search. Written by the catalogue's journal reader and by nobody else.

create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- English words, found with or without accents.
create text search configuration commerce (copy = english);
alter text search configuration commerce alter mapping for hword, hword_part, word with unaccent, english_stem;

create table products (
    id         text     not null primary key,       -- ids are ordered by time: newest first needs no other column
    handle     text     not null,
    status     text     not null default 'draft',
    categories text[]   not null,
    content    jsonb    not null,
    words      text     not null,                   -- what a shopper might type, for spelling mistakes
    search     tsvector not null,
    version    bigint   not null
);

create index products_handle on products (handle);  -- unique by the name grains; the reader may see a hand-over late
create index products_active on products (id desc) where status = 'active';
create index products_categories on products using gin (categories);
create index products_search on products using gin (search);
create index products_words on products using gin (words gin_trgm_ops);

create table stock_levels (
    sku       text   not null primary key,
    on_hand   bigint not null,
    held      bigint not null,
    committed bigint not null,
    available bigint not null generated always as (on_hand - held - committed) stored
);

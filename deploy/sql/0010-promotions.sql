-- Promotions as they are listed, written by a journal reader and by nobody else. Silos read the automatic ones from here.
create table promotions (
    id         text        not null primary key,
    title      text        not null,
    code       text,                                -- null: it applies by itself
    status     text        not null,
    priority   int         not null,
    definition jsonb       not null,
    used       bigint      not null default 0,      -- committed to orders
    created_at timestamptz not null,
    version    bigint      not null
);

create index promotions_newest on promotions (created_at desc, id desc);
create index promotions_by_code on promotions (code);
create index promotions_automatic on promotions (priority, id) where code is null and status = 'active';

-- What the journal says of single uses: a promotion remembers only those under way and the latest.
create index journal_promotion_uses on journal_events (stream, (data ->> 'reservation'), version)
    where type in ('promotion.use_reserved', 'promotion.use_expired', 'promotion.use_committed',
                   'promotion.use_released', 'promotion.use_returned');

create index journal_promotion_customers on journal_events (stream, (data ->> 'customer'))
    where type in ('promotion.use_committed', 'promotion.use_returned');

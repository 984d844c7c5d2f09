-- The journal: the record of everything that holds money, stock or a promise. Grain memory is a cache of it.

create table journal_streams (
    stream   text        not null primary key,      -- grain type / grain key
    version  bigint      not null,                  -- of its last event; an append must name it
    wake_at  timestamptz                            -- when the grain wants to be called; null: it waits for nobody
) with (fillfactor = 70);                           -- heads move all the time: leave room to update in place

create index journal_streams_wake_at on journal_streams (wake_at) where wake_at is not null;

create table journal_events (
    stream         text        not null,
    version        bigint      not null,
    position       bigint      not null generated always as identity,
    transaction_id xid8        not null default pg_current_xact_id(),
    partition      smallint    not null,
    type           text        not null,
    data           jsonb       not null,
    metadata       jsonb       not null,
    recorded_at    timestamptz not null default clock_timestamp(),
    primary key (stream, version)                   -- the fence: of two activations, one loses here
);

-- Readers go in commit order: positions are drawn before the commit, so the transaction comes first.
create index journal_events_order on journal_events (partition, transaction_id, position);

create table journal_snapshots (
    stream  text   not null primary key,
    version bigint not null,
    schema  int    not null,                        -- another schema than the code's: replay instead
    state   jsonb  not null
);

create table journal_cursors (
    reader         text     not null,
    partition      smallint not null,
    transaction_id xid8     not null default '0',
    position       bigint   not null default 0,
    primary key (reader, partition)
);

-- Who runs a reader. The epoch fences an owner that froze and came back.
create table journal_leases (
    name       text        not null primary key,
    owner      text        not null,
    epoch      bigint      not null,
    expires_at timestamptz not null
);

-- A stream whose events one subscriber could not handle; its neighbours go on. Retried in order, never skipped.
create table journal_parked (
    subscriber   text        not null,              -- grain type
    stream       text        not null,              -- the stream it subscribes to
    version      bigint      not null,              -- of the event that failed
    error        text        not null,
    attempts     int         not null default 1,
    parked_at    timestamptz not null default clock_timestamp(),
    next_attempt timestamptz not null,
    primary key (subscriber, stream)
);

create index journal_parked_next_attempt on journal_parked (next_attempt);

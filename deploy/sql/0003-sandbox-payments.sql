-- The ledger of the sandbox gateway: what a payment provider would hold, apart from our own records.

create table sandbox_intents (
    id           text        not null primary key,
    key          text        not null unique,       -- the caller's idempotency key
    reference    text        not null,
    amount       bigint      not null check (amount > 0),
    captured     bigint      not null default 0 check (captured between 0 and amount),
    currency     text        not null,
    method       text        not null,
    status       text        not null,
    decline_code text,
    created_at   timestamptz not null default clock_timestamp(),
    moved_at     timestamptz not null default clock_timestamp()
);

create index sandbox_intents_reference on sandbox_intents (reference);

-- The sandbox gateway learns what a gateway can: parts, refunds, disputes, and that a key is carried out once.

alter table sandbox_intents
    add column attempt        int         not null default 0,
    add column voided         bigint      not null default 0 check (voided >= 0),
    add column capture_before timestamptz,
    add constraint sandbox_intents_parts check (captured + voided <= amount);

create index sandbox_intents_created on sandbox_intents (created_at, id);

create table sandbox_operations (
    key        text        not null primary key,    -- the caller's idempotency key
    intent     text        not null references sandbox_intents (id),
    kind       text        not null,
    amount     bigint      not null,
    refusal    text,                                -- why nothing was done; null: done
    created_at timestamptz not null default clock_timestamp()
);

create table sandbox_refunds (
    id         text        not null primary key,
    intent     text        not null references sandbox_intents (id),
    operation  int         not null,                -- the caller's number; 0: none
    amount     bigint      not null check (amount > 0),
    status     text        not null,
    created_at timestamptz not null default clock_timestamp()
);

create index sandbox_refunds_intent on sandbox_refunds (intent);

create table sandbox_disputes (
    id     text   not null primary key,
    intent text   not null references sandbox_intents (id),
    amount bigint not null check (amount > 0),
    status text   not null,
    reason text
);

create index sandbox_disputes_intent on sandbox_disputes (intent);

-- Read model: every attempt to pay, by the gateway's id and by time.
create table payment_attempts (
    order_id   text        not null,
    attempt    int         not null,
    intent     text,
    currency   text        not null,
    status     text        not null,
    authorized bigint      not null,
    captured   bigint      not null,
    refunded   bigint      not null,
    disputed   bigint      not null,                -- held or lost
    requested_at timestamptz not null,
    version    bigint      not null,
    primary key (order_id, attempt)
);

create index payment_attempts_requested on payment_attempts (requested_at, order_id, attempt);
create index payment_attempts_intent on payment_attempts (intent);

-- Events of gateways that have taken effect. They repeat theirs for three days.
create table gateway_events (
    gateway    text        not null,
    id         text        not null,
    type       text        not null,
    handled_at timestamptz not null default clock_timestamp(),
    primary key (gateway, id)
);

create index gateway_events_handled on gateway_events (handled_at);

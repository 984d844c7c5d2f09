-- Who may do what. Accounts and tokens are the sign-in's own; they are in no journal.
create schema identity;

-- Keys of programs. Only a digest of the secret is here: who reads this table cannot use it.
create table identity.api_keys (
    id          text        not null primary key,
    digest      bytea       not null unique,            -- SHA-256 of the secret, which has 256 random bits
    kind        text        not null check (kind in ('publishable', 'secret')),
    name        text        not null,
    scopes      text[]      not null,
    origins     text[]      not null,                   -- from where a browser may use it; empty: no browser
    created_at  timestamptz not null default clock_timestamp(),
    replaces    text        references identity.api_keys,
    expires_at  timestamptz                             -- null: until it is revoked
);

-- What tokens are signed and sealed with; encrypted by the data-protection keys.
create table identity.signing_keys (
    id         text        not null primary key,
    secret     bytea       not null,
    created_at timestamptz not null
);

create table identity.data_protection_keys (
    name text not null primary key,
    xml  text not null
);

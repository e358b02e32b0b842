-- What was accepted. Facts are sealed by category; in clear only what rules and deadlines use, banded.
create table exchange.dossier (
  id         uuid primary key,
  subject    uuid not null,
  dwelling   bytea not null,                      -- HMAC of the normalised address
  territory  text collate "C" not null,
  created_at timestamptz not null,
  unique (subject, dwelling)
);

create table exchange.deposit (
  id               uuid primary key,              -- UUIDv7
  sender           uuid not null references access.organisation,
  message_type     text collate "C" not null,
  schema_version   text collate "C" not null,
  territory        text collate "C" not null,
  subject          uuid not null,
  dossier          uuid not null references exchange.dossier,
  facts            jsonb not null,                -- rule facts, banded: no amount, no reference, no identity
  flags            text[] not null,               -- quality flags
  state            text collate "C" not null,     -- recu | transmis | a-corriger | annule
  sandbox          boolean not null,
  purpose          text collate "C" not null,     -- purpose under which it was deposited
  register_version text collate "C" not null,
  entry            uuid not null,                 -- its audit entry
  received_at      timestamptz not null
);
create index deposit_by_sender on exchange.deposit (sender, id);
create index deposit_by_dossier on exchange.deposit (dossier, id);

-- Sealed sections are written by one statement in the transaction of their deposit and never moved: a foreign key would
-- check again what that transaction has just written, and costs as much as the row.
create table exchange.part (                      -- facts of one deposit, sealed with the subject's key
  deposit  uuid not null,
  category smallint not null,
  sealed   bytea not null,
  primary key (deposit, category)
);

create table exchange.idempotency (               -- 30 days
  organisation uuid not null,
  path         text collate "C" not null,
  key          bytea not null,                    -- SHA-256 of the Idempotency-Key, or the keyed digest of the body
  body         bytea not null,                    -- HMAC-SHA-256 of the body under the gateway's key: a bare digest could be guessed
  deposit      uuid not null,
  receipt      bytea not null,                    -- the answer, sealed
  created_at   timestamptz not null,
  primary key (organisation, path, key)
);
create index idempotency_age on exchange.idempotency (created_at);

create table exchange.piece (                     -- attachments: content in the payload store, encrypted before it leaves the process
  id          uuid primary key,
  deposit     uuid not null references exchange.deposit,
  name        text not null,                      -- acte | notice | decompte
  media_type  text not null,
  size        bigint not null,
  blob        text collate "C" not null,          -- random name in the payload store
  wrapped_key bytea not null,                     -- its own content key, sealed with the subject's key
  categories  integer not null,                   -- union of its contents' categories
  received_at timestamptz not null,
  unique (deposit, name)
);
create unique index piece_by_blob on exchange.piece (blob); -- the sweep of payloads asks by name

alter table exchange.deposit enable row level security;
create policy deposit_of_sender on exchange.deposit for select to exchange_reader
  using (sender = (select nullif(current_setting('app.org', true), '')::uuid));
create policy deposit_for_vault on exchange.deposit for select to exchange_vault using (true);
create policy deposit_insert on exchange.deposit for insert to exchange_intake with check (true);
create policy deposit_worker on exchange.deposit to exchange_worker using (true) with check (true);

grant insert on exchange.dossier, exchange.deposit, exchange.part, exchange.idempotency, exchange.piece to exchange_intake;
grant select on exchange.idempotency, exchange.dossier to exchange_intake;
grant select on exchange.dossier, exchange.deposit, exchange.part, exchange.piece to exchange_reader, exchange_vault, exchange_worker;
grant update (state) on exchange.deposit to exchange_worker;
grant delete on exchange.idempotency to exchange_worker;

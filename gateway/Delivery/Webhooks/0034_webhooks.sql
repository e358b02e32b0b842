-- Where an organisation wants to be called when something comes to its inbox.
create table delivery.webhook (
  id              uuid primary key,
  organisation    uuid not null references access.organisation,
  role            text collate "C" not null,      -- the role in which it was made: what it may be told is decided for this role
  url             text not null,
  secret          text not null,                  -- wrapped by Data Protection
  previous_secret text,                           -- still signs, beside the new one, until previous_until
  previous_until  timestamptz,
  state           text collate "C" not null check (state in ('actif', 'suspendu')),
  reason          text collate "C",               -- why it is suspended: disparu (410), echecs
  position        bigint not null,                -- what came up to here has its call
  failures        integer not null default 0,     -- in a row
  next_at         timestamptz not null,           -- no call before: the back-off of the whole address
  lease           uuid,                           -- of the worker that calls now
  lease_until     timestamptz,
  created_at      timestamptz not null,
  suspended_at    timestamptz
);
create index webhook_by_organisation on delivery.webhook (organisation, id);
create index webhook_due on delivery.webhook (next_at) where state = 'actif';

-- The outbox: one row is one call to make, and its id the webhook-id of each of its attempts. No payload: it is made when it
-- is sent, from what the recipient may know then.
create table delivery.webhook_call (
  id         uuid primary key,
  webhook    uuid not null references delivery.webhook on delete cascade,
  delivery   uuid not null,
  kind       text collate "C" not null,           -- remise.recue | remise.rappel | remise.escalade | remise.non-remise
  state      text collate "C" not null check (state in ('attente', 'livre', 'abandonne', 'arrete')),
  attempts   integer not null default 0,
  created_at timestamptz not null,
  ended_at   timestamptz,
  unique (webhook, delivery, kind)
);
create index webhook_call_waiting on delivery.webhook_call (webhook, attempts, id) where state = 'attente';
create index webhook_call_history on delivery.webhook_call (webhook, id);
create index webhook_call_age on delivery.webhook_call (created_at);

create table delivery.webhook_attempt (
  id       uuid primary key,
  call     uuid not null references delivery.webhook_call on delete cascade,
  at       timestamptz not null,
  status   integer,                               -- of the answer; null: none came
  outcome  text collate "C" not null,             -- enCours, livre, statut, delai, coupe, connexion, adresseRefusee, disparu
  duration integer                                -- milliseconds
);
create index webhook_attempt_by_call on delivery.webhook_attempt (call, id);

alter table delivery.webhook enable row level security;
alter table delivery.webhook_call enable row level security;
alter table delivery.webhook_attempt enable row level security;
create policy webhook_of_organisation on delivery.webhook to exchange_reader, exchange_vault
  using (organisation = (select nullif(current_setting('app.org', true), '')::uuid))
  with check (organisation = (select nullif(current_setting('app.org', true), '')::uuid));
create policy webhook_call_of_organisation on delivery.webhook_call to exchange_reader, exchange_vault
  using (exists (select 1 from delivery.webhook w where w.id = webhook));
create policy webhook_attempt_of_organisation on delivery.webhook_attempt to exchange_reader, exchange_vault
  using (exists (select 1 from delivery.webhook_call c where c.id = call));
create policy webhook_worker on delivery.webhook to exchange_worker using (true) with check (true);
create policy webhook_call_worker on delivery.webhook_call to exchange_worker using (true) with check (true);
create policy webhook_attempt_worker on delivery.webhook_attempt to exchange_worker using (true) with check (true);

grant select, insert, delete on delivery.webhook to exchange_reader;
grant update (secret, previous_secret, previous_until, state, reason, failures, next_at, suspended_at) on delivery.webhook to exchange_reader;
grant select on delivery.webhook_call, delivery.webhook_attempt to exchange_reader;
grant update (state, attempts, ended_at) on delivery.webhook_call to exchange_reader;
grant select on delivery.webhook, delivery.webhook_call, delivery.webhook_attempt to exchange_vault;
grant update (lease_until) on delivery.webhook to exchange_vault;
grant update (state, attempts, ended_at) on delivery.webhook_call to exchange_vault;
grant insert on delivery.webhook_attempt to exchange_vault;
grant select on delivery.webhook to exchange_worker;
grant update (state, reason, position, failures, next_at, lease, lease_until, suspended_at) on delivery.webhook to exchange_worker;
grant select, insert, delete on delivery.webhook_call to exchange_worker;
grant update (state, attempts, ended_at) on delivery.webhook_call to exchange_worker;
grant select, insert on delivery.webhook_attempt to exchange_worker;
grant update (status, outcome, duration) on delivery.webhook_attempt to exchange_worker;

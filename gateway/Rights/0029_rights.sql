-- What persons ask under art. 15 to 21 RGPD: each request with its clock, its history and what it caused elsewhere.
create schema rights;
grant usage on schema rights to exchange_reader, exchange_vault, exchange_worker;

create table rights.request (
  id           uuid primary key,                  -- UUIDv7, in the order of recording
  kind         text collate "C" not null check (kind in ('acces', 'rectification', 'limitation', 'opposition', 'effacement')),
  received_on  date not null,                     -- civil day in Paris: the clock counts from it
  channel      text collate "C" not null,
  subject      uuid not null,                     -- all those joined to it are the same person
  identity     bytea,                             -- who asks, sealed with the subject's key; null once the person is erased
  verified_how text collate "C" not null,
  verified_by  text collate "C" not null,         -- agent
  purposes     text[] not null,
  state        text collate "C" not null check (state in ('recue', 'enInstruction', 'prolongee', 'acceptee', 'accepteePartiellement', 'refusee')),
  due_on       date not null,
  extended_for text collate "C",                  -- why the two months more (art. 12-3)
  told_on      date,                              -- when the person was told of it
  outcomes     jsonb not null default '[]',       -- purpose by purpose: granted, or refused on which ground
  proposed_by  text collate "C",                  -- agent who decided an erasure that waits for a second person
  proposed_as  text collate "C",                  -- role in which
  proposed_for uuid,                              -- organisation for which
  decided_at   timestamptz,
  created_at   timestamptz not null
);
create index request_by_subject on rights.request (subject);

create table rights.step (                        -- append-only: who did what with a request
  id           uuid primary key,
  request      uuid not null references rights.request,
  at           timestamptz not null,
  step         text collate "C" not null,
  state        text collate "C" not null,         -- that the request is left in
  organisation uuid not null,
  agent        text collate "C" not null,
  details      jsonb not null,                    -- codes only
  entry        uuid not null                      -- its entry in the log
);
create index step_by_request on rights.step (request, at);

-- What a recipient is told (art. 19) and when it said that it had done it. No key of the person is needed to read one: it
-- outlives an erasure.
create table rights.notice (
  id              uuid primary key,
  request         uuid not null references rights.request,
  kind            text collate "C" not null check (kind in ('limitation', 'leveeLimitation', 'opposition', 'effacement')),
  subject         uuid not null,                  -- the recipient's pseudonym is computed from it
  recipient       uuid not null references access.organisation,
  purpose         text collate "C" not null,
  deliveries      uuid[] not null,                -- that it is about
  sent_at         timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text collate "C"
);
create index notice_by_recipient on rights.notice (recipient, id);
create index notice_by_request on rights.notice (request);

-- Deposits that their sender is asked to mend (art. 16): the mended message goes to all who had the first one.
create table rights.correction (
  request    uuid not null references rights.request,
  deposit    uuid not null,
  sender     uuid not null,
  categories integer not null,                    -- what the person contests
  asked_at   timestamptz not null,
  primary key (request, deposit)
);
create index correction_by_sender on rights.correction (sender, asked_at);

alter table rights.notice enable row level security;
create policy notice_of_recipient on rights.notice to exchange_reader
  using (recipient = (select nullif(current_setting('app.org', true), '')::uuid))
  with check (recipient = (select nullif(current_setting('app.org', true), '')::uuid));
create policy notice_of_request on rights.notice to exchange_vault, exchange_worker using (true) with check (true);
alter table rights.correction enable row level security;
create policy correction_of_sender on rights.correction for select to exchange_reader
  using (sender = (select nullif(current_setting('app.org', true), '')::uuid));
create policy correction_of_request on rights.correction to exchange_vault, exchange_worker using (true) with check (true);

grant select on rights.request, rights.step to exchange_reader, exchange_vault, exchange_worker;
grant insert on rights.request to exchange_worker;
grant insert on rights.step to exchange_vault, exchange_worker;
grant update (state, due_on, extended_for, told_on, outcomes, proposed_by, proposed_as, proposed_for, decided_at) on rights.request to exchange_vault, exchange_worker;
grant select on rights.notice to exchange_reader, exchange_vault, exchange_worker;
grant insert on rights.notice to exchange_vault, exchange_worker;
grant update (acknowledged_at, acknowledged_by) on rights.notice to exchange_reader;
grant select on rights.correction to exchange_reader, exchange_vault, exchange_worker;
grant insert on rights.correction to exchange_worker;

-- The deposits of a person, trials left out, under every subject joined to the one given.
create function rights.deposits_of(person uuid) returns table (deposit uuid, subject uuid)
  language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  with people as materialized (select p.id from vault.joined_with(person) as p(id)),
  files as (
    select d.id from exchange.dossier d where d.subject in (select id from people)
    union select m.dossier from vault.match_profile m where m.subject in (select id from people))
  select p.id, p.subject from exchange.deposit p
  where p.dossier in (select id from files) and p.subject in (select id from people) and not p.sandbox
$$;

-- Who received what of a person: across organisations, which row-level security shows to nobody.
create function rights.deliveries_of(person uuid)
  returns table (delivery uuid, deposit uuid, recipient uuid, purpose text, register_version text, categories integer, state text, nature text, corrects uuid, created_at timestamptz, acknowledged_at timestamptz)
  language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  select d.id, d.deposit, d.recipient, d.purpose, d.register_version, d.categories, d.state, d.nature, d.corrects, d.created_at, d.acknowledged_at
  from rights.deposits_of(person) p join delivery.delivery d on d.deposit = p.deposit
$$;

-- Tells each recipient of a person's data, once a purpose, of what was decided.
create function rights.tell(request uuid, person uuid, kind text, purposes text[], at timestamptz)
  returns table (notice uuid, recipient uuid, purpose text)
  language sql security definer set search_path = pg_catalog as $$
  insert into rights.notice (id, request, kind, subject, recipient, purpose, deliveries, sent_at)
  select gen_random_uuid(), tell.request, tell.kind, person, d.recipient, d.purpose, array_agg(d.delivery order by d.delivery), at
  from rights.deliveries_of(person) d
  where d.nature = 'remise' and d.purpose = any(purposes)
  group by d.recipient, d.purpose
  returning id, recipient, purpose
$$;
revoke all on function rights.deposits_of(uuid), rights.deliveries_of(uuid), rights.tell(uuid, uuid, text, text[], timestamptz) from public;
grant execute on function rights.deposits_of(uuid), rights.deliveries_of(uuid), rights.tell(uuid, uuid, text, text[], timestamptz) to exchange_vault, exchange_worker;

-- Locks the consent rows of a person, all subjects joined to the one given, and reads them. Nobody joins anybody meanwhile.
create function consent.lock_person(start uuid) returns table (subject uuid, standing text)
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('vault.subject_alias', 0));
  return query
    select s.subject, s.standing::text from consent.subject_state s
    where s.subject in (select p.id from vault.joined_with(start) as p(id)) order by s.subject for update;
end $$;
revoke all on function consent.lock_person(uuid) from public;
grant execute on function consent.lock_person(uuid) to exchange_worker;

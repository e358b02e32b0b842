-- What a person has agreed to, refused, withdrawn, objected to: append-only, and nothing in it names anybody.
create table consent.ledger (
  id           uuid primary key,                  -- UUIDv7, in the order of recording
  subject      uuid not null,
  purpose      text collate "C",                  -- null: every purpose
  act          text collate "C" not null check (act in ('accord', 'refus', 'retrait', 'opposition', 'limitation', 'leveeLimitation')),
  effect       text collate "C" not null,         -- what it changed when it was recorded; 'aucun' against a legal obligation
  categories   integer,                           -- that an agreement names
  delivery     uuid,                              -- by which the organisation knew the person
  deposit      uuid,
  organisation uuid not null,                     -- who collected it
  agent        text collate "C" not null,
  collected_at timestamptz not null,
  recorded_at  timestamptz not null,
  evidence     bytea check (octet_length(evidence) = 32), -- SHA-256 of a document that the organisation keeps
  expires_at   timestamptz,
  entry        uuid not null                      -- its entry in the log
);
create index ledger_by_subject on consent.ledger (subject, id);
create index ledger_by_organisation on consent.ledger (organisation, id);

create table consent.case (                       -- an objection to a public task (art. 21), examined by the data protection officer
  id        uuid primary key,
  ledger    uuid not null references consent.ledger,
  subject   uuid not null,
  purpose   text collate "C" not null,
  opened_at timestamptz not null,
  due_at    timestamptz not null,                 -- one month (art. 12-3)
  state     text collate "C" not null check (state in ('ouvert', 'clos')),
  closed_at timestamptz
);
create index case_by_subject on consent.case (subject, state);

-- What the ledger says now, on the row that disclosures lock: who waits for the lock then reads what was committed meanwhile,
-- which a look into the ledger by the same statement would not.
alter table consent.subject_state add column standing jsonb not null default '{}';

grant select on consent.ledger, consent.case to exchange_reader, exchange_worker;
grant insert on consent.ledger, consent.case to exchange_worker;
grant update (state, closed_at) on consent.case to exchange_worker;

-- What a partner is asked about a household, and what it answers (purpose P14). Who the household is comes by the delivery
-- of nature 'question' only, with a reason and its log entry. An answer is a fact of the file, with its source and date.
create table routing.question (
  id          uuid primary key,                   -- UUIDv7
  dossier     uuid not null,
  subject     uuid not null references consent.subject_state on delete cascade, -- erasing a person forgets what was asked and answered
  territory   text collate "C" not null,
  deposit     uuid not null,                      -- the message that waited first, or the message that answered
  delivery    uuid,                               -- null when a service answered without being asked
  recipient   uuid not null references access.organisation,
  facts       text[] not null,                    -- connuDesServices, aideAuLogement, composition
  state       text collate "C" not null check (state in ('posee', 'repondue', 'echue')),
  asked_at    timestamptz not null,
  due_at      timestamptz not null,
  answered_at timestamptz,
  channel     text collate "C" check (channel in ('api', 'csv', 'page', 'message')),
  agent       text collate "C",
  connu       text collate "C" check (connu in ('connu', 'inconnu', 'suiviEnCours', 'neSaitPas')),
  aide        text collate "C" check (aide in ('oui', 'non', 'neSaitPas')),
  composition text collate "C" check (composition in ('familleAvecEnfants', 'coupleSansEnfant', 'personneSeule', 'neSaitPas'))
);
create unique index question_open on routing.question (dossier, recipient, facts) where state = 'posee';
create index question_by_dossier on routing.question (dossier);
create index question_by_subject on routing.question (subject);
create index question_inbox on routing.question (recipient, state, id);

alter table routing.question enable row level security;
create policy question_of_recipient on routing.question for select to exchange_reader
  using (recipient = (select nullif(current_setting('app.org', true), '')::uuid));
create policy question_worker on routing.question to exchange_worker using (true) with check (true);
grant select on routing.question to exchange_reader;
grant select, insert on routing.question to exchange_worker;
grant update (state, due_at, answered_at, channel, agent, connu, aide, composition) on routing.question to exchange_worker;

-- An answer finds what waits for it; intake, which inserts work of kind 'router', does not pay for this index.
create index work_held on routing.work (deposit) where kind <> 'router';

-- Another device of the territory already has the household: the recipient is warned.
alter table delivery.delivery add column alerts text[] not null default '{}';

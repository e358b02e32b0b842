-- Quotas: what may go to a recipient by a rule waits for the rule's draw, which ranks it and cuts once, for good.
create table routing.draw (                       -- append-only: one draw of one rule
  id            uuid primary key,                 -- UUIDv7
  territory     text collate "C" not null,
  rule          text collate "C" not null,
  at            timestamptz not null,             -- the scheduled instant, whenever it was really held
  period        date not null,                    -- first day of the quota's period
  next_at       timestamptz not null,             -- when those who wait are drawn again
  quota         integer not null,                 -- of the whole period
  places        integer not null,                 -- of this draw: what the share of the period leaves
  ranked        integer not null,                 -- households
  chosen        integer not null,                 -- households
  rules_version text collate "C" not null,
  ranking       bytea not null,                   -- SHA-256 of the deposits and keys in their order: the same draw again would give it
  held_at       timestamptz not null,
  entry         uuid not null,
  unique (territory, rule, at)
);
create index draw_by_period on routing.draw (territory, rule, period);

create table routing.candidate (                  -- one deposit that one rule would deliver; no fact is copied here
  id           uuid primary key,                  -- UUIDv7
  deposit      uuid not null,
  dossier      uuid not null,
  territory    text collate "C" not null,
  rule         text collate "C" not null,
  recipient    text collate "C" not null,         -- code of the organisation
  purpose      text collate "C" not null,
  on_behalf_of text collate "C",                  -- code of the organisation
  otherwise    jsonb not null,                    -- the rule's 'sinon' on the day of the reception
  draw_at      timestamptz not null,              -- no draw before this one takes it
  state        text collate "C" not null,         -- attend | retenue | nonRetenue | remise | sinon | ecartee
  motif        text collate "C",                  -- why it was put aside
  draw         uuid references routing.draw,      -- the last draw that ranked it
  rank         integer,                           -- from 1; null when its household had its place already
  created_at   timestamptz not null,
  unique (deposit, rule)
);
create index candidate_due on routing.candidate (territory, rule, draw_at) where state = 'attend';
create index candidate_by_household on routing.candidate (territory, rule, dossier);
create index candidate_by_draw on routing.candidate (draw);

grant select, insert on routing.draw, routing.candidate to exchange_worker;
grant update (draw_at, state, motif, draw, rank) on routing.candidate to exchange_worker;

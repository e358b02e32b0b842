-- Rules that are put in force at a date: one person proposes, another of another organisation or role confirms. Append-only.
create table routing.rules_proposal (
  id           uuid primary key,                 -- UUIDv7
  territory    text collate "C" not null,
  content      jsonb not null,                   -- the territory's files with the proposed repartition.json
  version      text collate "C" not null,
  effective_on date not null,                    -- deposits received from this day on follow it
  reason       text not null,
  proposed_by  text collate "C" not null,
  organisation uuid not null,
  role         text collate "C" not null,
  proposed_at  timestamptz not null,
  entry        uuid not null
);
create table routing.rules_confirmation (        -- from here on the proposal counts
  proposal     uuid primary key references routing.rules_proposal,
  confirmed_by text collate "C",                 -- null in demonstration, where nobody else is asked
  organisation uuid,
  role         text collate "C",
  confirmed_at timestamptz not null,
  entry        uuid not null
);
grant select on routing.rules_proposal, routing.rules_confirmation to exchange_reader, exchange_worker;
grant insert on routing.rules_proposal, routing.rules_confirmation to exchange_worker;

-- What was in force when a decision was taken can always be shown: each register and rules version that the gateway
-- has loaded, verbatim. Append-only.
create table consent.register_version (
  version   text collate "C" primary key,         -- first 16 hex digits of the SHA-256 of the files
  content   jsonb not null,
  loaded_at timestamptz not null
);
create table consent.subject_state (              -- one row per subject: locked FOR SHARE by disclosures, FOR UPDATE by withdrawals
  subject    uuid primary key,
  restricted boolean not null default false,
  changed_at timestamptz not null
);
grant select on consent.register_version, consent.subject_state to exchange_reader, exchange_vault, exchange_worker;
grant insert on consent.register_version to exchange_worker;
grant insert on consent.subject_state to exchange_intake;
-- FOR SHARE needs the UPDATE privilege on a column; the row itself is changed by the worker only.
grant update (changed_at) on consent.subject_state to exchange_reader, exchange_vault;
grant update on consent.subject_state to exchange_worker;
create table routing.rules_version (
  territory text collate "C" not null,
  version   text collate "C" not null,
  content   jsonb not null,
  loaded_at timestamptz not null,
  primary key (territory, version)
);
grant select on routing.rules_version to exchange_reader;
grant select, insert on routing.rules_version to exchange_worker;

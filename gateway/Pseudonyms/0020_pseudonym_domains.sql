-- Versions of the secrets under which a recipient's pseudonyms are made. No row: version 1. Pseudonyms are computed, so a
-- rotation rewrites nothing.
create table vault.pseudonym_domain (
  recipient  uuid not null,
  purpose    text collate "C" not null,           -- id of a purpose; 'dossier' for the references of dossiers
  version    integer not null check (version > 1),
  state      text collate "C" not null check (state in ('preparee', 'courante')),
  created_at timestamptz not null,
  in_use_at  timestamptz,                         -- from then on the version before is only read, and for a time
  primary key (recipient, purpose, version)
);
grant select, insert on vault.pseudonym_domain to exchange_vault;
grant update (state, in_use_at) on vault.pseudonym_domain to exchange_vault;

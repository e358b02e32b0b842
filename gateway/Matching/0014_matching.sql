-- Recognising a household without reading any identity: a profile of keyed marks for each message that said something new,
-- and the few blocking keys under which it is looked for. Written by intake, read through vault.find_subjects only.
create table vault.match_profile (
  subject    uuid not null,
  digest     bigint not null,                     -- of the profile: a repeated message adds nothing
  dossier    uuid not null,
  keys       bigint[] not null,                   -- its rows of vault.match_key, so that erasure finds them
  profile    bytea not null,                      -- keyed marks, see gateway/Matching/ProfileForms.cs
  created_at timestamptz not null,
  primary key (subject, digest)
);

create table vault.match_key (
  key     bigint not null,                        -- 64 bits of AES-CMAC of a combination of identifiers
  subject uuid not null,
  primary key (key, subject)
);

-- Two subjects found to be one: messages go to the root from then on. Nothing sealed is rewritten, and revoking the row undoes it.
create table vault.subject_alias (
  id         uuid primary key,
  subject    uuid not null,
  root       uuid not null,
  pair       uuid not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  check (subject <> root)
);
create unique index subject_alias_in_force on vault.subject_alias (subject) where revoked_at is null;
create index subject_alias_root on vault.subject_alias (root);

-- Pairs that a person of the secretariat must look at. The new subject is the deposit's own; until then both stay apart.
create table vault.match_pair (
  id         uuid primary key,                    -- UUIDv7: the cursor of the list
  territory  text collate "C" not null,
  deposit    uuid not null,                       -- the message that raised it
  subject    uuid not null,
  other      uuid not null,
  score      real not null,                       -- bits
  findings   text collate "C" not null,           -- codes: nom=identique naissance=inverse ...; never a value
  state      text collate "C" not null,           -- aConfirmer | meme | different
  created_at timestamptz not null,
  unique (subject, other)
);
create index match_pair_waiting on vault.match_pair (territory, state, id);

create table vault.match_decision (               -- append-only: who decided what about a pair; the reason stands in the log, sealed
  id           uuid primary key,
  pair         uuid not null references vault.match_pair,
  decision     text collate "C" not null,         -- meme | different | annulation
  organisation uuid not null,
  agent        text collate "C" not null,
  decided_at   timestamptz not null
);
create index match_decision_by_pair on vault.match_decision (pair, decided_at);

create table exchange.dossier_link (              -- dossiers of one household: it has moved, or two were found to be one
  id         uuid primary key,
  dossier    uuid not null,
  linked     uuid not null,
  kind       text collate "C" not null,           -- demenagement | rapprochement
  pair       uuid,                                -- of a rapprochement
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index dossier_link_from on exchange.dossier_link (dossier) where revoked_at is null;
create index dossier_link_to on exchange.dossier_link (linked) where revoked_at is null;

-- The subject that stands for one that was joined to it, itself when there is none.
create function vault.root_of(start uuid) returns uuid language plpgsql stable set search_path = pg_catalog as $$
declare
  at uuid := start;
  up uuid;
begin
  for step in 1..64 loop
    select a.root into up from vault.subject_alias a where a.subject = at and a.revoked_at is null;
    exit when up is null;
    at := up;
  end loop;
  return at;
end $$;

-- Candidates for the messages of a group, in one round trip. Takes the locks first, in order, so that two nodes cannot both
-- create a person unknown to both. A key that more than 24 subjects hold finds nobody; tokens are those of earlier versions.
create function vault.find_subjects(wanted bigint[], tokens bytea[], locks bigint[])
  returns table (subject uuid, vault_key integer, wrapped_key bytea, holder uuid, dossier uuid, keys bigint[], profile bytea, token bytea, kind smallint)
  language plpgsql security definer set search_path = pg_catalog set enable_seqscan = off as $$
begin
  perform pg_advisory_xact_lock(l) from (select distinct unnest(locks) as l order by 1) s;
  return query
    with hit as materialized (
      select h.subject from (select distinct unnest(wanted) as key) k cross join lateral (
        select f.subject, count(*) over () as holders
        from (select m.subject from vault.match_key m where m.key = k.key limit 25) f) h
      where h.holders <= 24
      union
      select t.subject from vault.match_token t where t.token = any(tokens)
    ), rooted as materialized (
      select h.subject as holder,
             case when exists (select 1 from vault.subject_alias a where a.subject = h.subject and a.revoked_at is null)
                  then vault.root_of(h.subject) else h.subject end as root
      from hit h
    )
    -- Each look-up below a limit: the planner, who cannot know how few candidates there are, must not join whole tables.
    select r.root, s.vault_key, s.wrapped_key, r.holder, p.dossier, p.keys, p.profile, null::bytea, null::smallint
    from rooted r
      cross join lateral (select v.vault_key, v.wrapped_key from vault.subject v where v.id = r.root limit 1) s
      cross join lateral (select m.dossier, m.keys, m.profile from vault.match_profile m where m.subject = r.holder order by m.created_at desc limit 16) p
    union all
    select r.root, s.vault_key, s.wrapped_key, r.holder, null, null, null, t.token, t.kind
    from rooted r
      cross join lateral (select v.vault_key, v.wrapped_key from vault.subject v where v.id = r.root limit 1) s
      cross join lateral (select m.token, m.kind from vault.match_token m where m.subject = r.holder limit 64) t;
end $$;
revoke all on function vault.find_subjects(bigint[], bytea[], bigint[]), vault.root_of(uuid) from public;
grant execute on function vault.find_subjects(bigint[], bytea[], bigint[]) to exchange_intake;
grant execute on function vault.root_of(uuid) to exchange_vault;

grant insert on vault.match_profile, vault.match_key, vault.match_pair, exchange.dossier_link to exchange_intake;
grant select on vault.match_profile, vault.match_key, vault.match_pair, vault.subject_alias, vault.match_decision to exchange_vault;
grant insert on vault.subject_alias, vault.match_decision, exchange.dossier_link to exchange_vault;
grant update (revoked_at) on vault.subject_alias, exchange.dossier_link to exchange_vault;
grant update (state) on vault.match_pair to exchange_vault;
grant select on exchange.dossier_link to exchange_reader, exchange_vault, exchange_worker;

-- Identities, apart from facts. Only the role exchange_vault reads them; intake may insert, and look up an exact token.
create table vault.secret (                       -- derived-key secrets: 32 random bytes each, Data-Protection-wrapped
  name       text collate "C" primary key,        -- 'tokens/75', 'pseudonym/<organisation>/<purpose>/1', 'audit', ...
  wrapped    bytea not null,
  created_at timestamptz not null
);

create table vault.subject (
  id            uuid primary key,                 -- random (v4): the pseudonyms are derived from it
  territory     text collate "C" not null,
  vault_key     integer not null,                 -- version of the vault key that wraps the data key
  wrapped_key   bytea not null,                   -- AES-256-GCM(data key)
  created_at    timestamptz not null
);
create index subject_by_vault_key on vault.subject (vault_key);

create table vault.match_token (
  token   bytea not null,                         -- HMAC-SHA-256 of a normalised identifier under the territory's key
  kind    smallint not null,                      -- see MatchTokenKind
  subject uuid not null,                          -- erasure deletes a subject's tokens itself
  primary key (token, subject)
);
create index match_token_by_subject on vault.match_token (subject);

create table vault.part (                         -- identite, adresse, contact of one deposit
  deposit  uuid not null,
  category smallint not null,
  subject  uuid not null,
  sealed   bytea not null,                        -- nonce || ciphertext || tag; associated data: table, subject, deposit, category, key version
  primary key (deposit, category)
);

-- Exact look-up for intake: given tokens, the subjects that hold them with all their tokens and wrapped keys.
-- Takes the advisory locks first, in order, so that two nodes cannot both create a person unknown to both.
create function vault.lock_and_find(tokens bytea[], locks bigint[])
  returns table (subject uuid, vault_key integer, wrapped_key bytea, token bytea, kind smallint)
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform pg_advisory_xact_lock(l) from (select distinct unnest(locks) as l order by 1) s;
  return query
    select s.id, s.vault_key, s.wrapped_key, t.token, t.kind
    from vault.subject s join vault.match_token t on t.subject = s.id
    where s.id in (select m.subject from vault.match_token m where m.token = any(tokens));
end $$;
revoke all on function vault.lock_and_find(bytea[], bigint[]) from public;
grant execute on function vault.lock_and_find(bytea[], bigint[]) to exchange_intake;

grant insert on vault.subject, vault.match_token, vault.part to exchange_intake;
grant select on vault.subject, vault.match_token, vault.part to exchange_vault;
-- Facts are sealed under the subject's key too: the reader gets the wrapped key, which only keys/ can open.
grant usage on schema vault to exchange_reader;
grant select (id, vault_key, wrapped_key) on vault.subject to exchange_reader;
grant select, insert on vault.secret to exchange_vault;

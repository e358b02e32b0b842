-- Vault keys rotate: what an older one wraps is wrapped again by the current one, batch by batch, found by its version.
grant update (vault_key, wrapped_key) on vault.subject to exchange_vault;
create index entry_key_by_vault_key on audit.entry_key (vault_key);
grant select on audit.entry_key to exchange_vault;
grant update (vault_key, wrapped) on audit.entry_key to exchange_vault;

-- The digest by which the ledger of erasures names a subject: it says nothing to who does not hold the id.
create function vault.erasure_mark(subject uuid) returns bytea language sql immutable set search_path = pg_catalog as
  $$ select sha256('effacement|'::bytea || uuid_send(subject)) $$;

-- A subject with all those joined to it: one person.
create function vault.joined_with(start uuid) returns setof uuid language sql stable security definer set search_path = pg_catalog as $$
  with recursive person(id) as (
    select vault.root_of(start)
    union
    select a.subject from vault.subject_alias a join person p on a.root = p.id where a.revoked_at is null
  )
  select p.id from person p where exists (select 1 from vault.subject s where s.id = p.id)
$$;

-- Forgets persons. No role may delete these rows otherwise: the whole of a person goes, or nothing. What stays of a deposit
-- is that there was one: its sender, type, dates and log entries, under an id that nothing leads back from.
-- Returns the names of the payloads, which the caller deletes once this is committed.
create function vault.erase(persons uuid[]) returns setof text language plpgsql security definer set search_path = pg_catalog as $$
declare
  files uuid[];
  messages uuid[];
begin
  -- Disclosures under way end first: they hold this row.
  delete from consent.subject_state c where c.subject = any(persons);
  select coalesce(array_agg(f.id), '{}') into files from (
    select d.id from exchange.dossier d where d.subject = any(persons)
    union select p.dossier from vault.match_profile p where p.subject = any(persons)) f;
  select coalesce(array_agg(d.id), '{}') into messages from exchange.deposit d where d.dossier = any(files) and d.subject = any(persons);
  return query with gone as (delete from exchange.piece p where p.deposit = any(messages) returning p.blob::text) select * from gone;
  return query with gone as (delete from exchange.piece_quarantine p where p.deposit = any(messages) returning p.blob::text) select * from gone;
  delete from vault.part p where p.deposit = any(messages);
  delete from exchange.part p where p.deposit = any(messages);
  delete from exchange.piece_flag p where p.deposit = any(messages);
  delete from routing.work w where w.deposit = any(messages);
  update routing.result r set explanation = '{}' where r.deposit = any(messages);
  update exchange.deposit d set facts = '{}', flags = '{}' where d.id = any(messages);
  delete from exchange.debt d where d.subject = any(persons);
  delete from exchange.dossier_link l where l.dossier = any(files) or l.linked = any(files);
  -- The keyed digest of an address can be tried by who holds the key.
  update exchange.dossier d set dwelling = uuid_send(d.id) where d.subject = any(persons);
  delete from vault.match_key k using (select m.subject, unnest(m.keys) as key from vault.match_profile m where m.subject = any(persons)) held
    where k.key = held.key and k.subject = held.subject;
  delete from vault.match_profile m where m.subject = any(persons);
  delete from vault.match_token t where t.subject = any(persons);
  delete from vault.match_decision c using vault.match_pair p where c.pair = p.id and (p.subject = any(persons) or p.other = any(persons));
  delete from vault.match_pair p where p.subject = any(persons) or p.other = any(persons);
  delete from vault.subject_alias a where a.subject = any(persons) or a.root = any(persons);
  delete from vault.subject s where s.id = any(persons);
end $$;
revoke all on function vault.erase(uuid[]), vault.joined_with(uuid), vault.erasure_mark(uuid) from public;
grant execute on function vault.erase(uuid[]), vault.joined_with(uuid), vault.erasure_mark(uuid) to exchange_vault;

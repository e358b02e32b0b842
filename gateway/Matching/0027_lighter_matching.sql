-- Exact tokens gave way to profiles: nothing writes or reads them any more.
drop function vault.find_subjects(bigint[], bytea[], bigint[]);
drop table vault.match_token;

-- The gateway leaves out the keys that a subject is known to hold; a key written twice by two messages at once does no harm.
-- A unique index would make every insertion look first and mark its row twice.
alter table vault.match_key drop constraint match_key_pkey;
create index match_key_lookup on vault.match_key (key, subject);

-- Each rank looked up and locked the row of its tree, which the same transaction holds already.
alter table audit.leaf drop constraint leaf_tree_fkey;

-- Candidates for the messages of a group, in one round trip. Takes the locks first, in order, so that two nodes cannot both
-- create a person unknown to both. A key that more than 24 subjects hold finds nobody.
create function vault.find_subjects(wanted bigint[], locks bigint[])
  returns table (subject uuid, vault_key integer, wrapped_key bytea, holder uuid, dossier uuid, keys bigint[], profile bytea)
  language plpgsql security definer set search_path = pg_catalog set enable_seqscan = off as $$
begin
  perform pg_advisory_xact_lock(l) from (select distinct unnest(locks) as l order by 1) s;
  return query
    with hit as materialized (
      select distinct h.subject from (
        select f.subject, count(*) over (partition by k.key) as holders
        from (select distinct unnest(wanted) as key) k
          cross join lateral (select distinct m.subject from vault.match_key m where m.key = k.key limit 25) f) h
      where h.holders <= 24
    ), rooted as materialized (
      select h.subject as holder,
             case when exists (select 1 from vault.subject_alias a where a.subject = h.subject and a.revoked_at is null)
                  then vault.root_of(h.subject) else h.subject end as root
      from hit h
    )
    -- Each look-up below a limit: the planner, who cannot know how few candidates there are, must not join whole tables.
    select r.root, s.vault_key, s.wrapped_key, r.holder, p.dossier, p.keys, p.profile
    from rooted r
      cross join lateral (select v.vault_key, v.wrapped_key from vault.subject v where v.id = r.root limit 1) s
      cross join lateral (select m.dossier, m.keys, m.profile from vault.match_profile m where m.subject = r.holder order by m.created_at desc limit 16) p;
end $$;
revoke all on function vault.find_subjects(bigint[], bigint[]) from public;
grant execute on function vault.find_subjects(bigint[], bigint[]) to exchange_intake;

-- Forgets persons. No role may delete these rows otherwise: the whole of a person goes, or nothing. What stays of a deposit
-- is that there was one: its sender, type, dates and log entries, under an id that nothing leads back from.
-- Returns the names of the payloads, which the caller deletes once this is committed.
create or replace function vault.erase(persons uuid[]) returns setof text language plpgsql security definer set search_path = pg_catalog as $$
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
  delete from vault.match_decision c using vault.match_pair p where c.pair = p.id and (p.subject = any(persons) or p.other = any(persons));
  delete from vault.match_pair p where p.subject = any(persons) or p.other = any(persons);
  delete from vault.subject_alias a where a.subject = any(persons) or a.root = any(persons);
  delete from vault.subject s where s.id = any(persons);
end $$;

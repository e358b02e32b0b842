-- Forgets categories of deposits. A piece goes with the first of its categories; what is in clear, with the last section. The
-- candidates of draws, what was asked and written of a file, what a sender was told and deadlines hold no section of their own:
-- they go with the deposit or the file that they are about.
-- Returns the names of the payloads, which the caller deletes once this is committed.
create function vault.forget_sections(messages uuid[], masks integer[]) returns setof text language plpgsql security definer set search_path = pg_catalog as $$
declare
  emptied uuid[];
  persons uuid[];
  files uuid[];
begin
  return query with gone as (delete from exchange.piece p using unnest(messages, masks) as f(message, mask)
    where p.deposit = f.message and (p.categories & f.mask) <> 0 returning p.blob::text) select * from gone;
  return query with gone as (delete from exchange.piece_quarantine p where p.deposit = any(messages) returning p.blob::text) select * from gone;
  delete from vault.part p using unnest(messages, masks) as f(message, mask) where p.deposit = f.message and (p.category::integer & f.mask) <> 0;
  delete from exchange.part p using unnest(messages, masks) as f(message, mask) where p.deposit = f.message and (p.category::integer & f.mask) <> 0;
  select coalesce(array_agg(distinct d.subject), '{}') into persons from exchange.deposit d where d.id = any(messages);
  -- identite = 1, dette = 32: the key of a debt is made of both.
  delete from exchange.debt b using unnest(messages, masks) as f(message, mask) where b.subject = any(persons) and b.deposit = f.message and (f.mask & 33) <> 0;

  select coalesce(array_agg(m.id), '{}') into emptied from unnest(messages) as m(id)
    where not exists (select 1 from vault.part v where v.deposit = m.id) and not exists (select 1 from exchange.part e where e.deposit = m.id);
  return query with gone as (delete from exchange.piece p where p.deposit = any(emptied) returning p.blob::text) select * from gone;
  delete from exchange.piece_flag p where p.deposit = any(emptied);
  delete from exchange.deadline e where e.deposit = any(emptied);
  delete from vault.attachment a where a.deposit = any(emptied);
  delete from delivery.notice n using delivery.delivery l where n.delivery = l.id and l.deposit = any(emptied);
  -- Before its work: a draw that has ranked it and not committed yet holds the row, and its work is then seen.
  delete from routing.candidate c where c.deposit = any(emptied);
  delete from routing.work w where w.deposit = any(emptied);
  update routing.result r set explanation = '{}' where r.deposit = any(emptied);
  update exchange.deposit d set facts = '{}', flags = '{}' where d.id = any(emptied);
  -- What was asked and answered about a file, and what a commission wrote of it, end with the last section of the file.
  select coalesce(array_agg(distinct d.dossier), '{}') into files from exchange.deposit d where d.id = any(emptied) and not exists (
    select 1 from exchange.deposit o where o.dossier = d.dossier
      and (exists (select 1 from vault.part v where v.deposit = o.id) or exists (select 1 from exchange.part e where e.deposit = o.id)));
  delete from routing.question q where q.dossier = any(files);
  delete from ccapex.item i where i.dossier = any(files);
  -- adresse = 2: its keyed digest can be tried by who holds the key.
  update exchange.dossier o set dwelling = uuid_send(o.id) where o.id in (select d.dossier from exchange.deposit d where d.id = any(messages))
    and not exists (select 1 from exchange.deposit d join vault.part v on v.deposit = d.id where d.dossier = o.id and v.category = 2);

  -- Marks are made of identity, address and contact (1, 2, 4): where one of them is forgotten altogether, so are they.
  select coalesce(array_agg(p.id), '{}') into persons from unnest(persons) as p(id) where exists (
    select 1 from unnest(array[1, 2, 4]) as c(category)
    where exists (select 1 from unnest(messages, masks) as f(message, mask) join exchange.deposit d on d.id = f.message where d.subject = p.id and (f.mask & c.category) <> 0)
      and not exists (select 1 from vault.deposits_of(p.id) as o(deposit) join vault.part v on v.deposit = o.deposit where v.category = c.category));
  delete from vault.match_key k using (select m.subject, unnest(m.keys) as key from vault.match_profile m where m.subject = any(persons)) held
    where k.key = held.key and k.subject = held.subject;
  -- The row stays: it says which dossiers the person's messages went to. Nothing finds it any more.
  update vault.match_profile m set keys = '{}', profile = '' where m.subject = any(persons) and m.profile <> '';
end $$;
revoke all on function vault.forget_sections(uuid[], integer[]) from public;
grant execute on function vault.forget_sections(uuid[], integer[]) to exchange_vault;

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
  -- So do the messages that have looked for their subject and not committed yet: each holds this lock, shared.
  perform pg_advisory_xact_lock(hashtextextended('vault.erase', 0));
  select coalesce(array_agg(f.id), '{}') into files from (
    select d.id from exchange.dossier d where d.subject = any(persons)
    union select p.dossier from vault.match_profile p where p.subject = any(persons)) f;
  select coalesce(array_agg(d.id), '{}') into messages from exchange.deposit d where d.dossier = any(files) and d.subject = any(persons);
  return query with gone as (delete from exchange.piece p where p.deposit = any(messages) returning p.blob::text) select * from gone;
  return query with gone as (delete from exchange.piece_quarantine p where p.deposit = any(messages) returning p.blob::text) select * from gone;
  delete from vault.part p where p.deposit = any(messages);
  delete from exchange.part p where p.deposit = any(messages);
  delete from exchange.piece_flag p where p.deposit = any(messages);
  delete from exchange.deadline e where e.deposit = any(messages);
  delete from vault.attachment a where a.deposit = any(messages);
  -- What the CCAPEX wrote about them, and what it told the paying body.
  delete from ccapex.item i where i.subject = any(persons);
  delete from delivery.notice n where n.subject = any(persons);
  -- Before its work: a draw that has ranked it and not committed yet holds the row, and its work is then seen. The draw keeps its counts.
  delete from routing.candidate c where c.deposit = any(messages);
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
  update rights.request r set identity = null where r.subject = any(persons);
  delete from rights.correction c where c.deposit = any(messages);
  delete from vault.subject s where s.id = any(persons);
end $$;

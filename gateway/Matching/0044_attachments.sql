-- Why the score put a message into the file of somebody known, kept with what is needed to take it out again: one row a message
-- that joined, none for who is new.
create table vault.attachment (
  deposit      uuid primary key,
  digest       bigint,                            -- its marks in vault.match_profile; null when not known
  household    boolean not null,                  -- the household agreed, not one of its persons
  score        real not null,                     -- bits
  findings     text collate "C" not null,         -- codes, as in vault.match_pair; never a value
  created_at   timestamptz not null,
  separation   uuid,                              -- the pair that keeps it apart from the file that it was taken off
  separated_at timestamptz
);
create index attachment_separated on vault.attachment (separation) where separation is not null;
grant insert on vault.attachment to exchange_intake;
grant select on vault.attachment to exchange_vault;

-- What a recipient of a message that was taken off a file needs to follow: its own pseudonyms from before are made of these.
alter table delivery.delivery add column former_subject uuid, add column former_dossier uuid;

-- Pairs among these that a person has said to be two people.
create function vault.told_apart(persons uuid[]) returns table (subject uuid, other uuid)
  language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  select p.subject, p.other from vault.match_pair p where p.subject = any(persons) and p.other = any(persons) and p.state = 'different'
$$;

-- A UUIDv7 of an instant.
create function vault.uuid_at(at timestamptz) returns uuid language sql volatile set search_path = pg_catalog as $$
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send(floor(extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;

-- Holds the person of a message for its separation, in the order in which an erasure holds it: nobody joins, reads, routes or
-- sends about the person meanwhile. The router holds its work before the person: so does this.
create function vault.hold_separation(message uuid) returns table (subject uuid, vault_key integer, wrapped_key bytea, territory text)
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  person uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('vault.subject_alias', 0));
  select d.subject into person from exchange.deposit d where d.id = message;
  perform 1 from routing.work w where w.deposit in (select vault.deposits_of(person)) order by w.id for update;
  perform 1 from consent.subject_state s where s.subject in (select vault.joined_with(person)) order by s.subject for update;
  perform pg_advisory_xact_lock(hashtextextended('vault.erase', 0));
  return query select s.id, s.vault_key, s.wrapped_key, s.territory::text from vault.subject s where s.id = person;
end $$;

-- A message with those that it cannot be told from: what it rectifies or is rectified by, and the other notices of its debt.
create function vault.separated_with(message uuid) returns setof uuid language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  with recursive own as materialized (
    select o.id, o.replaces from exchange.deposit o where o.id in (
      select vault.deposits_of(d.subject) from exchange.deposit d where d.id = message)
  ), linked as materialized (
    select o.id as one, o.replaces as other from own o where o.replaces is not null
    union select c.deposit, c.replacement from exchange.correction c join own o on o.id = c.deposit where c.replacement is not null
  ), chain(id) as (
    select o.id from own o where o.id = message
    union select case when l.one = c.id then l.other else l.one end from chain c join linked l on c.id in (l.one, l.other)
  )
  select c.id from chain c where c.id in (select o.id from own o)
$$;

-- Files that hold nothing but these messages: what was said of the file goes with them.
create function vault.files_of_only(messages uuid[]) returns setof uuid language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  select distinct d.dossier from exchange.deposit d where d.id = any(messages)
    and not exists (select 1 from exchange.deposit o where o.dossier = d.dossier and not o.id = any(messages))
$$;

-- Everything sealed with the person's key for these messages, wherever it stands.
create function vault.sealed_of(messages uuid[]) returns table (place text, id uuid, category smallint, deposit uuid, name text, box bytea)
  language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  select 'vault.part', p.deposit, p.category, p.deposit, null, p.sealed from vault.part p where p.deposit = any(messages)
  union all select 'exchange.part', p.deposit, p.category, p.deposit, null, p.sealed from exchange.part p where p.deposit = any(messages)
  union all select 'exchange.piece', p.id, 0::smallint, coalesce(p.carried_from, p.deposit), p.name, p.wrapped_key from exchange.piece p where p.deposit = any(messages)
  union all select 'exchange.piece_quarantine', p.id, 0::smallint, p.deposit, p.name, p.wrapped_key from exchange.piece_quarantine p where p.deposit = any(messages)
  union all select 'delivery.comment', c.id, 0::smallint, d.deposit, null, c.sealed from delivery.delivery d join delivery.comment c on c.delivery = d.id where d.deposit = any(messages)
  union all select 'delivery.notice', n.delivery, n.category, d.deposit, null, n.sealed from delivery.delivery d join delivery.notice n on n.delivery = d.id where d.deposit = any(messages)
  union all select 'ccapex.item', i.id, 1024::smallint, i.dossier, null, i.sealed from ccapex.item i where i.dossier in (select vault.files_of_only(messages)) and i.sealed is not null
$$;

-- The marks of each message under its subject, when they are known: those that were written for it alone have its date.
create function vault.marks_of(messages uuid[]) returns table (deposit uuid, digest bigint) language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  select d.id, coalesce(a.digest, p.digest)
  from exchange.deposit d left join vault.attachment a on a.deposit = d.id
    left join lateral (select m.digest from vault.match_profile m where m.subject = d.subject and m.created_at = d.received_at limit 1) p on true
  where d.id = any(messages)
$$;

-- Gives messages to a new person. What was sealed comes sealed anew; a row that does not is an error, and nothing has happened.
create function vault.separate(person uuid, fresh uuid, version integer, wrapped bytea, given jsonb, messages uuid[], old_files uuid[], new_files uuid[],
    places text[], ids uuid[], categories smallint[], boxes bytea[], asked uuid, pair uuid, organisation uuid, agent text, at timestamptz)
  returns table (notice uuid, recipient uuid, purpose text, register_version text, deposit uuid)
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  emptied uuid[];
  moved uuid[];
  marks bigint[];
  mark_files uuid[];
  resealed bigint := 0;
  changed bigint;
begin
  if exists (select 1 from jsonb_each(coalesce(given -> 'agreements', '{}')) n where n.value ->> 'act' = 'Accord') then
    raise exception 'only what restricts goes over' using errcode = 'check_violation';
  end if;
  select coalesce(array_agg(f.id), '{}') into emptied from vault.files_of_only(messages) as f(id);
  select coalesce(array_agg(m.digest), '{}'), coalesce(array_agg(m.file), '{}') into marks, mark_files from (
    select distinct on (k.digest) k.digest, f.after as file from vault.marks_of(messages) k join exchange.deposit d on d.id = k.deposit
      join unnest(old_files, new_files) as f(before, after) on f.before = d.dossier where k.digest is not null order by k.digest) m;
  insert into vault.attachment (deposit, digest, household, score, findings, created_at, separation, separated_at)
    select d.id, m.digest, false, 0, '', d.received_at, pair, at from exchange.deposit d join vault.marks_of(messages) m on m.deposit = d.id where d.id = any(messages)
    on conflict on constraint attachment_pkey do update set digest = excluded.digest, separation = excluded.separation, separated_at = excluded.separated_at;

  insert into vault.subject (id, territory, vault_key, wrapped_key, created_at) select fresh, s.territory, version, wrapped, at from vault.subject s where s.id = person;
  insert into consent.subject_state (subject, restricted, standing, changed_at)
    select fresh, coalesce(bool_or(s.restricted), false), given, at from consent.subject_state s where s.subject in (select vault.joined_with(person));
  insert into exchange.dossier (id, subject, dwelling, territory, created_at)
    select f.after, fresh, o.dwelling, o.territory, at from unnest(old_files, new_files) as f(before, after) join exchange.dossier o on o.id = f.before
    on conflict do nothing;
  update exchange.deposit d set subject = fresh, dossier = f.after from unnest(old_files, new_files) as f(before, after) where d.id = any(messages) and d.dossier = f.before;
  update exchange.debt d set subject = fresh where d.deposit = any(messages) and d.subject = person;

  -- Each place counts what it took: as many as there are boxes.
  update vault.part p set subject = fresh, sealed = b.box from unnest(places, ids, categories, boxes) as b(place, id, category, box)
    where b.place = 'vault.part' and p.deposit = b.id and p.category = b.category;
  get diagnostics changed = row_count; resealed := resealed + changed;
  update exchange.part p set sealed = b.box from unnest(places, ids, categories, boxes) as b(place, id, category, box)
    where b.place = 'exchange.part' and p.deposit = b.id and p.category = b.category;
  get diagnostics changed = row_count; resealed := resealed + changed;
  update exchange.piece p set wrapped_key = b.box from unnest(places, ids, boxes) as b(place, id, box) where b.place = 'exchange.piece' and p.id = b.id;
  get diagnostics changed = row_count; resealed := resealed + changed;
  update exchange.piece_quarantine p set wrapped_key = b.box from unnest(places, ids, boxes) as b(place, id, box) where b.place = 'exchange.piece_quarantine' and p.id = b.id;
  get diagnostics changed = row_count; resealed := resealed + changed;
  update delivery.comment c set subject = fresh, sealed = b.box from unnest(places, ids, boxes) as b(place, id, box) where b.place = 'delivery.comment' and c.id = b.id;
  get diagnostics changed = row_count; resealed := resealed + changed;
  update delivery.notice n set subject = fresh, sealed = b.box from unnest(places, ids, boxes) as b(place, id, box) where b.place = 'delivery.notice' and n.delivery = b.id;
  get diagnostics changed = row_count; resealed := resealed + changed;
  update ccapex.item i set sealed = b.box from unnest(places, ids, boxes) as b(place, id, box) where b.place = 'ccapex.item' and i.id = b.id;
  get diagnostics changed = row_count; resealed := resealed + changed;
  if resealed <> cardinality(boxes) or exists (select 1 from vault.part p where p.deposit = any(messages) and p.subject <> fresh) then
    raise exception 'a sealed row was left behind' using errcode = 'serialization_failure';
  end if;
  update ccapex.item i set subject = fresh, dossier = f.after from unnest(old_files, new_files) as f(before, after) where i.dossier = f.before and i.dossier = any(emptied);

  update delivery.delivery d set subject = fresh, dossier = f.after from unnest(old_files, new_files) as f(before, after) where d.deposit = any(messages) and d.dossier = f.before;
  if exists (select 1 from delivery.delivery d where d.deposit = any(messages) and d.subject <> fresh) then
    raise exception 'a delivery was left behind' using errcode = 'serialization_failure';
  end if;
  update delivery.passed_over p set subject = fresh from delivery.delivery d where d.id = p.delivery and d.deposit = any(messages);
  update routing.candidate c set dossier = f.after from unnest(old_files, new_files) as f(before, after) where c.deposit = any(messages) and c.dossier = f.before;
  update routing.question q set subject = fresh, dossier = f.after from unnest(old_files, new_files) as f(before, after)
    where q.dossier = f.before and (q.deposit = any(messages) or q.dossier = any(emptied));
  -- Other rows in the same words: who was about to claim the old ones knew the message under the person from before.
  with gone as (delete from routing.work w where w.deposit = any(messages) returning w.*)
    insert into routing.work (id, deposit, kind, due_at, attempts, created_at) select vault.uuid_at(at), g.deposit, g.kind, g.due_at, g.attempts, g.created_at from gone g;

  -- Removals: between two files that both went, the link goes along; what led to or from a file that is empty now leads nowhere.
  insert into exchange.dossier_link (id, dossier, linked, kind, created_at)
    select gen_random_uuid(), a.after, b.after, l.kind, l.created_at from exchange.dossier_link l
      join unnest(old_files, new_files) as a(before, after) on a.before = l.dossier join unnest(old_files, new_files) as b(before, after) on b.before = l.linked
    where l.kind = 'demenagement' and l.revoked_at is null and l.dossier = any(emptied) and l.linked = any(emptied);
  update exchange.dossier_link l set revoked_at = at where (l.dossier = any(emptied) or l.linked = any(emptied)) and l.revoked_at is null;
  update exchange.dossier o set dwelling = uuid_send(o.id) where o.id = any(emptied);

  -- Marks: those that a message left behind needs too stay as well; only what is exactly the same can be taken for either.
  insert into vault.match_profile (subject, digest, dossier, keys, profile, created_at)
    select fresh, p.digest, m.file, p.keys, p.profile, p.created_at from vault.match_profile p join unnest(marks, mark_files) as m(digest, file) on m.digest = p.digest where p.subject = person;
  insert into vault.match_key (key, subject) select distinct unnest(p.keys), fresh from vault.match_profile p where p.subject = fresh;
  delete from vault.match_profile p where p.subject = person and p.digest = any(marks) and not exists (
    select 1 from vault.marks_of(array(select vault.deposits_of(person))) m where m.digest = p.digest);
  delete from vault.match_key k using vault.match_profile f
    where f.subject = fresh and k.subject = person and k.key = any(f.keys)
      and not exists (select 1 from vault.match_profile p where p.subject = person and k.key = any(p.keys));

  -- Pairs that these messages raised are about the new person, and what a person joined by them is joined to it.
  select coalesce(array_agg(p.id), '{}') into moved from vault.match_pair p where p.subject = person and p.deposit = any(messages);
  update vault.match_pair p set subject = fresh where p.id = any(moved);
  with ended as (update vault.subject_alias a set revoked_at = at where a.pair = any(moved) and a.revoked_at is null returning a.root, a.pair)
    insert into vault.subject_alias (id, subject, root, pair, created_at) select gen_random_uuid(), fresh, e.root, e.pair, at from ended e limit 1;
  with ended as (update exchange.dossier_link l set revoked_at = at where l.pair = any(moved) and l.revoked_at is null returning l.linked, l.pair)
    insert into exchange.dossier_link (id, dossier, linked, kind, pair, created_at)
    select gen_random_uuid(), f.id, e.linked, 'rapprochement', e.pair, at from (select distinct linked, ended.pair from ended) e cross join unnest(new_files) as f(id);
  -- Pairs that others raised with the mixed file: of which of the two they are, a person says again.
  select coalesce(array_agg(p.id), '{}') into moved from vault.match_pair p where p.other = person;
  update vault.subject_alias a set revoked_at = at where a.pair = any(moved) and a.revoked_at is null;
  update exchange.dossier_link l set revoked_at = at where l.pair = any(moved) and l.revoked_at is null;
  insert into vault.match_decision (id, pair, decision, organisation, agent, decided_at)
    select vault.uuid_at(at), p.id, 'annulation', separate.organisation, separate.agent, at from vault.match_pair p where p.id = any(moved) and p.state = 'meme';
  update vault.match_pair p set state = 'aConfirmer' where p.id = any(moved) and p.state = 'meme';
  insert into vault.match_pair (id, territory, deposit, subject, other, score, findings, state, created_at)
    select vault.uuid_at(at), p.territory, p.deposit, p.subject, fresh, p.score, p.findings,
      -- Two messages that were taken off one file may well be of one person.
      case when exists (select 1 from vault.match_decision c where c.pair = p.id and c.decision = 'separation') then 'aConfirmer' else p.state end, at
    from vault.match_pair p where p.id = any(moved);

  insert into vault.match_pair (id, territory, deposit, subject, other, score, findings, state, created_at)
    select pair, d.territory, asked, fresh, person, a.score, a.findings, 'different', at from exchange.deposit d join vault.attachment a on a.deposit = d.id where d.id = asked;
  insert into vault.match_decision (id, pair, decision, organisation, agent, decided_at) values (vault.uuid_at(at), pair, 'separation', organisation, agent, at);

  return query
    insert into delivery.delivery as n (id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, corrects, motif, state, created_at,
        former_subject, former_dossier, again)
      select distinct on (d.deposit, d.recipient, d.purpose) vault.uuid_at(at), d.deposit, d.dossier, d.subject, d.territory, d.recipient, d.recipient_role, d.on_behalf_of, d.purpose, d.register_version,
        d.rule, 0, 'separation', d.id, 'autrePersonne', 'remise', at, person, f.before, floor(extract(epoch from at) * 1000000)::bigint
      from delivery.delivery d join unnest(old_files, new_files) as f(before, after) on f.after = d.dossier
      where d.deposit = any(messages) and d.nature in ('remise', 'question')
      order by d.deposit, d.recipient, d.purpose, d.id
    returning n.id, n.recipient, n.purpose::text, n.register_version::text, n.deposit;
end $$;

-- Who read the message just before it was given to another person writes for the person from before: it must try again.
create function delivery.comment_of_its_person() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select 1 from delivery.delivery d where d.id = new.delivery and d.subject = new.subject) then
    raise exception 'the delivery is of another person now' using errcode = 'serialization_failure';
  end if;
  return new;
end $$;
create trigger comment_person before insert on delivery.comment for each row execute function delivery.comment_of_its_person();

create function exchange.correction_of_one_person() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select 1 from exchange.deposit a join exchange.deposit b on b.subject = a.subject where a.id = new.deposit and b.id = new.replacement) then
    raise exception 'the deposit is of another person now' using errcode = 'serialization_failure';
  end if;
  return new;
end $$;
create trigger correction_person before insert on exchange.correction for each row when (new.replacement is not null) execute function exchange.correction_of_one_person();

-- Which messages these persons no longer have, and which they have that were another's: what the log says of a message is its person's.
create function rights.separated(persons uuid[]) returns table (deposit uuid, gone boolean) language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  select a.deposit, true from vault.match_pair p join vault.attachment a on a.separation = p.id join exchange.deposit d on d.id = a.deposit
    where p.other = any(persons) and not d.subject = any(persons)
  union all
  select a.deposit, false from unnest(persons) as w(id) cross join lateral vault.deposits_of(w.id) as o(id) join vault.attachment a on a.deposit = o.id where a.separation is not null
$$;

revoke all on function vault.told_apart(uuid[]), vault.uuid_at(timestamptz), vault.hold_separation(uuid), vault.separated_with(uuid), vault.files_of_only(uuid[]), vault.sealed_of(uuid[]), vault.marks_of(uuid[]),
  vault.separate(uuid, uuid, integer, bytea, jsonb, uuid[], uuid[], uuid[], text[], uuid[], smallint[], bytea[], uuid, uuid, uuid, text, timestamptz),
  delivery.comment_of_its_person(), exchange.correction_of_one_person(), rights.separated(uuid[]) from public;
grant execute on function vault.told_apart(uuid[]) to exchange_intake;
grant execute on function vault.deposits_of(uuid), vault.hold_separation(uuid), vault.separated_with(uuid), vault.sealed_of(uuid[]),
  vault.separate(uuid, uuid, integer, bytea, jsonb, uuid[], uuid[], uuid[], text[], uuid[], smallint[], bytea[], uuid, uuid, uuid, text, timestamptz), rights.separated(uuid[]) to exchange_vault;

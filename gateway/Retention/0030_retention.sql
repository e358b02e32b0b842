-- Retention: what an operator signed, what the daily job did, and the only ways by which it takes anything away.
create table consent.retention_signature (       -- append-only: a value for what the files leave to be fixed
  id              uuid primary key,              -- UUIDv7
  purpose_version text collate "C" not null,     -- 'P1-2026-01-01': the next version asks for its own
  duration        text collate "C" not null check (duration ~ '^P[1-9][0-9]{0,3}[DMY]$'),
  reference       text not null,                 -- the decision that it rests on
  signed_by       text collate "C" not null,
  signed_at       timestamptz not null,
  entry           uuid not null
);
create table consent.retention_confirmation (    -- append-only: from here on the value counts
  signature    uuid primary key references consent.retention_signature,
  confirmed_by text collate "C",                 -- null in demonstration, where nobody else is asked
  confirmed_at timestamptz not null,
  entry        uuid not null
);
grant select on consent.retention_signature, consent.retention_confirmation to exchange_reader, exchange_worker, exchange_vault;
grant insert on consent.retention_signature, consent.retention_confirmation to exchange_worker;

create table exchange.retention_run (
  id          uuid primary key,                  -- UUIDv7
  as_of       timestamptz not null,              -- the instant that decides, also when the run is taken up again
  position    uuid not null,                     -- last deposit done
  counts      jsonb not null,                    -- so far: sections by purpose and category, pieces, persons, entries
  finished_at timestamptz
);
grant select on exchange.retention_run to exchange_reader;
grant select, insert on exchange.retention_run to exchange_vault;
grant update (position, counts, finished_at) on exchange.retention_run to exchange_vault;

-- Deposits in the order of their ids (that is, of time) with what decides how long their sections are kept.
create function vault.retention_page(after_id uuid, upto uuid, most integer)
  returns table (deposit uuid, subject uuid, purpose text, received_at timestamptz, last_at timestamptz, held integer, pieces integer,
                 restricted boolean, standing text, purposes text[], grants integer[])
  language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
    with page as materialized (
      select d.* from exchange.deposit d where d.id > after_id and d.id < upto order by d.id limit most
    )
    select p.id, p.subject, p.purpose, p.received_at, greatest(a.last_deposit, r.last_delivery), h.held, j.pieces,
           coalesce(s.restricted, false) or exists (select 1 from consent.case c where c.subject = p.subject and c.state = 'ouvert'),
           coalesce(s.standing::text, '{}'), g.purposes, g.grants
    from page p
      left join consent.subject_state s on s.subject = p.subject
      cross join lateral (select coalesce(bit_or(x.category::integer), 0) as held from (
        select v.category from vault.part v where v.deposit = p.id union all select e.category from exchange.part e where e.deposit = p.id) x) h
      cross join lateral (select coalesce(bit_or(i.categories), 0) as pieces from exchange.piece i where i.deposit = p.id) j
      cross join lateral (select max(o.received_at) as last_deposit from exchange.deposit o where o.dossier = p.dossier) a
      cross join lateral (select greatest(max(l.created_at), max(l.acknowledged_at)) as last_delivery from delivery.delivery l where l.dossier = p.dossier) r
      cross join lateral (select coalesce(array_agg(w.purpose), '{}') as purposes, coalesce(array_agg(w.categories), '{}') as grants from delivery.delivery w
        where w.deposit = p.id and w.nature = 'remise' and w.state in ('remise', 'accusee')) g
    order by p.id
  $$;

-- Readings of these persons end first, and no message about them is matched meanwhile.
create function vault.retention_hold(persons uuid[]) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform 1 from consent.subject_state c where c.subject = any(persons) order by c.subject for update;
  perform pg_advisory_xact_lock(k.key) from (
    select distinct unnest(m.keys) as key from vault.match_profile m where m.subject = any(persons) order by 1) k;
end $$;

-- The deposits of a person: in the dossiers opened for it, and in those of others that its messages went to.
create function vault.deposits_of(person uuid) returns setof uuid language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  select d.id from exchange.deposit d where d.subject = person and d.dossier in (
    select o.id from exchange.dossier o where o.subject = person union select m.dossier from vault.match_profile m where m.subject = person)
$$;

-- Of these persons, those of whom nothing is kept, whoever they were joined with included.
create function vault.retention_empty(persons uuid[]) returns setof uuid language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  select p.id from unnest(persons) as p(id) where exists (select 1 from vault.subject s where s.id = p.id) and not exists (
    select 1 from vault.joined_with(p.id) as j(subject) cross join lateral vault.deposits_of(j.subject) as o(deposit)
    where exists (select 1 from vault.part v where v.deposit = o.deposit) or exists (select 1 from exchange.part e where e.deposit = o.deposit)
       or exists (select 1 from exchange.piece i where i.deposit = o.deposit))
$$;

-- Whether the file that a deposit belongs to still holds anything.
create function vault.file_lives(message uuid) returns boolean language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  select exists (
    select 1 from exchange.deposit d join vault.subject s on s.id = d.subject join exchange.deposit o on o.dossier = d.dossier
    where d.id = message and (exists (select 1 from vault.part v where v.deposit = o.id) or exists (select 1 from exchange.part e where e.deposit = o.id)))
$$;

-- Entries of the log older than an instant, oldest first; ripe: 'consultation', or 'dossier' when it says who received what of a file that has ended.
create function audit.retention_page(consultations text[], transmissions text[], upto timestamptz, after_at timestamptz, after_id uuid, most integer)
  returns table (id uuid, at timestamptz, ripe text)
  language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
    select p.id, p.at, case
        when not exists (select 1 from audit.entry_key k where k.entry = p.id) then null
        when p.action = any(consultations) or (p.action = any(transmissions) and p.message is null) then 'consultation'
        when p.action = any(transmissions) and not vault.file_lives(p.message) then 'dossier' end
    from (select e.id, e.at, e.action, coalesce(e.deposit, (select d.deposit from delivery.delivery d where d.id = e.delivery)) as message
          from audit.entry e where (e.at, e.id) > (after_at, after_id) and e.at < upto order by e.at, e.id limit most) p
    order by p.at, p.id
  $$;

-- Forgets entries: key, content, persons, agent. The leaf and its rank stay, and with them every proof.
create function audit.forget(entries uuid[], entry_of uuid[], pseudonyms bytea[]) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  delete from audit.entry_key k where k.entry = any(entries);
  delete from audit.entry_subject s using unnest(entry_of, pseudonyms) as x(entry, pseudonym) where s.pseudonym = x.pseudonym and s.entry = x.entry and x.entry = any(entries);
  update audit.entry e set sealed = '', agent = null, deposit = null, delivery = null where e.id = any(entries);
end $$;

revoke all on function vault.retention_page(uuid, uuid, integer), vault.retention_hold(uuid[]), vault.deposits_of(uuid),
  vault.retention_empty(uuid[]), vault.file_lives(uuid), audit.retention_page(text[], text[], timestamptz, timestamptz, uuid, integer), audit.forget(uuid[], uuid[], bytea[]) from public;
grant execute on function vault.retention_page(uuid, uuid, integer), vault.retention_hold(uuid[]),
  vault.retention_empty(uuid[]), audit.retention_page(text[], text[], timestamptz, timestamptz, uuid, integer), audit.forget(uuid[], uuid[], bytea[]) to exchange_vault;

-- What nothing swept until now: 30 days, as the design says.
grant select (organisation, path, key, created_at) on exchange.idempotency to exchange_worker;
create index lot_age on exchange.lot (updated_at);

-- Sessions of the CCAPEX: when, where, who sits, which files. What is said of a household is sealed with its own key; in clear
-- stand only the order of the day and the day of the review.
create schema ccapex;
grant usage on schema ccapex to exchange_reader;

create table ccapex.session (
  id           uuid primary key,                  -- UUIDv7
  organisation uuid not null,
  territory    text collate "C" not null,
  held_on      date not null,
  held_at      text collate "C",                  -- HH:MM, legal time there
  place        text not null,
  members      jsonb not null,                    -- organisation and quality of each, present or not; no names
  created_at   timestamptz not null
);
create index session_by_organisation on ccapex.session (organisation, held_on);

create table ccapex.item (                        -- one file on the order of the day
  id           uuid primary key,
  session      uuid not null references ccapex.session,
  organisation uuid not null,
  dossier      uuid not null,
  subject      uuid not null,
  rank         integer not null,
  kind         text collate "C" not null check (kind in ('premierePresentation', 'deuxiemePresentation', 'reexamen12Mois')),
  sealed       bytea,                             -- motive, advice by addressee, decision on the aid, outcome: under the subject's key
  review_on    date,                              -- review at twelve months
  reviewed_at  timestamptz,
  created_at   timestamptz not null,
  unique (session, dossier)
);
create index item_by_dossier on ccapex.item (dossier);
create index item_to_review on ccapex.item (organisation, review_on) where reviewed_at is null;

alter table ccapex.session enable row level security;
create policy session_of_organisation on ccapex.session to exchange_reader
  using (organisation = (select nullif(current_setting('app.org', true), '')::uuid))
  with check (organisation = (select nullif(current_setting('app.org', true), '')::uuid));
alter table ccapex.item enable row level security;
create policy item_of_organisation on ccapex.item to exchange_reader
  using (organisation = (select nullif(current_setting('app.org', true), '')::uuid))
  with check (organisation = (select nullif(current_setting('app.org', true), '')::uuid)
    and exists (select 1 from delivery.delivery d where d.dossier = ccapex.item.dossier)); -- a file that it received
grant select, insert on ccapex.session, ccapex.item to exchange_reader;
grant update (members) on ccapex.session to exchange_reader;
grant update (rank, sealed, review_on, reviewed_at) on ccapex.item to exchange_reader;

-- What a line of an inbox tells by itself, beside the deposit that it is about: the decision on the aid.
create table delivery.notice (
  delivery uuid primary key,
  subject  uuid not null,
  category smallint not null,
  sealed   bytea not null                         -- under the subject's key, bound to the delivery
);
create index notice_by_subject on delivery.notice (subject);
alter table delivery.notice enable row level security;
create policy notice_of_recipient on delivery.notice for select to exchange_reader
  using (exists (select 1 from delivery.delivery d where d.id = delivery.notice.delivery));
grant select on delivery.notice to exchange_reader;

-- The latest deposit of each sender about a dossier that was not told yet under a purpose, for who holds that dossier: the
-- decision whether it may be told is taken outside.
create function delivery.untold(wanted uuid, told text, told_nature text, types text[])
  returns table (deposit uuid, sender uuid, nature text, message_type text, territory text, subject uuid, restricted boolean, standing text)
  language sql stable security definer set search_path = pg_catalog as $$
  select distinct on (p.sender) p.id, p.sender, o.nature::text, p.message_type::text, p.territory::text, p.subject, s.restricted, s.standing::text
  from exchange.deposit p
    join access.organisation o on o.id = p.sender and o.disabled_at is null
    join consent.subject_state s on s.subject = p.subject
  where p.dossier = wanted and p.message_type = any(types) and not p.sandbox
    and p.sender is distinct from nullif(current_setting('app.org', true), '')::uuid
    and not exists (select 1 from exchange.correction c where c.deposit = p.id)
    and not exists (select 1 from delivery.delivery n where n.dossier = wanted and n.recipient = p.sender and n.purpose = told and n.nature = told_nature)
    and (session_user = 'exchange_worker'
      or exists (select 1 from delivery.delivery mine where mine.dossier = wanted and mine.recipient = nullif(current_setting('app.org', true), '')::uuid))
  order by p.sender, p.id desc
$$;

-- Adds a line to the inbox of who sent a deposit, and its content if it has one. Who asks holds that dossier. False when it stands there already.
create function delivery.tell_sender(notice uuid, source uuid, on_behalf text, told text, version text, by_rule text, told_nature text, reason text, part smallint, box bytea, at timestamptz)
  returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  if told_nature not in ('information', 'decisionAide', 'ajournementAide') then
    raise exception 'delivery.tell_sender: % is no notice', told_nature;
  end if;
  insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, motif, state, created_at)
    select notice, p.id, p.dossier, p.subject, p.territory, p.sender, o.nature, on_behalf, told, version, by_rule, 0, told_nature, reason, 'remise', at
    from exchange.deposit p join access.organisation o on o.id = p.sender
    where p.id = source and not p.sandbox
      and (session_user = 'exchange_worker'
        or exists (select 1 from delivery.delivery mine where mine.dossier = p.dossier and mine.recipient = nullif(current_setting('app.org', true), '')::uuid))
    on conflict do nothing;
  if not found then
    return false;
  end if;
  if box is not null then
    insert into delivery.notice (delivery, subject, category, sealed) select notice, p.subject, part, box from exchange.deposit p where p.id = source;
  end if;
  return true;
end $$;
revoke all on function delivery.untold(uuid, text, text, text[]), delivery.tell_sender(uuid, uuid, text, text, text, text, text, text, smallint, bytea, timestamptz) from public;
grant execute on function delivery.untold(uuid, text, text, text[]), delivery.tell_sender(uuid, uuid, text, text, text, text, text, text, smallint, bytea, timestamptz)
  to exchange_reader, exchange_worker;

-- A follow-up that goes on has a next contact: by it the router knows that the household is accompanied, without opening anything.
create policy deadline_worker on exchange.deadline for select to exchange_worker using (true);
grant select on exchange.deadline to exchange_worker;

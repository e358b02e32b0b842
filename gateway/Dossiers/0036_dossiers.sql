-- Deadlines of accepted messages, in clear so that what falls due is found without opening anything: the rule and its day,
-- never the date of the act nor its reference.
create table exchange.deadline (
  deposit   uuid not null,
  rule      text collate "C" not null,            -- id of france.json: CDP.DELAI, DSF.TRANSMIT, RFP ...
  due       date not null,
  territory text collate "C" not null,
  primary key (deposit, rule)
);
create index deadline_due on exchange.deadline (territory, due, deposit);

alter table exchange.deadline enable row level security;
create policy deadline_through_delivery on exchange.deadline for select to exchange_reader
  using (exists (select 1 from delivery.delivery d where d.deposit = exchange.deadline.deposit));
create policy deadline_of_sender on exchange.deadline for select to exchange_reader -- a team's own watch
  using (exists (select 1 from exchange.deposit p where p.id = exchange.deadline.deposit and p.sender = (select nullif(current_setting('app.org', true), '')::uuid)));
create policy deadline_insert on exchange.deadline for insert to exchange_intake with check (true);
grant insert on exchange.deadline to exchange_intake;
grant select on exchange.deadline to exchange_reader;

-- Which other organisations were sent a dossier of the caller's under purposes that mean help, or follow the household:
-- kinds of organisation and days, for who holds a delivery of that dossier. What it may know of it, the register says.
create function delivery.orientations(wanted uuid, purposes text[])
  returns table (organisation uuid, nature text, purpose text, sent_at timestamptz, acknowledged_at timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
  select s.organisation, s.nature, s.purpose, min(s.sent_at), min(s.acknowledged_at) from (
    select d.recipient, d.recipient_role::text, d.purpose::text, d.created_at, d.acknowledged_at
    from delivery.delivery d
    where d.dossier = wanted and d.purpose = any(purposes) and d.nature = 'remise' and d.state in ('remise', 'accusee')
      and not exists (select 1 from exchange.correction c where c.deposit = d.deposit)
    union all
    select p.sender, o.nature::text, p.purpose::text, p.received_at, p.received_at
    from exchange.deposit p join access.organisation o on o.id = p.sender
    where p.dossier = wanted and p.message_type = 'instances/suivis' and p.purpose = any(purposes) and not p.sandbox
      and not exists (select 1 from exchange.correction c where c.deposit = p.id)) s(organisation, nature, purpose, sent_at, acknowledged_at)
  where exists (select 1 from delivery.delivery mine where mine.dossier = wanted and mine.recipient = nullif(current_setting('app.org', true), '')::uuid)
  group by s.organisation, s.nature, s.purpose
$$;
revoke all on function delivery.orientations(uuid, text[]) from public;
grant execute on function delivery.orientations(uuid, text[]) to exchange_reader;

-- What awaits the caller's office, in numbers: what it has not taken charge of, what a rule still waits to know, what came back
-- as misrouted of the messages that it received too. Each stops counting at most.
create index delivery_sent_back on delivery.delivery (deposit) where state = 'renvoyee';
create function delivery.morning(most integer)
  returns table (to_take integer, awaiting integer, sent_back integer) language sql stable security definer set search_path = pg_catalog as $$
  with me as materialized (select nullif(current_setting('app.org', true), '')::uuid as id)
  select
    (select count(*)::int from (select 1 from delivery.delivery d, me where d.recipient = me.id and d.state = 'remise' limit most) a),
    (select count(*)::int from (select 1 from routing.work w, me where w.kind = 'repli'
       and exists (select 1 from delivery.delivery d where d.deposit = w.deposit and d.recipient = me.id) limit most) b),
    (select count(*)::int from (select 1 from delivery.delivery d, me where d.state = 'renvoyee'
       and exists (select 1 from delivery.delivery o where o.deposit = d.deposit and o.recipient = me.id) limit most) c)
$$;
revoke all on function delivery.morning(integer) from public;
grant execute on function delivery.morning(integer) to exchange_reader;

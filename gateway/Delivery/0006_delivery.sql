-- What one recipient gets of one deposit.
create table delivery.delivery (
  id               uuid primary key,              -- UUIDv7: the cursor of the inbox
  deposit          uuid not null references exchange.deposit,
  dossier          uuid not null references exchange.dossier,
  subject          uuid not null,
  territory        text collate "C" not null,
  recipient        uuid not null references access.organisation,
  recipient_role   text collate "C" not null,     -- the nature under which the purpose names it
  on_behalf_of     text collate "C",              -- 'auTitreDe' of the purpose
  purpose          text collate "C" not null,
  register_version text collate "C" not null,
  rule             text collate "C" not null,
  categories       integer not null,              -- granted at routing; re-decided at each reading
  state            text collate "C" not null,     -- remise | accusee | renvoyee | suspendue
  created_at       timestamptz not null,
  acknowledged_at  timestamptz,
  unique (deposit, recipient, purpose)
);
create index delivery_inbox on delivery.delivery (recipient, state, id);
create index delivery_by_dossier on delivery.delivery (dossier, recipient);

alter table delivery.delivery enable row level security;
create policy delivery_of_recipient on delivery.delivery to exchange_reader, exchange_vault
  using (recipient = (select nullif(current_setting('app.org', true), '')::uuid))
  with check (recipient = (select nullif(current_setting('app.org', true), '')::uuid));
create policy delivery_worker on delivery.delivery to exchange_worker using (true) with check (true);

-- A recipient reads the deposit's facts through its delivery only.
create policy deposit_of_recipient on exchange.deposit for select to exchange_reader
  using (exists (select 1 from delivery.delivery d where d.deposit = exchange.deposit.id));

alter table exchange.part enable row level security;
create policy part_through_delivery on exchange.part for select to exchange_reader
  using (exists (select 1 from delivery.delivery d where d.deposit = exchange.part.deposit));
create policy part_of_sender on exchange.part for select to exchange_reader
  using (exists (select 1 from exchange.deposit d where d.id = exchange.part.deposit
                 and d.sender = (select nullif(current_setting('app.org', true), '')::uuid)));
create policy part_insert on exchange.part for insert to exchange_intake with check (true);
create policy part_vault on exchange.part for select to exchange_vault using (true);

alter table exchange.piece enable row level security;
create policy piece_through_delivery on exchange.piece for select to exchange_reader, exchange_vault
  using (exists (select 1 from delivery.delivery d where d.deposit = exchange.piece.deposit));
create policy piece_of_sender on exchange.piece for select to exchange_reader -- which of its own attachments are joined
  using (exists (select 1 from exchange.deposit p where p.id = exchange.piece.deposit and p.sender = (select nullif(current_setting('app.org', true), '')::uuid)));
create policy piece_insert on exchange.piece for insert to exchange_intake with check (true);
create policy piece_worker on exchange.piece to exchange_worker using (true) with check (true);

grant select on delivery.delivery to exchange_reader, exchange_vault, exchange_worker;
grant update (state, acknowledged_at) on delivery.delivery to exchange_reader;
grant insert on delivery.delivery to exchange_worker;
grant update (state) on delivery.delivery to exchange_worker;

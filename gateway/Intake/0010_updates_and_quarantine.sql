-- Next month's notice about the same debt takes the place of this month's: it is an update of one file, not a second file.
alter table exchange.deposit add column replaces uuid;  -- the deposit that this one takes the place of

create table exchange.debt (
  token   bytea primary key,                      -- HMAC-SHA-256, under the territory's secret, of sender, household number, dwelling, date of constitution
  subject uuid not null,                          -- erasure deletes a subject's debts
  deposit uuid not null,                          -- the latest about it
  ended   boolean not null,
  seen_at timestamptz not null
);
create index debt_by_subject on exchange.debt (subject);

grant select, insert on exchange.debt to exchange_intake;
grant update (subject, deposit, ended, seen_at) on exchange.debt to exchange_intake;

-- A piece whose text holds a NIR is kept apart: nobody can open it, and its sender may send another in its place.
alter table exchange.piece add column quarantine text;  -- why, in French; null for a piece that can be opened
grant select (id, deposit, name, quarantine) on exchange.piece to exchange_intake;
grant update (id, size, blob, wrapped_key, categories, received_at, quarantine) on exchange.piece to exchange_intake;
create policy piece_replace on exchange.piece for select to exchange_intake using (true);
create policy piece_update on exchange.piece for update to exchange_intake using (true) with check (true);

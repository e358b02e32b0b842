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

-- A piece whose text holds a NIR is kept apart, out of every recipient's reach; its sender may join another under its name.
create table exchange.piece_quarantine (
  id          uuid primary key,
  deposit     uuid not null references exchange.deposit,
  name        text not null,                      -- acte | notice | decompte
  reason      text not null,                      -- in French, as the sender was told
  size        bigint not null,
  blob        text collate "C" not null,          -- random name in the payload store
  wrapped_key bytea not null,                     -- its own content key, sealed with the subject's key
  received_at timestamptz not null
);
create unique index piece_quarantine_by_blob on exchange.piece_quarantine (blob); -- the sweep of payloads asks by name

grant insert on exchange.piece_quarantine to exchange_intake;
grant select on exchange.piece_quarantine to exchange_worker;

-- A sender mends what it sent: a deposit is replaced by another (rectification) or withdrawn (annulation), once.
create table exchange.correction (
  deposit     uuid primary key references exchange.deposit,
  kind        text collate "C" not null check (kind in ('rectification', 'annulation')),
  replacement uuid unique,                        -- the deposit that takes its place; rectification only
  motif       text collate "C",                   -- closed list; annulation only
  made_at     timestamptz not null
);
grant insert on exchange.correction to exchange_intake;
grant select on exchange.correction to exchange_intake, exchange_reader, exchange_vault, exchange_worker;

-- A recipient learns of a withdrawal by a line of its own at the end of its inbox: who has read past the first one would miss a changed line.
alter table delivery.delivery
  add column nature   text collate "C" not null default 'remise',  -- remise | annulation
  add column corrects uuid;                                         -- the delivery that this one replaces or withdraws
alter table delivery.delivery drop constraint delivery_deposit_recipient_purpose_key;
alter table delivery.delivery add unique (deposit, recipient, purpose, nature);

-- What hides a line from its recipient is the person's state, or the register of purposes: when either is no longer what it
-- was, the line is looked at again.
alter table delivery.passed_over add column register text collate "C" not null default '';
grant update (register) on delivery.passed_over to exchange_reader;

-- A call that was stopped while its line was hidden: what hid it then. Null for one whose line was withdrawn or sent back,
-- which never goes out.
alter table delivery.webhook_call
  add column seen     timestamptz,                -- changed_at of the person's state then
  add column register text collate "C";
create index webhook_call_hidden on delivery.webhook_call (delivery) where state = 'arrete' and seen is not null;
grant update (seen, register) on delivery.webhook_call to exchange_vault, exchange_worker;

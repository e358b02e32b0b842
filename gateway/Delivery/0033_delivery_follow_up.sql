-- The place of a line in its inbox: the cursor. Ids are made before a transaction commits, so that of two nodes the one with
-- the smaller id may commit later, and a reader between the two would pass it over. Places are given one transaction at a
-- time: who inserts holds the lock until its commit is visible, so whoever sees a place sees every smaller one. (To read only
-- below the oldest running transaction would hide the inbox behind any long write of the server, and transaction numbers do
-- not survive a move to another; a sequencer as the log's would write every row twice.)
create sequence delivery.position;
alter table delivery.delivery add column position bigint;
update delivery.delivery d set position = n.position from (select id, row_number() over (order by id) as position from delivery.delivery) n where n.id = d.id;
select setval('delivery.position', (select coalesce(max(position), 0) + 1 from delivery.delivery), false);
alter table delivery.delivery alter column position set default nextval('delivery.position'), alter column position set not null;
create function delivery.lock_positions() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  perform pg_advisory_xact_lock(7306919307205244517); -- 'egdelive'
  return null;
end $$;
-- Before the statement: the default of its first row is taken after the lock.
create trigger delivery_positions before insert on delivery.delivery for each statement execute function delivery.lock_positions();
create trigger delivery_positions_again before update of position on delivery.delivery for each statement execute function delivery.lock_positions();
drop index delivery.delivery_inbox;
create index delivery_inbox on delivery.delivery (recipient, state, position);
create index delivery_pull on delivery.delivery (recipient, position);
grant usage on sequence delivery.position to exchange_worker;

-- A recipient sends back what is not for it; somebody of the organisation has a file in hand; nobody acknowledges in time.
alter table delivery.delivery
  add column assigned_to  uuid,                     -- a person or machine of the recipient
  add column assigned_at  timestamptz,
  add column sent_back_at timestamptz,              -- its reason is in motif
  add column due_at       timestamptz,              -- when the next step comes if it is still not acknowledged
  add column step         smallint not null default 0; -- 0 nothing yet, 1 reminded, 2 escalated, 3 non-delivery reported
create index delivery_due on delivery.delivery (due_at) where state = 'remise' and due_at is not null;
grant update (motif, assigned_to, assigned_at, sent_back_at) on delivery.delivery to exchange_reader;
grant update (due_at, step) on delivery.delivery to exchange_worker;
grant insert on routing.work to exchange_reader;    -- who sends back asks for another routing

-- One message, one cancellation, one reduction for a recipient and purpose (0); each of the other news has a number of its own.
alter table delivery.delivery add column again bigint not null default 0;
alter table delivery.delivery drop constraint delivery_deposit_recipient_purpose_nature_key;
alter table delivery.delivery add constraint delivery_once unique (deposit, recipient, purpose, nature, again);

-- How often each rule missed, and why: no delivery, no person.
create table delivery.sent_back (
  territory text collate "C" not null,
  rule      text collate "C" not null,
  reason    text collate "C" not null,
  month     date not null,
  count     bigint not null,
  primary key (territory, rule, reason, month)
);
grant select, insert on delivery.sent_back to exchange_reader;
grant update (count) on delivery.sent_back to exchange_reader;

-- What the people of one organisation write to each other about a file. Sealed with the subject's key, and gone with it: the
-- deletion of the subject's row, by which erasure ends, takes them along.
create table delivery.comment (
  id         uuid primary key,
  delivery   uuid not null references delivery.delivery on delete cascade,
  subject    uuid not null references vault.subject on delete cascade,
  recipient  uuid not null,
  author     uuid not null,
  sealed     bytea not null,
  created_at timestamptz not null
);
create index comment_by_delivery on delivery.comment (delivery, id);
create index comment_by_subject on delivery.comment (subject);
alter table delivery.comment enable row level security;
create policy comment_of_recipient on delivery.comment to exchange_reader
  using (recipient = (select nullif(current_setting('app.org', true), '')::uuid))
  with check (recipient = (select nullif(current_setting('app.org', true), '')::uuid));
grant select, insert on delivery.comment to exchange_reader;

-- A line that a restriction hid from a recipient's software while its cursor went by: when the person's state changes it takes
-- a new place, at the end, so that it is not passed over for good.
create table delivery.passed_over (
  delivery  uuid primary key references delivery.delivery on delete cascade,
  recipient uuid not null,
  subject   uuid not null references vault.subject on delete cascade,
  seen      timestamptz not null                  -- changed_at of the person's state then
);
create index passed_over_by_subject on delivery.passed_over (subject);
alter table delivery.passed_over enable row level security;
create policy passed_over_of_recipient on delivery.passed_over to exchange_reader
  using (recipient = (select nullif(current_setting('app.org', true), '')::uuid))
  with check (recipient = (select nullif(current_setting('app.org', true), '')::uuid));
create policy passed_over_worker on delivery.passed_over to exchange_worker using (true) with check (true);
grant select, insert on delivery.passed_over to exchange_reader;
grant update (seen) on delivery.passed_over to exchange_reader;
grant select, delete on delivery.passed_over to exchange_worker;
grant update (position) on delivery.delivery to exchange_worker;

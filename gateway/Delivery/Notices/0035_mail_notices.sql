-- Notices by e-mail: that something waits, never what. One row is one message to send; its numbers are counted when it goes.
create table delivery.mail (
  id           uuid primary key,                  -- its Message-ID: a message sent twice after a crash is recognised by it
  organisation uuid not null references access.organisation,
  kind         text collate "C" not null check (kind in ('attente', 'rappel')),
  day          date not null,
  due_at       timestamptz not null,
  attempts     integer not null default 0,
  created_at   timestamptz not null,
  ended_at     timestamptz,                       -- sent, or given up
  unique (organisation, kind, day)
);
create index mail_due on delivery.mail (due_at) where ended_at is null;
create index person_by_organisation on access.person (organisation);
grant select, insert, delete on delivery.mail to exchange_worker;
grant update (due_at, attempts, ended_at) on delivery.mail to exchange_worker;
grant select (id, organisation, user_name, email, role, disabled_at) on access.person to exchange_worker;

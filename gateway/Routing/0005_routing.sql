-- The outbox row is the work item: a wake-up message carries nothing but the fact that there is one.
create table routing.work (
  id         uuid primary key,
  deposit    uuid not null,
  kind       text collate "C" not null,           -- 'router' | 'repli' (a held deposit whose delay ends)
  due_at     timestamptz not null,
  attempts   integer not null default 0,
  created_at timestamptz not null
);
create index work_due on routing.work (due_at);

create table routing.result (                     -- append-only: what the rules said, when, under which version
  id             uuid primary key,
  deposit        uuid not null references exchange.deposit,
  territory      text collate "C" not null,
  rules_version  text collate "C" not null,
  explanation    jsonb not null,                  -- French; no identity
  decided_at     timestamptz not null
);
create index result_by_deposit on routing.result (deposit);

grant insert on routing.work to exchange_intake;
grant select, insert, update, delete on routing.work to exchange_worker;
grant select, insert on routing.result to exchange_worker;
grant select on routing.result to exchange_reader;

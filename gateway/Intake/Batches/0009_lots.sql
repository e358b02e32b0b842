-- A batch that can be taken up again after a cut: its client names it, each line accepted remembers the batch and its place.
create table exchange.lot (
  id           uuid primary key,
  organisation uuid not null references access.organisation,
  name         text collate "C" not null,         -- the client's, or the id when it gave none
  message_type text collate "C" not null,
  sending      integer not null,                  -- 1, and one more each time the client sends it again
  state        text collate "C" not null,         -- enCours | termine | interrompu
  stopped      text,                              -- why reading stopped before the end, in French
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  unique (organisation, name)
);

create table exchange.lot_chunk (                 -- the report, a thousand lines a row; pointers, codes and deposits, never a value
  lot        uuid not null references exchange.lot on delete cascade,
  chunk      integer not null,
  sending    integer not null,
  accepted   integer not null,
  updates    integer not null,
  duplicates integer not null,
  refused    integer not null,
  unavailable integer not null,
  known      integer not null,                    -- of all these, lines received by an earlier sending of this batch
  report     bytea not null,                      -- NDJSON, Brotli
  primary key (lot, chunk)
);

alter table exchange.idempotency add column lot uuid, add column lot_line bigint;

alter table exchange.lot enable row level security;
create policy lot_of_sender on exchange.lot for select to exchange_reader
  using (organisation = (select nullif(current_setting('app.org', true), '')::uuid));
create policy lot_intake on exchange.lot to exchange_intake using (true) with check (true);
create policy lot_worker on exchange.lot to exchange_worker using (true);
alter table exchange.lot_chunk enable row level security;
create policy chunk_of_sender on exchange.lot_chunk for select to exchange_reader
  using (exists (select 1 from exchange.lot l where l.id = exchange.lot_chunk.lot));
create policy chunk_intake on exchange.lot_chunk to exchange_intake using (true) with check (true);

grant select, insert on exchange.lot to exchange_intake;
grant update (sending, state, stopped, updated_at) on exchange.lot to exchange_intake;
grant select, insert, update, delete on exchange.lot_chunk to exchange_intake;
grant select on exchange.lot, exchange.lot_chunk to exchange_reader;
grant select, delete on exchange.lot to exchange_worker; -- 30 days, as the idempotency keys of its lines

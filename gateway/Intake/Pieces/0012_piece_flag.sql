-- What an attachment showed of the information notice: kept beside the deposit's own flags, which stay as they were said.
create table exchange.piece_flag (
  deposit  uuid not null references exchange.deposit on delete cascade,
  piece    text not null,                         -- acte | notice
  flag     text collate "C" not null,             -- code of a quality flag
  version  text,                                  -- the notice that was recognised
  found_at timestamptz not null,
  primary key (deposit, piece, flag)
);

alter table exchange.piece_flag enable row level security;
create policy piece_flag_of_sender on exchange.piece_flag for select to exchange_reader
  using (exists (select 1 from exchange.deposit d where d.id = exchange.piece_flag.deposit
                 and d.sender = (select nullif(current_setting('app.org', true), '')::uuid)));
create policy piece_flag_through_delivery on exchange.piece_flag for select to exchange_reader, exchange_vault
  using (exists (select 1 from delivery.delivery d where d.deposit = exchange.piece_flag.deposit));
create policy piece_flag_insert on exchange.piece_flag for insert to exchange_intake with check (true);
create policy piece_flag_worker on exchange.piece_flag for select to exchange_worker using (true);

grant insert on exchange.piece_flag to exchange_intake;
grant select on exchange.piece_flag to exchange_reader, exchange_vault, exchange_worker;

-- Roles of the cluster (design: who may do what at rest). They log in only once the operator, or the embedded
-- server, has given them a password; the migrating user owns everything.
do $$
declare r text;
begin
  foreach r in array array['exchange_intake', 'exchange_reader', 'exchange_vault', 'exchange_worker'] loop
    if not exists (select 1 from pg_roles where rolname = r) then
      begin
        execute format('create role %I nologin', r);
      exception when duplicate_object or unique_violation then null; -- another node was faster
      end;
    end if;
  end loop;
end $$;

create schema access;
create schema vault;
create schema exchange;
create schema routing;
create schema delivery;
create schema consent;
create schema audit;

revoke all on schema public from public;
grant usage on schema access, exchange, routing, delivery, consent, audit to exchange_intake, exchange_reader, exchange_vault, exchange_worker;
grant usage on schema vault to exchange_intake, exchange_vault;

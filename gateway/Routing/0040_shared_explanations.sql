-- Deposits of the same facts have the same explanation but for its dates, and writing it for each was half of the work of
-- routing. What does not depend on the deposit is kept once: words of the vocabulary and of the rules' files, no date, no
-- answer about a household, and nothing that leads to a deposit; so it stays when the deposits that point at it are erased.
create table routing.explanation (               -- append-only
  digest  bytea primary key,                     -- SHA-256 of the content as it was written
  content jsonb not null
);
alter table routing.result add column shared bytea; -- then explanation holds what is the deposit's own
grant select, insert on routing.explanation to exchange_worker;
grant select on routing.explanation to exchange_reader;

-- Whoever empties an explanation empties what it points at.
create function routing.cut_shared() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  new.shared := null;
  return new;
end $$;
create trigger result_emptied before update of explanation on routing.result for each row when (new.explanation = '{}') execute function routing.cut_shared();

-- The explanation as a person reads it, whichever way it is kept.
create view routing.explained as
  select r.id, r.deposit, r.territory, r.rules_version, coalesce(e.content || r.explanation, r.explanation) as explanation, r.decided_at
  from routing.result r left join routing.explanation e on e.digest = r.shared;
grant select on routing.explained to exchange_worker, exchange_reader;

-- Joining two subjects is done by the vault's role, which may not write what persons have said. Through this function it carries
-- over, under the lock of the rows, what restricts or stops: nothing that was said goes, and no agreement comes.
create function consent.carry_over(person uuid, joined jsonb, at timestamptz) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  update consent.subject_state s set standing = joined, restricted = s.restricted or joined -> 'restricted' ? '*', changed_at = at
  where s.subject = person
    and joined -> 'restricted' @> coalesce(s.standing -> 'restricted', '[]')
    and not exists (select 1 from jsonb_each(joined -> 'agreements') n where n.value ->> 'act' = 'Accord' and n.value is distinct from s.standing -> 'agreements' -> n.key)
    and not exists (select 1 from jsonb_each(coalesce(s.standing -> 'agreements', '{}')) o where not joined -> 'agreements' ? o.key);
  if not found then
    raise exception 'only what restricts goes over' using errcode = 'check_violation';
  end if;
end $$;
revoke all on function consent.carry_over(uuid, jsonb, timestamptz) from public;
grant execute on function consent.carry_over(uuid, jsonb, timestamptz) to exchange_vault;
grant execute on function consent.lock_person(uuid) to exchange_vault;

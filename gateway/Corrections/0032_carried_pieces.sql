-- A deposit that takes the place of another carries its attachments, until its sender replaces or removes them. The content
-- stays one payload: several rows may name it.
alter table exchange.piece add column carried_from uuid;  -- the deposit that it was joined to, which its seal is bound to; null: this one
drop index exchange.piece_by_blob;
create index piece_by_blob on exchange.piece (blob);

create function exchange.carry_pieces(replaced uuid[], replacement uuid[]) returns void language sql security definer set search_path = pg_catalog as $$
  insert into exchange.piece (id, deposit, name, media_type, size, blob, wrapped_key, categories, received_at, carried_from)
    select gen_random_uuid(), c.replacement, p.name, p.media_type, p.size, p.blob, p.wrapped_key, p.categories, p.received_at, coalesce(p.carried_from, p.deposit)
    from unnest(replaced, replacement) as c(replaced, replacement) join exchange.piece p on p.deposit = c.replaced;
  insert into exchange.piece_flag (deposit, piece, flag, version, found_at)
    select c.replacement, f.piece, f.flag, f.version, f.found_at
    from unnest(replaced, replacement) as c(replaced, replacement) join exchange.piece_flag f on f.deposit = c.replaced;
$$;

-- Only what is carried goes: what was joined to the deposit itself stays. Says whether there was one.
create function exchange.drop_carried_piece(message uuid, called text) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  delete from exchange.piece p where p.deposit = message and p.name = called and p.carried_from is not null;
  if not found then
    return false;
  end if;
  delete from exchange.piece_flag f where f.deposit = message and f.piece = called;
  return true;
end $$;

revoke all on function exchange.carry_pieces(uuid[], uuid[]), exchange.drop_carried_piece(uuid, text) from public;
grant execute on function exchange.carry_pieces(uuid[], uuid[]), exchange.drop_carried_piece(uuid, text) to exchange_intake;

-- Who holds messages of these persons and may be told that they may not be used any more. Also for the vault's role, which joins
-- subjects and sees no recipient's inbox.
create function consent.holders(persons uuid[], only_purpose text)
  returns table (delivery uuid, subject uuid, deposit uuid, purpose text, on_behalf_of text, recipient uuid, recipient_role text, territory text, register_version text, message_type text,
                 sender_nature text, facts text, received_at timestamptz, reduced boolean)
  language sql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
  select d.id, d.subject, d.deposit, d.purpose, d.on_behalf_of, d.recipient, d.recipient_role, d.territory, d.register_version, p.message_type, o.nature, p.facts::text, p.received_at,
         exists (select 1 from delivery.delivery n where n.deposit = d.deposit and n.corrects = d.id and n.nature = 'reduction')
  from unnest(persons) as w(id) cross join lateral vault.deposits_of(w.id) as h(id) join exchange.deposit p on p.id = h.id
    join delivery.delivery d on d.deposit = p.id join access.organisation o on o.id = p.sender
  where d.subject = any(persons) and (only_purpose is null or d.purpose = only_purpose) and d.nature = 'remise' and d.state in ('remise', 'accusee')
    and not exists (select 1 from exchange.correction c where c.deposit = d.deposit)
  order by d.id
$$;

-- Tells them, each by a line at the end of its inbox; what ends is read no more.
create function consent.tell_holders(notices uuid[], natures text[], deliveries uuid[], reasons text[], at timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (select 1 from unnest(natures) as n(nature) where n.nature not in ('annulation', 'reduction', 'limitation')) then
    raise exception 'consent.tell_holders: what stops or restricts, nothing else';
  end if;
  insert into delivery.delivery (id, deposit, dossier, subject, territory, recipient, recipient_role, on_behalf_of, purpose, register_version, rule, categories, nature, corrects, motif, state, created_at, again)
    select n.id, d.deposit, d.dossier, d.subject, d.territory, d.recipient, d.recipient_role, d.on_behalf_of, d.purpose, d.register_version, d.rule, 0, n.nature, d.id, n.reason, 'remise', at,
           -- A restriction may end, and another come.
           case n.nature when 'limitation' then floor(extract(epoch from at) * 1000000)::bigint else 0 end
    from unnest(notices, natures, deliveries, reasons) as n(id, nature, delivery, reason) join delivery.delivery d on d.id = n.delivery
    on conflict (deposit, recipient, purpose, nature, again) do nothing;
  update delivery.delivery d set state = 'annulee', motif = n.reason from unnest(natures, deliveries, reasons) as n(nature, delivery, reason) where n.nature = 'annulation' and d.id = n.delivery;
end $$;

revoke all on function consent.holders(uuid[], text), consent.tell_holders(uuid[], text[], uuid[], text[], timestamptz) from public;
grant execute on function consent.holders(uuid[], text), consent.tell_holders(uuid[], text[], uuid[], text[], timestamptz) to exchange_worker, exchange_vault;

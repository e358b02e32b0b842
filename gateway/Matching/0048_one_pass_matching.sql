-- Candidates for the messages of a group, in one round trip. Takes the locks first, in order, so that two nodes cannot both
-- create a person unknown to both. A key that more than 24 subjects hold finds nobody.
create or replace function vault.find_subjects(wanted bigint[], locks bigint[])
  returns table (subject uuid, vault_key integer, wrapped_key bytea, holder uuid, dossier uuid, keys bigint[], profile bytea)
  language plpgsql security definer set search_path = pg_catalog set enable_seqscan = off as $$
declare
  most constant bigint := 4 * cardinality(wanted) + 100;
  hit_keys bigint[];
  hit_subjects uuid[];
begin
  perform pg_advisory_xact_lock(l) from (select distinct unnest(locks) as l order by 1) s;
  -- Most keys find nobody: all of them in one pass over the index.
  select array_agg(f.key), array_agg(f.subject) into hit_keys, hit_subjects
    from (select m.key, m.subject from vault.match_key m where m.key = any(wanted) limit most) f;
  if hit_keys is null then
    return;
  end if;
  -- A pass that was cut off may have counted too few holders of a key: then each key is looked up by itself.
  if cardinality(hit_keys) = most then
    select array_agg(f.key), array_agg(f.subject) into hit_keys, hit_subjects
      from (select distinct unnest(wanted) as key) k
        cross join lateral (select distinct m.key, m.subject from vault.match_key m where m.key = k.key limit 25) f;
  end if;
  return query
    with hit as materialized (
      select distinct h.holder from (
        select f.holder, count(*) over (partition by f.key) as holders
        from (select distinct u.key, u.holder from unnest(hit_keys, hit_subjects) as u(key, holder)) f) h
      where h.holders <= 24
    ), rooted as materialized (
      select h.holder,
             case when exists (select 1 from vault.subject_alias a where a.subject = h.holder and a.revoked_at is null)
                  then vault.root_of(h.holder) else h.holder end as root
      from hit h
    )
    -- Each look-up below a limit: the planner, who cannot know how few candidates there are, must not join whole tables.
    select r.root, s.vault_key, s.wrapped_key, r.holder, p.dossier, p.keys, p.profile
    from rooted r
      cross join lateral (select v.vault_key, v.wrapped_key from vault.subject v where v.id = r.root limit 1) s
      cross join lateral (select m.dossier, m.keys, m.profile from vault.match_profile m where m.subject = r.holder order by m.created_at desc limit 16) p;
end $$;

-- Joining two subjects is done by the vault's role: it carries over what restricts either, under the lock of their consent rows.
grant execute on function consent.lock_person(uuid) to exchange_vault;
grant update (standing, restricted, changed_at) on consent.subject_state to exchange_vault;

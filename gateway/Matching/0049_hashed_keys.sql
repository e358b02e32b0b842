-- Blocking keys are looked for by equality and come in no order: a hash index finds one in a page and takes one in for half
-- the work of a tree, and five or six of them come with each message. So do the debts of a subject, read when it is erased.
drop index vault.match_key_lookup;
create index match_key_lookup on vault.match_key using hash (key);
drop index exchange.debt_by_subject;
create index debt_by_subject on exchange.debt using hash (subject);

-- One message a person: a server that refuses one address and takes the others does not make the others get it again, and
-- nobody reads a colleague's address. What waited for a whole organisation is made anew for each of its people.
delete from delivery.mail where ended_at is null;
alter table delivery.mail add column person uuid;   -- null in what was sent before
alter table delivery.mail drop constraint mail_organisation_kind_day_key;
create unique index mail_once on delivery.mail (organisation, kind, day, person);

-- These keys pointed at rows that the same transaction writes or has just read. Each check locked the row it found: all
-- deposits of one sender queued for the row of their organisation, and rows of two transactions needed a multixact.
alter table exchange.deposit drop constraint deposit_sender_fkey, drop constraint deposit_dossier_fkey;
alter table routing.result drop constraint result_deposit_fkey;
alter table delivery.delivery drop constraint delivery_deposit_fkey, drop constraint delivery_dossier_fkey, drop constraint delivery_recipient_fkey;

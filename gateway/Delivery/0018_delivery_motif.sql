-- Why a delivery is withdrawn or reduced when its sender corrected nothing: the person withdrew the agreement.
alter table delivery.delivery add column motif text collate "C";
grant update (motif) on delivery.delivery to exchange_worker;

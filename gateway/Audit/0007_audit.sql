-- The log nobody can rewrite: entries (sealed), their commitments, the Merkle leaves in order, the signed heads.
create table audit.entry (
  id           uuid primary key,
  at           timestamptz not null,
  action       text collate "C" not null,         -- LogAction
  organisation uuid,                              -- who, as organisation
  agent        text collate "C",                  -- pseudonymous agent id (client or person)
  deposit      uuid,
  delivery     uuid,
  leaf         bytea not null,                    -- 0x01 || SHA-256(32-byte salt || content)
  sealed       bytea not null                     -- salt || content under the entry's own key
);
create index entry_by_time on audit.entry (at, id);
create index entry_by_organisation on audit.entry (organisation, at, id);
create index entry_by_deposit on audit.entry (deposit) where deposit is not null;

create table audit.entry_key (                    -- deleting this row forgets the entry; every proof still verifies
  entry     uuid primary key,
  vault_key integer not null,
  wrapped   bytea not null
);

create table audit.entry_subject (                -- audit-domain pseudonyms of the persons concerned
  entry     uuid not null,
  pseudonym bytea not null,
  primary key (pseudonym, entry)
);

-- No foreign key here nor in audit.leaf: the rows are written with their entry and checked by the sequencer, which stops
-- rather than lose one; three look-ups less per entry on the path of every deposit.
create table audit.pending (entry uuid primary key);

create table audit.head (                         -- one row per tree; a tree that a restored backup has ended is closed
  tree     smallint primary key,                  -- 1, 2, ...
  origin   text collate "C" not null unique,      -- '<name>', then '<name>/2', ...
  size     bigint not null,
  frontier bytea not null,                        -- roots of the complete subtrees of this size, left to right, 32 bytes each
  closed   boolean not null default false
);
create unique index one_open_head on audit.head ((true)) where not closed;

create table audit.leaf (
  tree  smallint not null references audit.head,
  rank  bigint not null,                          -- index in the tree, from 0
  entry uuid not null unique,
  primary key (tree, rank)
);

create table audit.checkpoint (
  tree      smallint not null references audit.head,
  size      bigint not null,
  note      text not null,                        -- the signed note, verbatim
  signed_at timestamptz not null,
  primary key (tree, size)
);

grant insert on audit.entry, audit.entry_key, audit.entry_subject, audit.pending to exchange_intake, exchange_reader, exchange_vault, exchange_worker;
grant select on audit.entry, audit.entry_key, audit.entry_subject, audit.leaf, audit.head, audit.checkpoint to exchange_reader, exchange_worker;
grant select, delete on audit.pending to exchange_worker;
grant insert on audit.leaf, audit.checkpoint, audit.head to exchange_worker;
grant update (size, frontier, closed) on audit.head to exchange_worker;

-- Who may come in: organisations, their rights by message type and territory, machine clients, reference tokens,
-- people (ASP.NET Core Identity) and the Data Protection key ring.
create table access.organisation (
  id          uuid primary key,
  code        text collate "C" not null unique,   -- 'adil-75'
  nature      text collate "C" not null,          -- 'adil', 'commissaire-de-justice', 'caf', ... as consent/finalites names them
  name        text not null,
  territories text[] not null,                    -- codes of ops/territories where it sends or receives
  sandbox     boolean not null default false,
  created_at  timestamptz not null,
  disabled_at timestamptz
);

-- What an organisation may deposit: one row per message type and territory; nothing here means nothing allowed.
create table access.deposit_right (
  organisation uuid not null references access.organisation,
  message_type text collate "C" not null,         -- 'caf/impayes'
  territory    text collate "C" not null,
  primary key (organisation, message_type, territory)
);

create table access.client (
  id           uuid primary key,
  client_id    text collate "C" not null unique,
  organisation uuid not null references access.organisation,
  role         text collate "C" not null,         -- role the machine acts in: 'depositaire', 'secretariat', 'instructeur', 'dpo', ...
  secret_hash  text not null,                     -- pbkdf2-sha256$iterations$salt$hash, never the secret
  created_at   timestamptz not null,
  disabled_at  timestamptz
);

create table access.token (
  digest                 bytea primary key,       -- SHA-256 of the reference token; the token itself is never stored
  client                 uuid not null references access.client,
  certificate_thumbprint bytea,                   -- RFC 8705 binding
  issued_at              timestamptz not null,
  expires_at             timestamptz not null,
  revoked_at             timestamptz
);
create index token_expiry on access.token (expires_at);
create index client_by_organisation on access.client (organisation);

create table access.person (
  id                     uuid primary key,
  user_name              text not null,
  normalized_user_name   text collate "C" not null unique,
  email                  text,
  normalized_email       text collate "C",
  email_confirmed        boolean not null default false,
  password_hash          text,
  security_stamp         text,
  concurrency_stamp      text,
  phone_number           text,
  phone_number_confirmed boolean not null default false,
  two_factor_enabled     boolean not null default false,
  lockout_end            timestamptz,
  lockout_enabled        boolean not null default true,
  access_failed_count    integer not null default 0,
  last_code_step         bigint,                  -- RFC 6238 §5.2: a code is accepted once
  organisation           uuid not null references access.organisation,
  role                   text collate "C" not null,
  display_name           text not null,
  disabled_at            timestamptz
);
create table access.person_claim (
  id          integer generated always as identity primary key,
  user_id     uuid not null references access.person on delete cascade,
  claim_type  text,
  claim_value text
);
create table access.person_login (
  login_provider        text not null,
  provider_key          text not null,
  provider_display_name text,
  user_id               uuid not null references access.person on delete cascade,
  primary key (login_provider, provider_key)
);
create table access.person_token (
  user_id        uuid not null references access.person on delete cascade,
  login_provider text not null,
  name           text not null,
  value          text,                            -- Data-Protection-wrapped by the store
  primary key (user_id, login_provider, name)
);

create table access.data_protection_key (
  name       text collate "C" primary key,
  xml        text not null,
  created_at timestamptz not null
);

grant select on access.organisation, access.deposit_right to exchange_intake, exchange_reader, exchange_vault, exchange_worker;
grant select on access.client to exchange_reader;
-- What serves requests may issue and revoke, never prolong a token, nor change who a person is or what they may do:
-- organisation, role and disabled_at of a person are the owner's to write.
grant select, insert on access.token to exchange_reader;
grant update (revoked_at) on access.token to exchange_reader;
grant delete on access.token to exchange_worker;
grant select (expires_at) on access.token to exchange_worker;
grant select on access.person, access.person_claim, access.person_login, access.person_token to exchange_reader;
grant update (user_name, normalized_user_name, email, normalized_email, email_confirmed, password_hash, security_stamp, concurrency_stamp,
  phone_number, phone_number_confirmed, two_factor_enabled, lockout_end, lockout_enabled, access_failed_count, last_code_step)
  on access.person to exchange_reader;
grant insert, update, delete on access.person_claim, access.person_login, access.person_token to exchange_reader;
-- Nodes read the ring and add its next key; only the owner deletes.
grant select, insert on access.data_protection_key to exchange_vault;

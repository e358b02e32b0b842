-- Counts as they were published: once, for good. The same question always has the same answer, so that nothing can be
-- learned by asking twice. What was suppressed is not kept here either.
create table exchange.indicator_release (        -- append-only
  territory    text collate "C" not null,
  month        date not null,                    -- its first day; months and territories do not overlap
  content      jsonb not null,
  released_at  timestamptz not null,
  primary key (territory, month)
);
grant select on exchange.indicator_release to exchange_reader;
grant select, insert on exchange.indicator_release to exchange_worker;

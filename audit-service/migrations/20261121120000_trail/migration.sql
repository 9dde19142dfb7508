create table inbox (
  event_id uuid primary key,
  received_at timestamptz not null default now()
);
create index inbox_received_at on inbox using brin (received_at);

-- One row per account; locked while its chain grows.
create table chain_heads (
  account_id uuid primary key,
  sequence bigint not null default 0,
  hash bytea not null default '\x'
);

-- hash = sha256(hash of the entry before || canonical JSON of the columns up to details_hash)
create table chain (
  account_id uuid not null,
  sequence bigint not null check (sequence > 0),
  event_id uuid not null,
  type text not null,
  at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  subject text,
  details_hash bytea not null,
  hash bytea not null,
  primary key (account_id, sequence)
);
create unique index chain_event on chain (event_id);
create index chain_subject on chain (account_id, subject, sequence) where subject is not null;

-- What personal data an entry holds. Erasing a row leaves the chain whole; the salt goes with it, so that nobody can guess what it was.
create table details (
  account_id uuid not null,
  sequence bigint not null,
  salt bytea not null,
  body text not null,
  primary key (account_id, sequence)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail only grows: % on % is refused', tg_op, tg_table_name;
end $$;

create trigger chain_only_grows before update or delete on chain for each row execute function refuse_change();
create trigger chain_is_not_emptied before truncate on chain for each statement execute function refuse_change();
create trigger details_stay_or_go before update on details for each row execute function refuse_change();
create trigger heads_are_not_removed before delete on chain_heads for each row execute function refuse_change();
create trigger heads_are_not_emptied before truncate on chain_heads for each statement execute function refuse_change();
create trigger heads_only_advance before update on chain_heads for each row
  when (new.sequence <= old.sequence or new.account_id <> old.account_id) execute function refuse_change();

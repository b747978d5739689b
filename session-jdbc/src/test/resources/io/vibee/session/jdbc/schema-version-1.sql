-- vibee-session, schema version 1.
--
--   psql "$DATABASE_URL" < migrations/001_user_sessions.sql
--
-- Makes user_sessions, encryption_keys and session_activity in the current schema, or adopts them
-- from the earlier version of this file. Safe to run any number of times, by many at once, by psql,
-- the library or Flyway, and by a role that is not superuser. It is one statement, hence one
-- transaction: it happens as a whole or not at all, also where psql runs on after an error.
--
-- The database defends itself, so that rows written by hand are as safe as those of the library:
-- triggers re-encrypt every api_hash to AES-256 with the current key, refuse one that no known key
-- opens, write the activity log, and carry all rows along when the key changes. Some of them run
-- with the rights of the tables' owner. Other roles may be able to create functions and operators
-- in this schema (everybody in "public" before PostgreSQL 15), so nothing here is looked up in it:
-- search_path is pg_catalog alone, and what is ours is qualified. @home@ stands for the schema and
-- @pgcrypto@ for pgcrypto's; the first block puts them in.
--
-- Earlier rows hold times without a zone. They are read as UTC; if the earlier servers ran in
-- another zone, name it:  PGOPTIONS='-c vibee.legacy_time_zone=Europe/Moscow' psql ...

do $migration$
declare
  home text := current_schema();
  existing oid := to_regclass('user_sessions');
  callers_path text := current_setting('search_path');
  callers_messages text := current_setting('client_min_messages');
  callers_strings text := current_setting('standard_conforming_strings');
  pgcrypto text;
  other record;
begin
  perform set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('client_min_messages', 'warning', true);
  perform set_config('standard_conforming_strings', 'on', true);
  -- One at a time: "if not exists" alone races.
  perform pg_advisory_xact_lock(7238514905);

  -- Where the tables are, or shall be.
  select n.nspname into home
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = existing
    union all select home limit 1;
  if home is null then
    raise exception 'vibee-session: there is no current schema; create it, or correct search_path'
      using errcode = '3F000';
  elsif home ~ '[''"\\$@%]' then
    raise exception 'vibee-session: the name of the schema must not hold a quote, backslash, $, @ or %%'
      using errcode = '42602';
  end if;

  -- Tables of the same name that are not ours stay as they are.
  for other in
    select c.relname
      from (values ('user_sessions', 'user_id'), ('user_sessions', 'session_id'),
                   ('user_sessions', 'api_id'), ('user_sessions', 'api_hash_encrypted'),
                   ('encryption_keys', 'id'), ('encryption_keys', 'master_key'),
                   ('session_activity', 'session_id'), ('session_activity', 'activity_type'),
                   ('session_schema_version', 'version')) as needed (relation, attribute)
      join pg_class c on c.relname = needed.relation
       and c.relnamespace = (select oid from pg_namespace where nspname = home)
     where c.relkind <> 'r'
        or not exists (select from pg_attribute a
                        where a.attrelid = c.oid and a.attname = needed.attribute and not a.attisdropped)
     limit 1
  loop
    raise exception 'vibee-session: schema "%" holds another relation named "%", which is not of this product; nothing was changed',
      home, other.relname
      using errcode = '42P07',
            hint = 'Use a schema of its own: create schema vibee, then run this with PGOPTIONS=''-c search_path=vibee'' and give the role that search_path.';
  end loop;

  -- What is there already must be this role's: whoever owns a function or table can change it later.
  for other in
    select c.relname as name, c.relowner as owner from pg_class c
     where c.relnamespace = (select oid from pg_namespace where nspname = home)
       and c.relname in ('user_sessions', 'encryption_keys', 'session_activity', 'session_schema_version')
       and c.relowner <> (select oid from pg_roles where rolname = current_user)
    union all
    select p.proname, p.proowner from pg_proc p
     where p.pronamespace = (select oid from pg_namespace where nspname = home)
       and p.proname ~ '^session_(key_is_random|hash_|new_key|hold_key|before_write|audit|forbid|key_|legacy_bytes)'
       and p.proowner <> (select oid from pg_roles where rolname = current_user)
     limit 1
  loop
    raise exception 'vibee-session: "%" in schema "%" belongs to role "%", not to "%"; nothing was changed',
      other.name, home, pg_get_userbyid(other.owner), current_user
      using errcode = '42501',
            hint = format('If that role is yours, run this as it does: PGOPTIONS=''-c role=%s''. If not, drop what it made.', pg_get_userbyid(other.owner));
  end loop;

  -- pgcrypto may live in any schema.
  if not exists (select from pg_extension where extname = 'pgcrypto') then
    begin
      execute format('create extension pgcrypto schema %I', home);
    exception when insufficient_privilege then
      raise exception 'vibee-session: the extension pgcrypto is missing and role "%" may not create it', current_user
        using errcode = '42501',
              hint = 'Let the owner of the database run: create extension pgcrypto';
    end;
  end if;
  select quote_ident(n.nspname) into pgcrypto
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pgcrypto';

  execute replace(replace($version_1$
do $block$
declare
  -- Keys that were printed in guides: everybody has them.
  published_keys constant text[] := array['CHANGE_ME_IN_PRODUCTION_USE_32_BYTE_KEY', 'YOUR_NEW_KEY'];
  legacy_zone text := coalesce(nullif(current_setting('vibee.legacy_time_zone', true), ''), 'UTC');
  adopting boolean;
  tables integer;
  found_version integer := 0;
  adopted bigint := 0;
  unreadable bigint := 0;
  obstacle text;
  found_column record;
begin
  tables := num_nonnulls(to_regclass('@home@.user_sessions'), to_regclass('@home@.encryption_keys'),
                         to_regclass('@home@.session_activity'));
  if to_regclass('@home@.session_schema_version') is not null then
    select coalesce(max(version), 0) into found_version from @home@.session_schema_version;
  end if;
  if found_version > 1 or found_version = 1 and tables = 3 then
    return;  -- all of this is in place; no table was locked to find out
  end if;
  adopting := found_version = 0 and tables > 0;

  ---------------------------------------------------------------------------------------------
  -- Tables
  ---------------------------------------------------------------------------------------------

  create table if not exists @home@.session_schema_version (
    version integer primary key,
    applied_at timestamptz not null default now()
  );

  create table if not exists @home@.encryption_keys (
    id integer primary key default 1,         -- 1 is the current key, others are archived
    master_key text not null,
    created_at timestamptz not null default now(),
    version integer not null,                 -- what rows of user_sessions name
    archived_at timestamptz
  );

  create table if not exists @home@.user_sessions (
    id serial primary key,
    user_id varchar(255) not null unique,
    username varchar(255),
    phone varchar(50),
    session_id varchar(255) not null unique,
    api_id integer not null,
    api_hash_encrypted bytea not null,
    is_active boolean not null default true,
    is_authorized boolean not null default false,
    last_seen_at timestamptz,
    digital_twin_enabled boolean not null default false,
    auto_reply_enabled boolean not null default true,
    target_chats jsonb not null default '[]',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    key_version integer not null default 0,   -- 0: no known key opens this hash
    revision bigint not null default 1        -- counts changes; heartbeats are none
  );

  create table if not exists @home@.session_activity (
    id bigserial primary key,
    session_id varchar(255) not null,         -- no foreign key: the log outlives the session
    activity_type varchar(50) not null,
    details jsonb,
    created_at timestamptz not null default now(),
    user_id varchar(255)
  );

  ---------------------------------------------------------------------------------------------
  -- The earlier schema's tables, brought to the same shape
  ---------------------------------------------------------------------------------------------

  if adopting then
    begin
      drop trigger if exists update_user_sessions_updated_at on @home@.user_sessions;
      drop trigger if exists session_10_append_only on @home@.session_activity;
      alter table @home@.encryption_keys drop constraint if exists single_row;
      for found_column in
        select conname from pg_constraint
         where contype = 'f' and conrelid = '@home@.session_activity'::regclass
           and confrelid = '@home@.user_sessions'::regclass
      loop
        execute format('alter table @home@.session_activity drop constraint %I', found_column.conname);
      end loop;

      for found_column in
        select attrelid::regclass as relation, attname as name
          from pg_attribute
         where attrelid in ('@home@.user_sessions'::regclass, '@home@.encryption_keys'::regclass, '@home@.session_activity'::regclass)
           and attname in ('last_seen_at', 'created_at', 'updated_at')
           and atttypid = 'timestamp'::regtype and not attisdropped
      loop
        execute format('alter table %s alter column %2$I type timestamptz using %2$I at time zone %3$L',
          found_column.relation, found_column.name, legacy_zone);
      end loop;

      alter table @home@.encryption_keys add column if not exists version integer;
      alter table @home@.encryption_keys add column if not exists archived_at timestamptz;
      -- One row, unless somebody dropped the constraint: then the current key gets the highest version.
      update @home@.encryption_keys k set version = ranked.version
        from (select id, row_number() over (order by id = 1, id) as version
                from @home@.encryption_keys) as ranked
       where k.id = ranked.id and k.version is null;
      update @home@.encryption_keys set created_at = now() where created_at is null;
      alter table @home@.encryption_keys alter column version set not null;
      alter table @home@.encryption_keys alter column created_at set not null;

      alter table @home@.session_activity add column if not exists user_id varchar(255);
      alter table @home@.session_activity alter column id type bigint;
      update @home@.session_activity set created_at = now() where created_at is null;
      alter table @home@.session_activity alter column created_at set not null;
      if pg_get_serial_sequence('@home@.session_activity', 'id') is not null then
        execute format('alter sequence %s as bigint', pg_get_serial_sequence('@home@.session_activity', 'id'));
      end if;

      -- pgcrypto's bytes lay in a text column, as \x and hex. What is no such text is kept as it is.
      if (select atttypid <> 'bytea'::regtype from pg_attribute
           where attrelid = '@home@.user_sessions'::regclass and attname = 'api_hash_encrypted') then
        create function @home@.session_legacy_bytes(stored text) returns bytea language plpgsql as $function$
        begin
          return stored::bytea;
        exception when others then
          return convert_to(stored, 'UTF8');
        end
        $function$;
        alter table @home@.user_sessions alter column api_hash_encrypted type bytea
          using @home@.session_legacy_bytes(api_hash_encrypted::text);
        drop function @home@.session_legacy_bytes(text);
      end if;
      drop index if exists @home@.idx_user_sessions_active;  -- it was on is_active, which tells nothing here

      alter table @home@.user_sessions add column if not exists key_version integer not null default 0;
      alter table @home@.user_sessions add column if not exists revision bigint not null default 1;
      -- A flag that was never set keeps meaning what it meant: such a session was not loaded.
      update @home@.user_sessions set
          is_active = coalesce(is_active, false),
          is_authorized = coalesce(is_authorized, false),
          digital_twin_enabled = coalesce(digital_twin_enabled, false),
          auto_reply_enabled = coalesce(auto_reply_enabled, true),
          target_chats = coalesce(target_chats, '[]'),
          created_at = coalesce(created_at, updated_at, now()),
          updated_at = coalesce(updated_at, created_at, now())
        where is_active is null or is_authorized is null or digital_twin_enabled is null
           or auto_reply_enabled is null or target_chats is null
           or created_at is null or updated_at is null;
      alter table @home@.user_sessions
        alter column is_active set not null,
        alter column is_authorized set not null,
        alter column digital_twin_enabled set not null,
        alter column auto_reply_enabled set not null,
        alter column target_chats set not null,
        alter column created_at set not null,
        alter column updated_at set not null;
    exception when feature_not_supported or invalid_object_definition or dependent_objects_still_exist then
      get stacked diagnostics obstacle = pg_exception_detail;
      raise exception 'vibee-session: the earlier tables cannot be adopted: % (%)', sqlerrm, obstacle
        using errcode = '0A000',
              hint = 'Drop the view, trigger, index or other object that depends on the column, run this again, then create it again.';
    end;
  end if;

  create unique index if not exists encryption_keys_version on @home@.encryption_keys (version);
  create index if not exists idx_user_sessions_active on @home@.user_sessions (id) where is_active = true;
  create index if not exists idx_session_activity_session_id on @home@.session_activity (session_id);
  create index if not exists idx_session_activity_created_at on @home@.session_activity (created_at desc);

  ---------------------------------------------------------------------------------------------
  -- Encryption
  ---------------------------------------------------------------------------------------------

  -- A key of 32 random bytes, as base64 or hex. Stretching adds nothing to such a key.
  create or replace function @home@.session_key_is_random(master_key text) returns boolean
    language sql immutable strict parallel safe
    return master_key ~ '^([A-Za-z0-9+/]{43}=|[0-9A-Fa-f]{64})$'
       and master_key !~ '(.)\1{8}';

  -- The message is one that we write or accept: AES-256 (9), salted and iterated S2K (3) whose count
  -- (one byte, RFC 9580 3.7.1.3) asks for at most a megabyte of hashing, integrity-protected (packet 18).
  create or replace function @home@.session_hash_is_sealed(sealed bytea) returns boolean
    language sql immutable strict parallel safe
    return substr(sealed, 1, 5) = '\xc30d040903' and substr(sealed, 15, 1) <= '\xa0'
       and substr(sealed, 16, 1) = '\xd2';

  -- The same for what may come in: any cipher and S2K mode of pgcrypto's, to be encrypted anew.
  create or replace function @home@.session_hash_is_acceptable(sealed bytea) returns boolean
    language sql immutable strict parallel safe
    return substr(sealed, 1, 1) = '\xc3' and substr(sealed, 3, 1) = '\x04'
       and case substr(sealed, 5, 1)
             when '\x00' then substr(sealed, 2, 1) = '\x04' and substr(sealed, 7, 1) = '\xd2'
             when '\x01' then substr(sealed, 2, 1) = '\x0c' and substr(sealed, 15, 1) = '\xd2'
             when '\x03' then substr(sealed, 2, 1) = '\x0d' and substr(sealed, 16, 1) = '\xd2'
                          and substr(sealed, 15, 1) <= '\xa0'
             else false
           end;

  -- These two name pgcrypto's functions where it lives; being parsed now, they follow it if it moves.
  create or replace function @home@.session_hash_decrypt(sealed bytea, master_key text) returns text
    language sql immutable strict parallel safe
    return @pgcrypto@.pgp_sym_decrypt(sealed, master_key);

  create or replace function @home@.session_hash_encrypt(api_hash text, master_key text) returns bytea
    language sql volatile strict parallel safe
    return @pgcrypto@.pgp_sym_encrypt(api_hash, master_key,
        case when @home@.session_key_is_random(master_key)
             then 'cipher-algo=aes256, compress-algo=0, s2k-mode=3, s2k-digest-algo=sha256, s2k-count=1024'
             else 'cipher-algo=aes256, compress-algo=0' end);

  create or replace function @home@.session_new_key() returns text
    language sql volatile parallel safe
    return encode(@pgcrypto@.gen_random_bytes(32), 'base64');


  -- One row that cannot be decrypted must not end a query over many: null instead of an error.
  create or replace function @home@.session_hash_try_decrypt(sealed bytea, master_key text) returns text
    language plpgsql immutable strict set search_path = pg_catalog, pg_temp
  as $function$
  begin
    return @home@.session_hash_decrypt(sealed, master_key);
  exception when external_routine_invocation_exception or data_exception then
    return null;
  end
  $function$;

  -- Opens a hash with the key of the version that its row names, else with any known key.
  create or replace function @home@.session_hash_open(sealed bytea, named_version integer) returns text
    language plpgsql stable set search_path = pg_catalog, pg_temp
  as $function$
  declare
    known record;
    api_hash text;
  begin
    if not @home@.session_hash_is_acceptable(sealed) then
      return null;
    end if;
    for known in
      select master_key from @home@.encryption_keys
       order by version = named_version desc, id = 1 desc, version desc
    loop
      api_hash := @home@.session_hash_try_decrypt(sealed, known.master_key);
      if api_hash <> '' then
        return api_hash;
      end if;
    end loop;
    return null;
  end
  $function$;
  revoke execute on function @home@.session_hash_open(bytea, integer) from public;

  ---------------------------------------------------------------------------------------------
  -- Triggers of user_sessions
  ---------------------------------------------------------------------------------------------

  -- Before a statement that writes hashes: wait for a key change under way, and hold off the next
  -- one. Taken before any row is locked, since a key change locks the key first and the rows after.
  create or replace function @home@.session_hold_key() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $function$
  begin
    if tg_relid <> '@home@.user_sessions'::regclass then
      -- Anybody may name a function in a trigger of a table of their own.
      raise exception 'vibee-session: this function serves the table user_sessions alone' using errcode = '42501';
    end if;
    perform from @home@.encryption_keys where id = 1 for share;
    return null;
  end
  $function$;

  -- Seals the hash of each written row, and counts its revision.
  create or replace function @home@.session_before_write() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $function$
  declare
    current_key record;
    api_hash text;
    hash_changed boolean := false;
  begin
    if tg_relid <> '@home@.user_sessions'::regclass then
      -- Anybody may name a function in a trigger of a table of their own.
      raise exception 'vibee-session: this function serves the table user_sessions alone' using errcode = '42501';
    end if;
    select version, master_key into current_key from @home@.encryption_keys where id = 1;
    if not found then
      raise exception 'vibee-session: encryption_keys has no row with id = 1, so no api_hash can be stored'
        using errcode = '55000', hint = 'Restore that row from a backup.';
    end if;

    if tg_op = 'INSERT'
       or new.api_hash_encrypted is distinct from old.api_hash_encrypted
       or new.key_version is distinct from old.key_version then
      if new.api_hash_encrypted is null then
        raise exception 'vibee-session: api_hash_encrypted of user "%" is null; the key that it was encrypted with was null or not found', new.user_id
          using errcode = '23502',
                hint = 'Encrypt with: pgp_sym_encrypt(api_hash, (SELECT master_key FROM encryption_keys WHERE id = 1)).';
      end if;
      api_hash := @home@.session_hash_open(new.api_hash_encrypted,
        case when tg_op = 'UPDATE' and new.api_hash_encrypted = old.api_hash_encrypted
             then old.key_version else current_key.version end);

      if api_hash is not null then
        hash_changed := tg_op = 'UPDATE' and new.api_hash_encrypted <> old.api_hash_encrypted
          and api_hash is distinct from @home@.session_hash_open(old.api_hash_encrypted, old.key_version);
        if tg_op = 'UPDATE' and not hash_changed and old.key_version = current_key.version
           and @home@.session_hash_is_sealed(old.api_hash_encrypted) then
          new.api_hash_encrypted := old.api_hash_encrypted;
        else
          -- Always anew: what is stored was written here, whatever came in.
          new.api_hash_encrypted := @home@.session_hash_encrypt(api_hash, current_key.master_key);
        end if;
        new.key_version := current_key.version;
      elsif tg_op = 'UPDATE' and new.api_hash_encrypted = old.api_hash_encrypted then
        -- Unreadable before and after: a key change must neither stop at this row nor hide it.
        new.key_version := old.key_version;
      else
        raise exception 'vibee-session: api_hash_encrypted of user "%" cannot be decrypted with any known key', new.user_id
          using errcode = '22023',
                hint = 'Encrypt with: pgp_sym_encrypt(api_hash, (SELECT master_key FROM encryption_keys WHERE id = 1)).';
      end if;
    end if;

    if tg_op = 'INSERT' then
      new.revision := 1;
    elsif hash_changed
       or (old.id, old.created_at, old.user_id, old.username, old.phone, old.session_id, old.api_id, old.is_active, old.is_authorized,
           old.digital_twin_enabled, old.auto_reply_enabled, old.target_chats)
          is distinct from
          (new.id, new.created_at, new.user_id, new.username, new.phone, new.session_id, new.api_id, new.is_active, new.is_authorized,
           new.digital_twin_enabled, new.auto_reply_enabled, new.target_chats) then
      new.revision := old.revision + 1;
      new.updated_at := now();
    else
      new.revision := old.revision;
      new.updated_at := old.updated_at;
    end if;
    return new;
  end
  $function$;

  -- Writes the log: what changed and who did it, never a value of a secret or phone.
  create or replace function @home@.session_audit() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $function$
  declare
    details jsonb := jsonb_strip_nulls(jsonb_build_object(
      'by', session_user, 'application', nullif(current_setting('application_name'), '')));
    changed text[];
    activity text;
  begin
    if tg_relid <> '@home@.user_sessions'::regclass then
      -- Anybody may name a function in a trigger of a table of their own.
      raise exception 'vibee-session: this function serves the table user_sessions alone' using errcode = '42501';
    end if;
    if tg_op = 'DELETE' then
      insert into @home@.session_activity (session_id, user_id, activity_type, details)
        values (old.session_id, old.user_id, 'session_deleted', details);
      return null;
    end if;
    if tg_op = 'INSERT' then
      insert into @home@.session_activity (session_id, user_id, activity_type, details)
        values (new.session_id, new.user_id, 'session_created', details);
      return null;
    end if;
    changed := array_remove(array[
      case when old.id is distinct from new.id then 'id' end,
      case when old.created_at is distinct from new.created_at then 'created_at' end,
      case when old.user_id is distinct from new.user_id then 'user_id' end,
      case when old.username is distinct from new.username then 'username' end,
      case when old.phone is distinct from new.phone then 'phone' end,
      case when old.session_id is distinct from new.session_id then 'session_id' end,
      case when old.api_id is distinct from new.api_id then 'api_id' end,
      case when old.api_hash_encrypted is distinct from new.api_hash_encrypted then 'api_hash' end,
      case when old.is_active is distinct from new.is_active then 'is_active' end,
      case when old.is_authorized is distinct from new.is_authorized then 'is_authorized' end,
      case when old.digital_twin_enabled is distinct from new.digital_twin_enabled then 'digital_twin_enabled' end,
      case when old.auto_reply_enabled is distinct from new.auto_reply_enabled then 'auto_reply_enabled' end,
      case when old.target_chats is distinct from new.target_chats then 'target_chats' end], null);
    activity := case
      when changed = array['is_active'] and new.is_active then 'session_activated'
      when changed = array['is_active'] then 'session_deactivated'
      when changed = array['is_authorized'] and new.is_authorized then 'session_authorized'
      when changed = array['is_authorized'] then 'session_unauthorized'
      else 'session_updated' end;
    details := details || jsonb_build_object('changed', changed);
    if old.session_id <> new.session_id then
      details := details || jsonb_build_object('previous_session_id', old.session_id);
    end if;
    if old.user_id <> new.user_id then
      details := details || jsonb_build_object('previous_user_id', old.user_id);
    end if;
    insert into @home@.session_activity (session_id, user_id, activity_type, details)
      values (new.session_id, new.user_id, activity, details);
    return null;
  end
  $function$;

  -- For statements that would leave no trace, or rewrite one.
  create or replace function @home@.session_forbid() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
  as $function$
  begin
    raise exception 'vibee-session: % of % is not allowed', tg_op, tg_table_name
      using errcode = '55000',
            hint = 'The table''s owner can disable the trigger for maintenance; see docs/security.md.';
  end
  $function$;

  -- Triggers fire in the order of their names.
  drop trigger if exists session_10_hold_key on @home@.user_sessions;
  create trigger session_10_hold_key before insert or update of api_hash_encrypted, key_version
    on @home@.user_sessions for each statement execute function @home@.session_hold_key();
  drop trigger if exists session_20_insert on @home@.user_sessions;
  create trigger session_20_insert before insert
    on @home@.user_sessions for each row execute function @home@.session_before_write();
  -- Not for last_seen_at: a heartbeat costs no trigger.
  drop trigger if exists update_user_sessions_updated_at on @home@.user_sessions;
  create trigger update_user_sessions_updated_at before update of
      id, user_id, username, phone, session_id, api_id, api_hash_encrypted, is_active, is_authorized,
      digital_twin_enabled, auto_reply_enabled, target_chats, created_at, updated_at, key_version, revision
    on @home@.user_sessions for each row execute function @home@.session_before_write();
  drop trigger if exists session_30_audit on @home@.user_sessions;
  create trigger session_30_audit after insert or delete
    on @home@.user_sessions for each row execute function @home@.session_audit();
  drop trigger if exists session_31_audit on @home@.user_sessions;
  create trigger session_31_audit after update
    on @home@.user_sessions for each row when (old.revision <> new.revision) execute function @home@.session_audit();
  drop trigger if exists session_40_no_truncate on @home@.user_sessions;
  create trigger session_40_no_truncate before truncate
    on @home@.user_sessions for each statement execute function @home@.session_forbid();

  ---------------------------------------------------------------------------------------------
  -- Triggers of encryption_keys and session_activity
  ---------------------------------------------------------------------------------------------

  create or replace function @home@.session_key_before_change() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $function$
  begin
    if tg_relid <> '@home@.encryption_keys'::regclass then
      -- Anybody may name a function in a trigger of a table of their own.
      raise exception 'vibee-session: this function serves the table encryption_keys alone' using errcode = '42501';
    end if;
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted')
       and exists (select from @home@.user_sessions) then
      -- An older snapshot would not see the session that was added a moment ago, and leave it behind.
      raise exception 'vibee-session: keys are changed in READ COMMITTED transactions alone'
        using errcode = '25001',
              hint = 'Set default_transaction_isolation to read committed for this role or session, or begin with BEGIN ISOLATION LEVEL READ COMMITTED.';
    end if;
    if tg_op = 'DELETE' then
      if old.id = 1 then
        raise exception 'vibee-session: the current key cannot be deleted; change it by UPDATE encryption_keys SET master_key = ... WHERE id = 1'
          using errcode = '55000';
      end if;
      if exists (select from @home@.user_sessions where key_version = old.version) then
        raise exception 'vibee-session: key version % cannot be deleted: sessions are still encrypted with it', old.version
          using errcode = '55000';
      end if;
      insert into @home@.session_activity (session_id, activity_type, details)
        values ('*', 'key_pruned', jsonb_build_object('by', session_user, 'version', old.version));
      return old;
    end if;

    if tg_op = 'INSERT' then
      if new.id = 1 then
        if exists (select from @home@.encryption_keys where id = 1) then
          new.version := 0;
          return new;  -- ends as a conflict, or as an update by "on conflict"
        end if;
        -- A lost row that is put back: no version that a session names may come to mean another key.
        new.version := 1 + greatest((select max(version) from @home@.encryption_keys),
                                    (select max(key_version) from @home@.user_sessions), 0);
      elsif pg_trigger_depth() < 2 then
        raise exception 'vibee-session: rows other than id = 1 are archived keys, which are written by key changes alone'
          using errcode = '55000';
      end if;
    elsif old.id <> 1 or new.id <> 1 then
      if old is distinct from new then
        raise exception 'vibee-session: archived keys cannot be changed; to change the current key, add WHERE id = 1'
          using errcode = '55000';
      end if;
      return new;
    elsif new.master_key = old.master_key then
      new.version := old.version;
      new.created_at := old.created_at;
      return new;
    end if;

    if new.id = 1 then
      if new.master_key is null or btrim(new.master_key) = '' then
        raise exception 'vibee-session: master_key must not be empty' using errcode = '23502';
      end if;
      if new.master_key = 'CHANGE_ME_IN_PRODUCTION_USE_32_BYTE_KEY' then
        raise exception 'vibee-session: this key is published; make one with scripts/generate-encryption-key.sh'
          using errcode = '22023';
      end if;
      if not @home@.session_key_is_random(new.master_key) then
        raise warning 'vibee-session: the new key is a passphrase, not 32 random bytes; make one with scripts/generate-encryption-key.sh';
      end if;
      if tg_op = 'UPDATE' then
        new.version := 1 + (select max(version) from @home@.encryption_keys);
        new.created_at := now();
        new.archived_at := null;
      end if;
    end if;
    return new;
  end
  $function$;

  -- The old key is kept, and every row follows to the new one in the same transaction.
  create or replace function @home@.session_key_after_change() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $function$
  declare
    left_behind bigint;
  begin
    if tg_relid <> '@home@.encryption_keys'::regclass then
      -- Anybody may name a function in a trigger of a table of their own.
      raise exception 'vibee-session: this function serves the table encryption_keys alone' using errcode = '42501';
    end if;
    if new.id <> 1 then
      return null;
    end if;
    if tg_op = 'UPDATE' then
      insert into @home@.encryption_keys (id, master_key, created_at, version, archived_at)
        values ((select max(id) + 1 from @home@.encryption_keys), old.master_key, old.created_at, old.version, now());
    elsif not exists (select from @home@.user_sessions) then
      return null;
    end if;
    -- In the order in which heartbeats lock, so that the two cannot deadlock.
    perform from @home@.user_sessions where key_version <> new.version order by id for no key update;
    update @home@.user_sessions set key_version = new.version where key_version <> new.version;
    select count(*) into left_behind from @home@.user_sessions where key_version <> new.version;
    insert into @home@.session_activity (session_id, activity_type, details)
      values ('*', 'key_changed', jsonb_strip_nulls(jsonb_build_object('by', session_user,
        'from_version', case when tg_op = 'UPDATE' then old.version end,
        'to_version', new.version, 'unreadable', left_behind)));
    if left_behind > 0 then
      raise warning 'vibee-session: % sessions cannot be decrypted with any known key; they are kept as they are', left_behind;
    end if;
    return null;
  end
  $function$;

  drop trigger if exists session_10_before on @home@.encryption_keys;
  create trigger session_10_before before insert or update or delete
    on @home@.encryption_keys for each row execute function @home@.session_key_before_change();
  drop trigger if exists session_20_after on @home@.encryption_keys;
  create trigger session_20_after after update
    on @home@.encryption_keys for each row when (old.master_key <> new.master_key) execute function @home@.session_key_after_change();
  drop trigger if exists session_21_after on @home@.encryption_keys;
  create trigger session_21_after after insert
    on @home@.encryption_keys for each row execute function @home@.session_key_after_change();
  drop trigger if exists session_30_no_truncate on @home@.encryption_keys;
  create trigger session_30_no_truncate before truncate
    on @home@.encryption_keys for each statement execute function @home@.session_forbid();
  drop trigger if exists session_10_append_only on @home@.session_activity;
  create trigger session_10_append_only before update or delete or truncate
    on @home@.session_activity for each statement execute function @home@.session_forbid();

  -- Triggers need no grant. (A dump may be restored without this, hence the checks of tg_relid.)
  revoke execute on function @home@.session_hold_key(), @home@.session_before_write(), @home@.session_audit(),
    @home@.session_key_before_change(), @home@.session_key_after_change() from public;

  ---------------------------------------------------------------------------------------------
  -- The key, and the earlier rows
  ---------------------------------------------------------------------------------------------

  if not exists (select from @home@.encryption_keys where id = 1) then
    insert into @home@.encryption_keys (id, master_key) values (1, @home@.session_new_key());
  end if;

  if adopting then
    -- A hash that somebody stored in clear: plain text that is no message in another notation.
    update @home@.user_sessions
       set api_hash_encrypted = @home@.session_hash_encrypt(convert_from(api_hash_encrypted, 'UTF8'),
             (select master_key from @home@.encryption_keys where id = 1))
     where key_version = 0 and not @home@.session_hash_is_acceptable(api_hash_encrypted)
       and encode(api_hash_encrypted, 'escape') ~ '^[!-~]{1,255}$'
       and encode(api_hash_encrypted, 'escape') !~ '^([\\]|-----|ww0E|jA0E)';

    if exists (select from @home@.encryption_keys where id = 1
                and (master_key = any (published_keys) or octet_length(master_key) < 32)) then
      update @home@.encryption_keys set master_key = @home@.session_new_key() where id = 1;
      insert into @home@.session_activity (session_id, activity_type, details)
        values ('*', 'key_replaced', jsonb_build_object('by', session_user,
          'reason', 'the earlier key was published or shorter than 32 bytes'));
    else
      update @home@.user_sessions set key_version = (select version from @home@.encryption_keys where id = 1);
    end if;
  end if;

  if adopting then
    select count(*), count(*) filter (where key_version = 0) into adopted, unreadable from @home@.user_sessions;
    insert into @home@.session_activity (session_id, user_id, activity_type, details)
      select session_id, user_id, 'error', jsonb_build_object(
          'error', 'api_hash cannot be decrypted with the key of the earlier schema; store it again')
        from @home@.user_sessions where key_version = 0;
    insert into @home@.session_activity (session_id, activity_type, details)
      values ('*', 'schema_adopted', jsonb_build_object('by', session_user, 'sessions', adopted, 'unreadable', unreadable));
    if unreadable > 0 then
      raise warning 'vibee-session: % of % earlier sessions cannot be decrypted; they are kept as they were, see session_activity', unreadable, adopted;
    end if;
  end if;

  insert into @home@.session_schema_version (version) values (1) on conflict do nothing;
end
$block$
  $version_1$, '@home@', quote_ident(home)), '@pgcrypto@', pgcrypto);

  -- The transaction may be the caller's.
  perform set_config('search_path', callers_path, true);
  perform set_config('client_min_messages', callers_messages, true);
  perform set_config('standard_conforming_strings', callers_strings, true);
end
$migration$;

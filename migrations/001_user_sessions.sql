-- vibee-session, schema version 5.
--
--   psql "$DATABASE_URL" < migrations/001_user_sessions.sql
--
-- Makes user_sessions, encryption_keys and session_activity in the current schema, or brings those of
-- any earlier version of this file to the same shape. Safe to run any number of times, by many at once, by psql,
-- the library or Flyway, and by a role that is not superuser. It is one statement, hence one
-- transaction: it happens as a whole or not at all, also where psql runs on after an error.
--
-- The database defends itself, so that rows written by hand are as safe as those of the library:
-- triggers re-encrypt every api_hash to AES-256 with the current key, refuse one that no known key
-- opens, write the activity log, and carry all rows along when the key changes. Where the current key
-- is kept outside the database, they take messages that the library sealed, and refuse others. Some run
-- with the rights of the tables' owner. Other roles may be able to create functions and operators
-- in this schema (everybody in "public" before PostgreSQL 15), so nothing here is looked up in it:
-- search_path is pg_catalog alone, and what is ours is qualified. @home@ stands for the schema and
-- @pgcrypto@ for pgcrypto's; the first block puts them in.
--
-- Earlier rows hold times without a zone. They are read as UTC; if the earlier servers ran in
-- another zone, name it:  PGOPTIONS='-c vibee.legacy_time_zone=Europe/Moscow' psql ...

do $migration$
declare
  callers_schemas pg_catalog.name[] := pg_catalog.current_schemas(false);
  callers_path pg_catalog.text := pg_catalog.current_setting('search_path'::pg_catalog.text);
  callers_messages pg_catalog.text := pg_catalog.current_setting('client_min_messages'::pg_catalog.text);
  callers_strings pg_catalog.text := pg_catalog.current_setting('standard_conforming_strings'::pg_catalog.text);
  callers_quotes pg_catalog.text := pg_catalog.current_setting('quote_all_identifiers'::pg_catalog.text);
  callers_lock_timeout pg_catalog.text := pg_catalog.current_setting('lock_timeout'::pg_catalog.text);
  -- Every function that this file makes; session_legacy_* for as long as it runs.
  our_functions constant pg_catalog.text[] := array[
    'session_actor()', 'session_audit()', 'session_before_write()', 'session_follow_key(bigint, integer, boolean)',
    'session_follow_key(bigint[], bytea[], text[], integer)', 'session_forbid()', 'session_hash_decrypt(bytea, text)',
    'session_hash_encrypt(text, text)', 'session_hash_encrypt(text, text, boolean)', 'session_hash_is_acceptable(bytea)',
    'session_hash_is_sealed(bytea)', 'session_hash_open(bytea, integer)', 'session_hash_try_decrypt(bytea, text)',
    'session_hold_key()', 'session_key_after_change()', 'session_key_before_change()', 'session_key_is_random(text)',
    'session_key_move_rows(bigint, integer, boolean)', 'session_key_require_right()', 'session_new_key()',
    'session_legacy_bytes(text)', 'session_legacy_message(bytea)', 'session_refuse_replica()', 'session_schema_objects()'];
  -- Every relation. Under such a name, another role's would make PostgreSQL choose a name of its own for ours.
  our_relations constant pg_catalog.text[] := array[
    'user_sessions', 'user_sessions_id_seq', 'user_sessions_pkey', 'user_sessions_user_id_key', 'user_sessions_session_id_key',
    'idx_user_sessions_active', 'encryption_keys', 'encryption_keys_pkey', 'encryption_keys_version', 'session_activity',
    'session_activity_id_seq', 'session_activity_pkey', 'idx_session_activity_session_id', 'idx_session_activity_created_at',
    'session_schema_version', 'session_schema_version_pkey'];
  home pg_catalog.text;
  me pg_catalog.oid;
  was_there pg_catalog.bool;  -- the table of versions
  pgcrypto pg_catalog.text;
  patience pg_catalog.interval;
  waited_since pg_catalog.timestamptz;
  found_version pg_catalog.int4;
  other pg_catalog.record;
  holders pg_catalog.text;
begin
  perform pg_catalog.set_config('search_path'::pg_catalog.text, 'pg_catalog, pg_temp'::pg_catalog.text, true);
  perform set_config('client_min_messages', 'warning', true);
  perform set_config('standard_conforming_strings', 'on', true);
  perform set_config('quote_all_identifiers', 'off', true);  -- names are compared as the server writes them
  -- No lock is waited for without end: for a minute, or as long as the caller's lock_timeout says.
  patience := case when callers_lock_timeout::interval > interval '0' then callers_lock_timeout::interval else interval '60 s' end;
  perform set_config('lock_timeout', '2s', true);
  me := (select oid from pg_roles where rolname = current_user);

  -- Where the tables are, or shall be. Temporary ones are nobody's: behind a pooler, a stranger may have left them.
  select n.nspname into home
    from unnest(callers_schemas) with ordinality as path (name, place)
    join pg_namespace n on n.nspname = path.name and n.nspname !~ '^pg_(toast_)?temp_'
    left join pg_class c on c.relnamespace = n.oid and c.relname = 'user_sessions'
   order by c.oid is null, path.place
   limit 1;
  if home is null then
    raise exception 'vibee-session: there is no current schema; create it, or correct search_path'
      using errcode = '3F000';
  elsif home ~ '[''"\\$@%]' then
    raise exception 'vibee-session: the name of the schema must not hold a quote, backslash, $, @ or %%'
      using errcode = '42602';
  end if;

  was_there := to_regclass(format('%I.session_schema_version', home)) is not null;

  -- Before anything is locked, and again when nobody else can come in between.
  for pass in 1 .. 2 loop
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
         and c.relname = any (our_relations)
         and c.relowner <> me
      union all
      select p.proname, p.proowner from pg_proc p
       where p.pronamespace = (select oid from pg_namespace where nspname = home)
         and p.proname || '(' || oidvectortypes(p.proargtypes) || ')' = any (our_functions)
         and p.proowner <> me
       limit 1
    loop
      raise exception 'vibee-session: "%" in schema "%" belongs to role "%", not to "%"; nothing was changed',
        other.name, home, pg_get_userbyid(other.owner), current_user
        using errcode = '42501',
              hint = format('If that role is yours, run this as it does: PGOPTIONS=''-c role=%s''. If not, drop what it made.', pg_get_userbyid(other.owner));
    end loop;

    exit when pass = 2;

    -- One at a time: "if not exists" alone races. A table that its owner alone may lock, since whoever may
    -- connect can take an advisory lock, and keep it.
    waited_since := clock_timestamp();
    loop
      begin
        execute format('create table if not exists %I.session_schema_version (
            version integer primary key, applied_at timestamptz not null default now())', home);
        execute format('lock table %I.session_schema_version in share row exclusive mode', home);
        exit;
      exception
        when unique_violation then null;  -- another one makes it in this moment
        when duplicate_object then  -- its type is there, and it will be; or somebody has a type of that name
          if clock_timestamp() - waited_since > interval '5 s' then
            raise;
          end if;
          perform pg_sleep(0.05);
        when lock_not_available then
          select string_agg(format('process %s of role "%s"', a.pid, a.usename), ', ') into holders
            from pg_locks l join pg_stat_activity a on a.pid = l.pid
           where l.relation = to_regclass(format('%I.session_schema_version', home)) and l.granted
             and l.mode = 'ShareRowExclusiveLock' and l.pid <> pg_backend_pid();
          if clock_timestamp() - waited_since > patience then
            raise exception 'vibee-session: another migration of schema "%" has not ended within %: %; nothing was changed',
              home, patience, coalesce(holders, 'its process is not known')
              using errcode = '55P03', hint = 'Wait for it and run this again; to wait longer: PGOPTIONS=''-c lock_timeout=10min''.';
          end if;
      end;
    end loop;
    -- Nobody's but this role's table can have been locked: somebody else's could have been made while this waited.
    execute format('comment on table %I.session_schema_version is %L', home, 'Versions of the tables of vibee-session');
  end loop;
  perform set_config('lock_timeout', (extract(epoch from patience) * 1000)::bigint::text, true);

  -- A newer file knows better what belongs here, from its functions on.
  execute format('select coalesce(max(version), 0) from %I.session_schema_version', home) into found_version;
  if found_version > 5 then
    raise exception 'vibee-session: the tables in schema "%" have version %, which is newer than this file (5); nothing was changed', home, found_version
      using errcode = 'VK002', detail = found_version::text, hint = 'Use the file of the library that made them, or a newer one.';
  end if;

  -- Nor may there be functions of the same name with other arguments: statements that clients type could mean those.
  for other in
    select format('%s %I.%I(%s)', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
             home, p.proname, pg_get_function_identity_arguments(p.oid)) as name, p.proowner as owner
      from pg_proc p
     where p.pronamespace = (select oid from pg_namespace where nspname = home)
       and p.proname in (select split_part(f, '(', 1) from unnest(our_functions) as f)
       and p.proname || '(' || oidvectortypes(p.proargtypes) || ')' <> all (our_functions)
     limit 1
  loop
    raise exception 'vibee-session: % has a name of ours and is not ours: role "%" made it; nothing was changed',
      other.name, pg_get_userbyid(other.owner)
      using errcode = '42723', hint = format('Look at what it does, and who called it, then: drop %s', other.name);
  end loop;

  -- pgcrypto may live in any schema.
  if not exists (select from pg_extension where extname = 'pgcrypto') then
    begin
      execute format('create extension pgcrypto schema %I', home);
    exception
      when unique_violation or duplicate_object then null;  -- for another schema, in this moment
      when insufficient_privilege then
        raise exception 'vibee-session: the extension pgcrypto is missing and role "%" may not create it', current_user
          using errcode = '42501',
                hint = 'Let the owner of the database run: create extension pgcrypto';
      when duplicate_function then
        raise exception 'vibee-session: the extension pgcrypto is missing, and schema "%" holds a function of one of its names: %', home, sqlerrm
          using errcode = '42723', hint = 'Drop that function if it is not yours, or create the extension in a schema of its own.';
    end;
  end if;
  select quote_ident(n.nspname) into pgcrypto
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pgcrypto';
  if not has_schema_privilege(to_regnamespace(pgcrypto)::oid, 'usage') then
    raise exception 'vibee-session: role "%" may not use schema %, where pgcrypto is; nothing was changed', current_user, pgcrypto
      using errcode = '42501', hint = format('Let that schema''s owner run: grant usage on schema %s to %I', pgcrypto, current_user);
  end if;

  execute replace(replace(replace(replace($schema$
do $block$
declare
  -- Keys that were printed in guides: everybody has them.
  published_keys constant text[] := array['CHANGE_ME_IN_PRODUCTION_USE_32_BYTE_KEY', 'YOUR_NEW_KEY'];
  legacy_zone text := coalesce(nullif(current_setting('vibee.legacy_time_zone', true), ''), 'UTC');
  patience interval := current_setting('lock_timeout')::interval;
  waited_since timestamptz;
  adopting boolean;
  tables integer;
  found_version integer := 0;
  found_objects jsonb;
  there_before oid[];
  adopted bigint := 0;
  unreadable bigint := 0;
  obstacle text;
  found_column record;
  item record;
begin
  tables := num_nonnulls(to_regclass('@home@.user_sessions'), to_regclass('@home@.encryption_keys'),
                         to_regclass('@home@.session_activity'));
  select coalesce(max(version), 0) into found_version from @home@.session_schema_version;

  -- What is made from here on gets no rights by default privileges; see the end.
  there_before := array(
    select c.oid from pg_class c where c.relnamespace = (select oid from pg_namespace where nspname = '@home@name@')
       and (c.relname <> 'session_schema_version' or @was_there@)
    union all
    select p.oid from pg_proc p where p.pronamespace = (select oid from pg_namespace where nspname = '@home@name@'));

  -- What this file makes, each with a fingerprint: of a function, a trigger and so on as it is now. They are
  -- kept when the file has run, and compared at the next run: a version number tells nothing of a function that
  -- went with pgcrypto, or a trigger that is off.
  create or replace function @home@.session_schema_objects() returns table (object text, state text)
    language sql stable set search_path = pg_catalog, pg_temp set quote_all_identifiers = off
  as $function$
    with ours as (
      select c.oid, c.relname from pg_class c
       where c.relnamespace = (select n.oid from pg_namespace n where n.nspname = '@home@name@')
         and c.relname in ('user_sessions', 'encryption_keys', 'session_activity', 'session_schema_version'))
    select format('function %s(%s)', p.proname, oidvectortypes(p.proargtypes)),
           md5(concat_ws('|', p.prosrc, pg_get_function_sqlbody(p.oid), pg_get_function_result(p.oid), l.lanname, p.prosecdef,
             p.provolatile, p.proparallel, p.proleakproof, p.proisstrict, p.proconfig::text,
             -- That others may call the rest is a default, which many revoke.
             (p.prosecdef or p.proname in ('session_hash_open', 'session_key_move_rows'))
               and has_function_privilege('public', p.oid, 'EXECUTE'),
             -- What such a function has to pin grows with the version of the server.
             case when p.prosecdef then (select string_agg(name, ',' order by name) from pg_settings
                                          where name ~ '^debug_print_' and context = 'user') end))
      from pg_proc p join pg_language l on l.oid = p.prolang
     where p.pronamespace = (select n.oid from pg_namespace n where n.nspname = '@home@name@')
       and p.proowner = (select c.relowner from pg_class c join ours o on o.oid = c.oid where o.relname = 'session_schema_version')
       and p.proname ~ '^session_(actor|audit|before_write|follow_key|forbid|hash_|hold_key|key_|new_key|refuse_replica|schema_objects)'
    union all
    select format('trigger %s on %s', t.tgname, o.relname), md5(pg_get_triggerdef(t.oid) || t.tgenabled::text)
      from ours o join pg_trigger t on t.tgrelid = o.oid
     where t.tgname ~ '^session_[0-9]{2}_' or t.tgname = 'update_user_sessions_updated_at'
    union all
    select format('constraint %s on %s', c.conname, o.relname), md5(pg_get_constraintdef(c.oid))
      from ours o join pg_constraint c on c.conrelid = o.oid
     where c.contype in ('p', 'u', 'c')
       and c.conname ~ '^(user_sessions|encryption_keys|session_activity|session_schema_version)_(pkey|user_id_key|session_id_key|one_kind|details_length)$'
    union all
    select format('index %s on %s', c.relname, o.relname), md5(pg_get_indexdef(i.indexrelid) || i.indisvalid::text)
      from ours o join pg_index i on i.indrelid = o.oid join pg_class c on c.oid = i.indexrelid
     where c.relname ~ '^(idx_user_sessions_active|encryption_keys_version|idx_session_activity_(session_id|created_at))$'
    union all
    select format('column %s.%s', o.relname, a.attname),
           md5(concat_ws('|', a.atttypid::regtype, a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)))
      from ours o join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attname in ('id', 'user_id', 'username', 'phone', 'session_id', 'api_id', 'api_hash_encrypted', 'is_active',
             'is_authorized', 'last_seen_at', 'digital_twin_enabled', 'auto_reply_enabled', 'target_chats', 'created_at',
             'updated_at', 'key_version', 'revision', 'master_key', 'version', 'archived_at', 'key_fingerprint',
             'retired_at', 'key_is_random', 'activity_type', 'details')
    union all
    select 'extension pgcrypto', md5(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
     where e.extname = 'pgcrypto'
  $function$;

  -- Roles to which the owner's default privileges give tables, and which have ours: an anonymous role of a
  -- hosting service, say. A grant that somebody made on purpose stays, so this only says so.
  for item in
    select distinct coalesce(pg_get_userbyid(nullif(theirs.grantee, 0)), 'PUBLIC') as grantee
      from pg_default_acl d, aclexplode(d.defaclacl) as given, pg_class c, aclexplode(c.relacl) as theirs
     where d.defaclobjtype = 'r' and d.defaclrole = (select oid from pg_roles where rolname = current_user)
       and d.defaclnamespace in (0, (select oid from pg_namespace where nspname = '@home@name@'))
       and given.grantee <> d.defaclrole
       and c.relnamespace = (select oid from pg_namespace where nspname = '@home@name@')
       and c.relname in ('user_sessions', 'encryption_keys', 'session_activity', 'session_schema_version')
       and (tables > 0 or c.relname <> 'session_schema_version') and theirs.grantee = given.grantee
     order by 1
  loop
    raise warning 'vibee-session: role "%" has rights on the tables that default privileges give to it; if it needs none: revoke all on @home@.user_sessions, @home@.encryption_keys, @home@.session_activity, @home@.session_schema_version from %',
      item.grantee, case when item.grantee = 'PUBLIC' then 'public' else quote_ident(item.grantee) end;
  end loop;

  if found_version = 5 and tables = 3 then
    -- Replication, and a restored dump, may leave a sequence behind the rows.
    for item in
      select c.relname, pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), 'id') as sequence
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = '@home@name@' and c.relname in ('user_sessions', 'session_activity')
    loop
      if item.sequence is not null then
        execute format('select setval(%L::regclass, rows.last) from (select max(id) as last from @home@.%I) as rows
          where rows.last > coalesce(pg_sequence_last_value(%L::regclass), 0)', item.sequence, item.relname, item.sequence);
      end if;
    end loop;
    select v.objects into found_objects from @home@.session_schema_version v where v.version = 5;
    if found_objects = (select jsonb_object_agg(o.object, o.state) from @home@.session_schema_objects() o) then
      return;  -- all of this is in place; no table of sessions was locked to find out
    end if;
  end if;
  -- Tables of ours whose row in session_schema_version was lost have columns that the earlier schema never had.
  adopting := found_version = 0 and tables > 0 and not exists (
    select from pg_attribute where not attisdropped
       and (attrelid = to_regclass('@home@.user_sessions') and attname = 'key_version'
         or attrelid = to_regclass('@home@.encryption_keys') and attname = 'version'));
  if tables = 3 then
    -- At once, and in the order in which those who write sessions come to them: later, it would deadlock
    -- with them. A key change comes to them in another order, and may have to be repeated. Tried for two
    -- seconds at a time: behind one who waits for such a lock, everybody else waits too.
    waited_since := clock_timestamp();
    loop
      begin
        perform set_config('lock_timeout', '2s', true);
        lock table @home@.user_sessions, @home@.encryption_keys, @home@.session_activity in access exclusive mode;
        exit;
      exception when lock_not_available then
        if clock_timestamp() - waited_since > patience then
          select string_agg(distinct format('process %s of role "%s"', a.pid, a.usename), ', ') into obstacle
            from pg_locks l join pg_stat_activity a on a.pid = l.pid
           where l.relation in ('@home@.user_sessions'::regclass, '@home@.encryption_keys'::regclass, '@home@.session_activity'::regclass)
             and l.granted and l.pid <> pg_backend_pid();
          raise exception 'vibee-session: the tables were in use for %: by %; nothing was changed', patience, coalesce(obstacle, 'a process that has ended')
            using errcode = '55P03',
                  hint = 'Let those transactions end, or end them by pg_terminate_backend, and run this again; to wait longer: PGOPTIONS=''-c lock_timeout=10min''.';
        end if;
        perform pg_sleep(0.5);
      end;
    end loop;
    perform set_config('lock_timeout', (extract(epoch from patience) * 1000)::bigint::text, true);
  end if;

  ---------------------------------------------------------------------------------------------
  -- Tables
  ---------------------------------------------------------------------------------------------

  alter table @home@.session_schema_version
    add column if not exists objects jsonb;   -- what session_schema_objects() told when the file had run

  create table if not exists @home@.encryption_keys (
    id integer primary key default 1,         -- 1 is the current key, others are archived
    master_key text,                          -- null for a key that is kept outside the database
    created_at timestamptz not null default now(),
    version integer not null,                 -- what rows of user_sessions name
    archived_at timestamptz,
    key_fingerprint varchar(32),              -- of a key outside the database
    retired_at timestamptz                    -- an archived key that no session needs any more
  );

  create table if not exists @home@.user_sessions (
    id bigserial primary key,
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

  -- What somebody dropped. Columns that are often empty come back so; the others held what nobody can guess.
  alter table @home@.user_sessions
    add column if not exists username varchar(255), add column if not exists phone varchar(50),
    add column if not exists last_seen_at timestamptz;
  alter table @home@.encryption_keys add column if not exists archived_at timestamptz;
  alter table @home@.session_activity
    add column if not exists details jsonb, add column if not exists user_id varchar(255);
  select string_agg(format('%s.%s', needed.relation, needed.attribute), ', ') into obstacle
    from (select 'user_sessions' as relation, unnest(array['id', 'user_id', 'session_id', 'api_id', 'api_hash_encrypted', 'is_active',
                   'is_authorized', 'digital_twin_enabled', 'auto_reply_enabled', 'target_chats', 'created_at', 'updated_at']) as attribute
          union all select 'user_sessions', unnest(array['key_version', 'revision']) where not adopting
          union all select 'encryption_keys', unnest(array['id', 'master_key', 'created_at'])
          union all select 'encryption_keys', 'version' where not adopting
          union all select 'encryption_keys', 'key_fingerprint' where found_version >= 2
          union all select 'session_activity', unnest(array['id', 'session_id', 'activity_type', 'created_at'])) as needed
   where not exists (select from pg_attribute a where a.attrelid = to_regclass('@home@.' || needed.relation)
                        and a.attname = needed.attribute and not a.attisdropped);
  if obstacle is not null then
    raise exception 'vibee-session: missing in schema "%": %; nothing was changed', '@home@name@', obstacle
      using errcode = '42703', hint = 'Put the columns back from a backup, with the types that this file gives them.';
  end if;

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
      -- One row, unless somebody dropped the constraint: then the current key gets the highest version.
      update @home@.encryption_keys k set version = ranked.version
        from (select id, row_number() over (order by id = 1, id) as version
                from @home@.encryption_keys) as ranked
       where k.id = ranked.id and k.version is null;
      update @home@.encryption_keys set created_at = now() where created_at is null;
      alter table @home@.encryption_keys alter column version set not null;
      alter table @home@.encryption_keys alter column created_at set not null;

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
      drop index if exists @home@.idx_user_sessions_active;  -- the columns that it names may change their types

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

  -- Of another type, a key would take another's overload of a function that is made for text.
  if (select atttypid <> 'text'::regtype from pg_attribute
       where attrelid = '@home@.encryption_keys'::regclass and attname = 'master_key') then
    drop trigger if exists session_20_after on @home@.encryption_keys;
    alter table @home@.encryption_keys drop column if exists key_is_random;
    alter table @home@.encryption_keys alter column master_key type text;
  end if;

  -- Since schema version 2: keys outside the database.
  alter table @home@.encryption_keys
    add column if not exists key_fingerprint varchar(32),
    add column if not exists retired_at timestamptz,
    alter column master_key drop not null,
    drop constraint if exists encryption_keys_one_kind;
  alter table @home@.encryption_keys add constraint encryption_keys_one_kind
    check (num_nonnulls(master_key, key_fingerprint) = 1 and key_fingerprint ~ '^[0-9a-f]{32}$');

  -- Since schema version 5: each save of a session took one of the numbers of a sequence, of two thousand million.
  if (select atttypid = 'integer'::regtype from pg_attribute
       where attrelid = '@home@.user_sessions'::regclass and attname = 'id') then
    begin
      drop trigger if exists update_user_sessions_updated_at on @home@.user_sessions;
      drop trigger if exists session_00_origin on @home@.user_sessions;
      alter table @home@.user_sessions alter column id type bigint;
      if pg_get_serial_sequence('@home@.user_sessions', 'id') is not null then
        execute format('alter sequence %s as bigint', pg_get_serial_sequence('@home@.user_sessions', 'id'));
      end if;
    exception when feature_not_supported or invalid_object_definition or dependent_objects_still_exist then
      get stacked diagnostics obstacle = pg_exception_detail;
      raise exception 'vibee-session: user_sessions.id cannot become a bigint: % (%)', sqlerrm, obstacle
        using errcode = '0A000',
              hint = 'Drop the view, trigger, index or other object that depends on the column, run this again, then create it again.';
    end;
  end if;
  -- And a limit to what one entry of the log can hold, so that a page of them has one. Earlier entries keep theirs.
  alter table @home@.session_activity drop constraint if exists session_activity_details_length;
  alter table @home@.session_activity add constraint session_activity_details_length
    check (octet_length(details::text) <= 65536) not valid;

  -- What somebody dropped, or made anew in another way: the constraints that all else relies on.
  for item in
    select needed.relation, needed.name, needed.attribute
      from (values ('user_sessions', 'user_sessions_user_id_key', 'user_id'), ('user_sessions', 'user_sessions_session_id_key', 'session_id'),
                   ('user_sessions', 'user_sessions_pkey', 'id'), ('encryption_keys', 'encryption_keys_pkey', 'id'),
                   ('session_activity', 'session_activity_pkey', 'id'),
                   ('session_schema_version', 'session_schema_version_pkey', 'version')) as needed (relation, name, attribute)
     where not exists (
       select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attname = needed.attribute
        where i.indrelid = to_regclass('@home@.' || needed.relation) and i.indisunique and i.indisvalid and i.indimmediate
          and i.indpred is null and i.indnatts = 1 and i.indkey[0] = a.attnum)
  loop
    begin
      execute format('alter table @home@.%I drop constraint if exists %I', item.relation, item.name);
      execute format('alter table @home@.%I add constraint %I %s (%I)', item.relation, item.name,
        case when item.name like '%\_pkey' then 'primary key' else 'unique' end, item.attribute);
    exception
      when unique_violation then
        raise exception 'vibee-session: % of % is there twice, so its constraint % cannot be put back', item.attribute, item.relation, item.name
          using errcode = '55000', hint = 'Delete the row that is wrong, and run this again.';
      when not_null_violation then
        raise exception 'vibee-session: % of % is null in a row, so its constraint % cannot be put back', item.attribute, item.relation, item.name
          using errcode = '55000', hint = 'Delete the row that is wrong, and run this again.';
      when dependent_objects_still_exist or duplicate_table or invalid_table_definition then
        get stacked diagnostics obstacle = pg_exception_detail;
        raise exception 'vibee-session: constraint % of % is not as it was, and cannot be replaced: %. %', item.name, item.relation, sqlerrm, obstacle
          using errcode = '55000', hint = 'Drop or rename what is in its place or depends on it, such as a foreign key, and run this again.';
    end;
  end loop;

  -- So the ids: their numbers come from a sequence of the table's own.
  for item in select unnest(array['user_sessions', 'session_activity']) as relation loop
    if not exists (select from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                    where a.attrelid = to_regclass('@home@.' || item.relation) and a.attname = 'id'
                      and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid)
                             = format('nextval(%L::regclass)', pg_get_serial_sequence('@home@.' || item.relation, 'id')))) then
      if pg_get_serial_sequence('@home@.' || item.relation, 'id') is null then
        execute format('create sequence if not exists @home@.%I as bigint', item.relation || '_id_seq');
        execute format('alter sequence @home@.%I owned by @home@.%I.id', item.relation || '_id_seq', item.relation);
      end if;
      execute format('alter table @home@.%I alter column id set default nextval(%L::regclass)',
        item.relation, pg_get_serial_sequence('@home@.' || item.relation, 'id'));
      execute format('alter sequence %s as bigint', pg_get_serial_sequence('@home@.' || item.relation, 'id'));
      execute format('select setval(%1$L::regclass, max(id)) from @home@.%2$I having max(id) > coalesce(pg_sequence_last_value(%1$L::regclass), 0)',
        pg_get_serial_sequence('@home@.' || item.relation, 'id'), item.relation);
    end if;
  end loop;
  for item in
    select needed.*, a.attnotnull, a.attidentity, a.attgenerated
      from (values ('user_sessions', 'user_id', null), ('user_sessions', 'session_id', null), ('user_sessions', 'api_id', null),
                   ('user_sessions', 'api_hash_encrypted', null), ('user_sessions', 'is_active', 'true'),
                   ('user_sessions', 'is_authorized', 'false'), ('user_sessions', 'digital_twin_enabled', 'false'),
                   ('user_sessions', 'auto_reply_enabled', 'true'), ('user_sessions', 'target_chats', quote_literal('[]')),
                   ('user_sessions', 'created_at', 'now()'), ('user_sessions', 'updated_at', 'now()'),
                   ('user_sessions', 'key_version', '0'), ('user_sessions', 'revision', '1'),
                   ('encryption_keys', 'id', '1'), ('encryption_keys', 'version', null), ('encryption_keys', 'created_at', 'now()'),
                   ('session_activity', 'session_id', null), ('session_activity', 'activity_type', null),
                   ('session_activity', 'created_at', 'now()')) as needed (relation, attribute, value)
      join pg_attribute a on a.attrelid = to_regclass('@home@.' || needed.relation) and a.attname = needed.attribute
  loop
    if item.value is not null and item.attidentity = '' and item.attgenerated = '' then
      execute format('alter table @home@.%I alter column %I set default %s', item.relation, item.attribute, item.value);
    end if;
    if not item.attnotnull then
      begin
        execute format('alter table @home@.%I alter column %I set not null', item.relation, item.attribute);
      exception when not_null_violation then
        raise warning 'vibee-session: column %.% is null in some rows, so it stays without a not null constraint', item.relation, item.attribute;
      end;
    end if;
  end loop;

  -- Since schema version 4: room in each page, so that heartbeats rewrite rows where they are (HOT updates).
  -- In full pages they would move them, and every index would grow with each round.
  alter table @home@.user_sessions set (fillfactor = 50);

  -- Each index, as the server writes it; made again where it is another: before version 3, one was on session_id alone.
  for item in
    select wanted.*, c.oid as found, coalesce(i.indrelid = to_regclass('@home@.' || wanted.relation), false) as is_ours
      from (values ('encryption_keys_version', 'encryption_keys',
                    'CREATE UNIQUE INDEX encryption_keys_version ON @home@.encryption_keys USING btree (version)'),
                   ('idx_user_sessions_active', 'user_sessions',
                    'CREATE INDEX idx_user_sessions_active ON @home@.user_sessions USING btree (id) WHERE (is_active = true)'),
                   ('idx_session_activity_session_id', 'session_activity',
                    'CREATE INDEX idx_session_activity_session_id ON @home@.session_activity USING btree (session_id, id)'),
                   ('idx_session_activity_created_at', 'session_activity',
                    'CREATE INDEX idx_session_activity_created_at ON @home@.session_activity USING btree (created_at DESC)'))
             as wanted (name, relation, definition)
      left join pg_class c on c.relname = wanted.name
       and c.relnamespace = (select oid from pg_namespace where nspname = '@home@name@')
      left join pg_index i on i.indexrelid = c.oid
     where i.indexrelid is null or not (i.indisvalid and i.indimmediate and pg_get_indexdef(i.indexrelid) = wanted.definition)
  loop
    if item.found is not null and not item.is_ours then
      raise exception 'vibee-session: % in schema "%" is not the index of that name on %; nothing was changed', item.name, '@home@name@', item.relation
        using errcode = '42P07', hint = 'Rename it, and run this again.';
    end if;
    begin
      execute format('alter table @home@.%I drop constraint if exists %I', item.relation, item.name);
      execute format('drop index if exists @home@.%I', item.name);
      execute item.definition;
    exception
      when unique_violation then
        raise exception 'vibee-session: version of encryption_keys is there twice, so its index cannot be put back'
          using errcode = '55000', hint = 'Delete the row that is wrong, and run this again.';
      when dependent_objects_still_exist then
        get stacked diagnostics obstacle = pg_exception_detail;
        raise exception 'vibee-session: index % is not as it was, and cannot be replaced: %', item.name, obstacle
          using errcode = '55000', hint = 'Drop the foreign key or other object that depends on it, and run this again.';
    end;
  end loop;

  ---------------------------------------------------------------------------------------------
  -- Encryption
  ---------------------------------------------------------------------------------------------

  -- A key of 32 random bytes, as base64 or hex. Stretching adds nothing to such a key.
  create or replace function @home@.session_key_is_random(master_key text) returns boolean
    language sql immutable parallel safe
    return master_key ~ '^([A-Za-z0-9+/]{43}=|[0-9A-Fa-f]{64})$'
       and master_key !~ '(.)\1{8}';

  -- The message is one that we write: AES-256 (9), integrity-protected (packet 18), and no longer than a
  -- hash of 255 characters makes it. Its S2K is salted (1), as the database writes it for a random key, or
  -- iterated too (3) with a count (one byte, RFC 9580 3.7.1.3) that asks for at most a megabyte of hashing.
  create or replace function @home@.session_hash_is_sealed(sealed bytea) returns boolean
    language sql immutable parallel safe
    return case substr(sealed, 1, 5)
             when '\xc30c040901' then substr(sealed, 15, 1) = '\xd2'
             when '\xc30d040903' then substr(sealed, 15, 1) <= '\xa0' and substr(sealed, 16, 1) = '\xd2'
             else false
           end and octet_length(sealed) <= 2048;

  -- The same for what may come in: any cipher and S2K mode of pgcrypto's, to be encrypted anew.
  create or replace function @home@.session_hash_is_acceptable(sealed bytea) returns boolean
    language sql immutable parallel safe
    return octet_length(sealed) <= 4096 and substr(sealed, 1, 1) = '\xc3' and substr(sealed, 3, 1) = '\x04'
       and case substr(sealed, 5, 1)
             when '\x00' then substr(sealed, 2, 1) = '\x04' and substr(sealed, 7, 1) = '\xd2'
             when '\x01' then substr(sealed, 2, 1) = '\x0c' and substr(sealed, 15, 1) = '\xd2'
             when '\x03' then substr(sealed, 2, 1) = '\x0d' and substr(sealed, 16, 1) = '\xd2'
                          and substr(sealed, 15, 1) <= '\xa0'
             else false
           end;

  -- These two name pgcrypto's functions where it lives; being parsed now, they follow it if it moves.
  create or replace function @home@.session_hash_decrypt(sealed bytea, master_key text) returns text
    language sql immutable parallel safe
    return @pgcrypto@.pgp_sym_decrypt(sealed, master_key);

  create or replace function @home@.session_hash_encrypt(api_hash text, master_key text, key_is_random boolean)
    returns bytea language sql volatile parallel safe
    return @pgcrypto@.pgp_sym_encrypt(api_hash, master_key,
        case when key_is_random
             then 'cipher-algo=aes256, compress-algo=0, s2k-mode=1, s2k-digest-algo=sha256'
             else 'cipher-algo=aes256, compress-algo=0' end);

  create or replace function @home@.session_hash_encrypt(api_hash text, master_key text) returns bytea
    language sql volatile parallel safe
    return @home@.session_hash_encrypt(api_hash, master_key, @home@.session_key_is_random(master_key));

  -- Found out once for each key, not for each session.
  if exists (select from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
              where a.attrelid = '@home@.encryption_keys'::regclass and a.attname = 'key_is_random' and not a.attisdropped
                and (a.attgenerated <> 's' or a.atttypid <> 'boolean'::regtype
                     or pg_get_expr(d.adbin, d.adrelid) <> '@home@.session_key_is_random(master_key)')) then
    alter table @home@.encryption_keys drop column key_is_random;
  end if;
  alter table @home@.encryption_keys add column if not exists key_is_random boolean
    generated always as (@home@.session_key_is_random(master_key)) stored;

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
      select master_key from @home@.encryption_keys where master_key is not null
       order by version = named_version desc, id = 1 desc, version desc
    loop
      begin
        api_hash := @home@.session_hash_decrypt(sealed, known.master_key);
        if api_hash <> '' then
          return api_hash;
        end if;
      exception when external_routine_invocation_exception or data_exception then
        null;  -- not this key
      end;
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

  -- Encrypts the hash of each written row, and counts its revision.
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

    if tg_op = 'INSERT'
       or new.api_hash_encrypted is distinct from old.api_hash_encrypted
       or new.key_version is distinct from old.key_version then
      select version, master_key, key_is_random, key_fingerprint into current_key from @home@.encryption_keys where id = 1;
      if not found then
        raise exception 'vibee-session: encryption_keys has no row with id = 1, so no api_hash can be stored'
          using errcode = '55000', hint = 'Restore that row from a backup.';
      end if;
      if current_key.key_fingerprint is not null then
        if tg_op = 'UPDATE' and new.api_hash_encrypted = old.api_hash_encrypted then
          new.key_version := old.key_version;
        elsif new.key_version = current_key.version and @home@.session_hash_is_sealed(new.api_hash_encrypted) then
          -- Nobody here can open it. Who sealed it names the version; agents check the seal.
          hash_changed := tg_op = 'UPDATE';
        elsif exists (select from @home@.encryption_keys where version = new.key_version and id <> 1) then
          raise exception 'vibee-session: api_hash_encrypted of user "%" is encrypted with key version %, the current one is %',
            new.user_id, new.key_version, current_key.version
            using errcode = '40001', hint = 'Store the hash again, with the current key.';
        else
          raise exception 'vibee-session: the current key (version %) is outside the database, so SQL alone cannot store api_hash_encrypted of user "%"',
            current_key.version, new.user_id
            using errcode = 'VK001', hint = 'Save the session with the library, which holds that key.';
        end if;
      elsif new.api_hash_encrypted is null then
        raise exception 'vibee-session: api_hash_encrypted of user "%" is null; the key that it was encrypted with was null or not found', new.user_id
          using errcode = '23502',
                hint = 'Encrypt with: pgp_sym_encrypt(api_hash, (SELECT master_key FROM encryption_keys WHERE id = 1)).';
      else
        api_hash := @home@.session_hash_open(new.api_hash_encrypted,
          case when tg_op = 'UPDATE' and new.api_hash_encrypted = old.api_hash_encrypted
               then old.key_version else current_key.version end);

        if api_hash is not null then
          hash_changed := tg_op = 'UPDATE' and new.api_hash_encrypted <> old.api_hash_encrypted
            and api_hash is distinct from @home@.session_hash_open(old.api_hash_encrypted, old.key_version);
          if (tg_op = 'INSERT' or hash_changed) and char_length(api_hash) > 255 then
            raise exception 'vibee-session: the api_hash of user "%" is longer than 255 characters', new.user_id
              using errcode = '22001';
          end if;
          if (tg_op = 'INSERT' or hash_changed) and api_hash !~ '^[0-9A-Fa-f]{32}$' then
            raise warning 'vibee-session: what is stored as api_hash of user "%" is not 32 hexadecimal digits, as those of Telegram are', new.user_id;
          end if;
          if tg_op = 'UPDATE' and not hash_changed and old.key_version = current_key.version
             and @home@.session_hash_is_sealed(old.api_hash_encrypted) then
            new.api_hash_encrypted := old.api_hash_encrypted;
          else
            -- Always anew: what is stored was written here, whatever came in.
            new.api_hash_encrypted := @home@.session_hash_encrypt(api_hash, current_key.master_key, current_key.key_is_random);
          end if;
          new.key_version := current_key.version;
        elsif tg_op = 'UPDATE' and new.api_hash_encrypted = old.api_hash_encrypted then
          -- Unreadable before and after: a key change must neither stop at this row nor hide it.
          new.key_version := old.key_version;
        elsif exists (select from @home@.encryption_keys where version = new.key_version and key_fingerprint is not null) then
          raise exception 'vibee-session: api_hash_encrypted of user "%" is sealed with key version %, the current one is %',
            new.user_id, new.key_version, current_key.version
            using errcode = '40001', hint = 'Store the hash again, with the current key.';
        elsif not @home@.session_hash_is_acceptable(new.api_hash_encrypted) then
          -- pgcrypto may open it all the same, after as much work as the message asks for.
          raise exception 'vibee-session: api_hash_encrypted of user "%" %', new.user_id,
            case when octet_length(new.api_hash_encrypted) > 4096 then 'is longer than pgp_sym_encrypt makes any api_hash'
                 when octet_length(new.api_hash_encrypted) = 0 then 'is empty'
                 when get_byte(new.api_hash_encrypted, 0) < 128 then 'is no OpenPGP message'
                 else 'is an OpenPGP message of another form than pgp_sym_encrypt writes, as gpg makes them, or asks for more than a megabyte of key stretching'
            end
            using errcode = '22023',
                  hint = 'Encrypt with: pgp_sym_encrypt(api_hash, (SELECT master_key FROM encryption_keys WHERE id = 1)).';
        else
          raise exception 'vibee-session: api_hash_encrypted of user "%" cannot be decrypted with any known key', new.user_id
            using errcode = '22023',
                  hint = 'Encrypt with: pgp_sym_encrypt(api_hash, (SELECT master_key FROM encryption_keys WHERE id = 1)).';
        end if;
      end if;
    end if;

    if tg_op = 'UPDATE' and new.api_hash_encrypted = old.api_hash_encrypted
       and (old.user_id, old.session_id, old.api_id) is distinct from (new.user_id, new.session_id, new.api_id)
       and exists (select from @home@.encryption_keys where version = old.key_version and key_fingerprint is not null) then
      raise exception 'vibee-session: the api_hash of user "%" is sealed to user_id, session_id and api_id, so SQL alone cannot change them', old.user_id
        using errcode = 'VK001', hint = 'Save the session with the library, which seals the hash anew.';
    end if;

    if (tg_op = 'INSERT' or new.target_chats is distinct from old.target_chats)
       and octet_length(new.target_chats::text) > 262144 then
      raise exception 'vibee-session: target_chats of user "%" is longer than 262,144 bytes', new.user_id
        using errcode = '22001';
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

  -- In whose name the client says that it acts; the role, which it cannot choose, is logged beside it.
  create or replace function @home@.session_actor() returns text
    language sql stable parallel safe
    return nullif(left(current_setting('vibee.actor', true), 100), '');

  -- Writes the log: what changed and who did it, never a value of a secret or phone.
  create or replace function @home@.session_audit() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $function$
  declare
    details jsonb := jsonb_strip_nulls(jsonb_build_object(
      'by', session_user, 'actor', @home@.session_actor(), 'application', nullif(current_setting('application_name'), '')));
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
      -- Another key makes other bytes of the same hash.
      case when old.api_hash_encrypted is distinct from new.api_hash_encrypted
            and (old.key_version = new.key_version
                 or @home@.session_hash_open(new.api_hash_encrypted, new.key_version) is null
                 or @home@.session_hash_open(new.api_hash_encrypted, new.key_version)
                    is distinct from @home@.session_hash_open(old.api_hash_encrypted, old.key_version))
           then 'api_hash' end,
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
    if tg_nargs > 0 then
      raise exception 'vibee-session: %', tg_argv[0] using errcode = '55000';
    end if;
    raise exception 'vibee-session: % of % is not allowed', tg_op, tg_table_name
      using errcode = '55000',
            hint = 'The table''s owner can disable the trigger for maintenance; see docs/security.md.';
  end
  $function$;

  -- With session_replication_role = replica the other triggers do not fire, and what is written would be neither
  -- encrypted nor logged; a key would be overwritten that sessions need. This one fires always, for statements:
  -- the server's own replication applies rows, and is let through where it copies a table at the start.
  create or replace function @home@.session_refuse_replica() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
  as $function$
  begin
    if exists (select from pg_stat_get_subscription(null::oid) s where s.pid = pg_backend_pid()) then
      return null;
    end if;
    raise exception 'vibee-session: % of % is refused: session_replication_role is replica, so the triggers that encrypt and log do not fire', tg_op, tg_table_name
      using errcode = '55000',
            hint = 'Find where it was set, in pg_db_role_setting, and reset it: alter database ... reset session_replication_role. For a tool that replicates these tables: alter role ... set vibee.replica_writes = on.';
  end
  $function$;

  for item in select unnest(array['insert or delete or update of
        id, user_id, username, phone, session_id, api_id, api_hash_encrypted, is_active, is_authorized,
        digital_twin_enabled, auto_reply_enabled, target_chats, created_at, updated_at, key_version, revision on @home@.user_sessions',
      'insert or delete or update on @home@.encryption_keys', 'delete or update on @home@.session_activity']) as events,
    unnest(array['user_sessions', 'encryption_keys', 'session_activity']) as relation
  loop
    execute format('drop trigger if exists session_00_origin on @home@.%I', item.relation);
    execute format($trigger$create trigger session_00_origin before %s for each statement
      when (current_setting('session_replication_role') = 'replica' and coalesce(current_setting('vibee.replica_writes', true), '') <> 'on')
      execute function @home@.session_refuse_replica()$trigger$, item.events);
    execute format('alter table @home@.%I enable always trigger session_00_origin', item.relation);
  end loop;

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
    on @home@.user_sessions for each row
    when (coalesce(current_setting('vibee.follow_key', true), '') <> pg_current_xact_id()::text
          or not has_table_privilege('@home@.user_sessions'::regclass, 'TRIGGER')
          -- A foreign key's cascade acts as the owner too.
          or (old.id, old.user_id, old.username, old.phone, old.session_id, old.api_id, old.is_active, old.is_authorized,
              old.digital_twin_enabled, old.auto_reply_enabled, old.target_chats, old.created_at, old.updated_at, old.revision)
             is distinct from
             (new.id, new.user_id, new.username, new.phone, new.session_id, new.api_id, new.is_active, new.is_authorized,
              new.digital_twin_enabled, new.auto_reply_enabled, new.target_chats, new.created_at, new.updated_at, new.revision))
    execute function @home@.session_before_write();
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
       and pg_relation_size('@home@.user_sessions') > 0 then
      -- An older snapshot would not see the session that was added a moment ago, and leave it behind;
      -- nor would it see here that there is one.
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
        values ('*', 'key_pruned', jsonb_strip_nulls(jsonb_build_object('by', session_user, 'actor', @home@.session_actor(), 'version', old.version)));
      return old;
    end if;

    if tg_op = 'INSERT' then
      if new.id = 1 then
        if exists (select from @home@.encryption_keys where id = 1) then
          new.version := 0;
          return new;  -- ends as a conflict, or as an update by "on conflict"
        end if;
        -- A lost row that is put back: no version that a session names may come to mean another key.
        -- One outside the database says which version it was: its sessions are sealed to that.
        if new.key_fingerprint is null or new.version is null then
          new.version := 1 + greatest((select max(version) from @home@.encryption_keys),
                                      (select max(key_version) from @home@.user_sessions), 0);
        end if;
      end if;
    elsif old.id <> 1 and old.retired_at is null and new.retired_at is not null then
      if exists (select from @home@.user_sessions where key_version = old.version) then
        raise exception 'vibee-session: key version % cannot be retired: sessions are still encrypted with it', old.version
          using errcode = '55000';
      end if;
      new := old;
      new.retired_at := now();
      return new;
    elsif old.id <> 1 or new.id <> 1 then
      if old is distinct from new then
        raise exception 'vibee-session: archived keys cannot be changed; to change the current key, add WHERE id = 1'
          using errcode = '55000';
      end if;
      return new;
    elsif (new.master_key, new.key_fingerprint) is not distinct from (old.master_key, old.key_fingerprint) then
      new.version := old.version;
      new.created_at := old.created_at;
      new.archived_at := null;
      new.retired_at := null;
      return new;
    elsif num_nonnulls(old.key_fingerprint, new.key_fingerprint) > 0
       and current_setting('vibee.key_change', true) is distinct from 'online' then
      raise exception 'vibee-session: a key outside the database is changed by the library alone: SQL cannot encrypt the sessions anew'
        using errcode = '55000', hint = 'Use KeyRotation with that key; see docs/keys.md.';
    end if;

    if new.id = 1 then
      if new.key_fingerprint is null and coalesce(btrim(new.master_key), '') = '' then
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
        new.retired_at := null;
      end if;
    end if;
    return new;
  end
  $function$;

  -- Whoever may change the key may move sessions to it. (A dump may be restored without the grants of
  -- functions.) Within one that has its owner's rights, the caller is no longer the current user.
  create or replace function @home@.session_key_require_right() returns void
    language plpgsql stable set search_path = pg_catalog, pg_temp
  as $function$
  declare
    caller name := case current_setting('role') when 'none' then session_user else current_setting('role') end;
  begin
    if not has_column_privilege(caller, '@home@.encryption_keys'::regclass, 'master_key', 'UPDATE') then
      raise exception 'vibee-session: role "%" may not move sessions to another key', caller
        using errcode = '42501', hint = 'It needs UPDATE on encryption_keys (master_key); see docs/security.md.';
    end if;
  end
  $function$;

  -- Encrypts rows behind after_id with the current key, at most so many: those whose key is in the
  -- database too. Others stay as they are, and so do rows that no known key opens. In bulk, past the
  -- row trigger: that fires for whoever cannot create triggers on the table anyway. It has no rights of
  -- its own: the key's trigger lends its, and the function below.
  create or replace function @home@.session_key_move_rows(after_id bigint, at_most integer, skip_locked boolean)
    returns table (last_id bigint, tried integer, moved integer)
    language plpgsql set search_path = pg_catalog, pg_temp
  as $function$
  declare
    current_key record;
    ids bigint[];
    rescued integer;
  begin
    -- The key first and rows after it, in the order in which heartbeats lock: so nothing deadlocks.
    select version, master_key, key_is_random into current_key
      from @home@.encryption_keys where id = 1 and master_key is not null for share;
    if skip_locked then
      select array_agg(id) into ids from (
        select s.id from @home@.user_sessions s
         where s.id > after_id and s.key_version <> current_key.version
           and s.key_version not in (select version from @home@.encryption_keys where key_fingerprint is not null)
         order by s.id limit at_most for no key update of s skip locked) as rows_to_move;
    else
      select array_agg(id) into ids from (
        select s.id from @home@.user_sessions s
         where s.id > after_id and s.key_version <> current_key.version
           and s.key_version not in (select version from @home@.encryption_keys where key_fingerprint is not null)
         order by s.id limit at_most for no key update of s) as rows_to_move;
    end if;
    tried := coalesce(cardinality(ids), 0);
    moved := 0;
    last_id := ids[tried];
    perform set_config('vibee.follow_key', pg_current_xact_id()::text, true);
    begin
      update @home@.user_sessions s
         set key_version = current_key.version,
             api_hash_encrypted = @home@.session_hash_encrypt(
               nullif(@home@.session_hash_decrypt(s.api_hash_encrypted, k.master_key), ''),
               current_key.master_key, current_key.key_is_random)
        from @home@.encryption_keys k
       where s.id = any (ids) and k.version = s.key_version
         and @home@.session_hash_is_acceptable(s.api_hash_encrypted);
      get diagnostics moved = row_count;
    exception when external_routine_invocation_exception or data_exception or not_null_violation then
      null;  -- at least one does not open: one by one
    end;
    if moved < tried then
      update @home@.user_sessions s
         set key_version = current_key.version,
             api_hash_encrypted = @home@.session_hash_encrypt(opened.api_hash, current_key.master_key, current_key.key_is_random)
        from (select o.id, @home@.session_hash_open(o.api_hash_encrypted, o.key_version) as api_hash
                from @home@.user_sessions o
               where o.id = any (ids) and o.key_version <> current_key.version offset 0) as opened
       where s.id = opened.id and opened.api_hash is not null;
      get diagnostics rescued = row_count;
      moved := moved + rescued;
    end if;
    perform set_config('vibee.follow_key', '', true);
    return next;
  end
  $function$;

  create or replace function @home@.session_follow_key(after_id bigint, at_most integer, skip_locked boolean)
    returns table (last_id bigint, tried integer, moved integer)
    language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $function$
  begin
    perform @home@.session_key_require_right();
    return query select m.last_id, m.tried, m.moved from @home@.session_key_move_rows(after_id, at_most, skip_locked) m;
  end
  $function$;

  -- The same for rows whose old or new key is outside the database: a process that holds it has locked
  -- them, and brings each hash sealed with the current key, or in clear if that is in the database.
  create or replace function @home@.session_follow_key(ids bigint[], sealed bytea[], api_hashes text[], to_version integer)
    returns integer
    language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $function$
  declare
    current_key record;
    moved integer;
  begin
    perform @home@.session_key_require_right();
    select version, master_key, key_is_random into current_key
      from @home@.encryption_keys where id = 1 and version = to_version for share;
    if not found then
      raise exception 'vibee-session: key version % is not the current one', to_version using errcode = '40001';
    end if;
    perform set_config('vibee.follow_key', pg_current_xact_id()::text, true);
    if current_key.master_key is null then
      update @home@.user_sessions s set key_version = to_version, api_hash_encrypted = brought.sealed
        from unnest(ids, sealed) as brought (id, sealed)
       where s.id = brought.id and s.key_version <> to_version and @home@.session_hash_is_sealed(brought.sealed);
    else
      update @home@.user_sessions s set key_version = to_version,
             api_hash_encrypted = @home@.session_hash_encrypt(brought.api_hash, current_key.master_key, current_key.key_is_random)
        from unnest(ids, api_hashes) as brought (id, api_hash)
       where s.id = brought.id and s.key_version <> to_version and brought.api_hash <> '';
    end if;
    get diagnostics moved = row_count;
    perform set_config('vibee.follow_key', '', true);
    return moved;
  end
  $function$;

  -- The old key is kept, and every row follows to the new one in the same transaction.
  create or replace function @home@.session_key_after_change() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $function$
  declare
    online boolean;
    outside bigint;
    unreadable bigint;
  begin
    if tg_relid <> '@home@.encryption_keys'::regclass then
      -- Anybody may name a function in a trigger of a table of their own.
      raise exception 'vibee-session: this function serves the table encryption_keys alone' using errcode = '42501';
    end if;
    if new.id <> 1 then
      if tg_op = 'UPDATE' then
        insert into @home@.session_activity (session_id, activity_type, details)
          values ('*', 'key_retired', jsonb_strip_nulls(jsonb_build_object('by', session_user, 'actor', @home@.session_actor(), 'version', old.version)));
      end if;
      return null;
    end if;
    online := new.key_fingerprint is not null or coalesce(current_setting('vibee.key_change', true), '') = 'online';
    if tg_op = 'UPDATE' then
      insert into @home@.encryption_keys (id, master_key, key_fingerprint, created_at, version, archived_at)
        values ((select min(k.id) + 1 from @home@.encryption_keys k
                  where k.id > 0 and not exists (select from @home@.encryption_keys n where n.id = k.id::bigint + 1)), old.master_key, old.key_fingerprint,
                old.created_at, old.version, now());
    elsif not exists (select from @home@.user_sessions) then
      return null;
    end if;
    if not online then
      perform @home@.session_key_move_rows('-9223372036854775808'::bigint, null::integer, false);
      select count(*) filter (where k.key_fingerprint is not null), count(*) filter (where k.key_fingerprint is null)
        into outside, unreadable
        from @home@.user_sessions s left join @home@.encryption_keys k on k.version = s.key_version
       where s.key_version <> new.version;
    end if;
    insert into @home@.session_activity (session_id, activity_type, details)
      values ('*', 'key_changed', jsonb_strip_nulls(jsonb_build_object('by', session_user, 'actor', @home@.session_actor(),
        'from_version', case when tg_op = 'UPDATE' then old.version end, 'to_version', new.version,
        'fingerprint', new.key_fingerprint, 'online', online, 'to_rotate', outside, 'unreadable', unreadable)));
    if outside > 0 then
      raise warning 'vibee-session: % sessions are encrypted with a key outside the database; rotate them with the library', outside;
    end if;
    if unreadable > 0 then
      raise warning 'vibee-session: % sessions cannot be decrypted with any known key; they are kept as they are', unreadable;
    end if;
    if not online then
      update @home@.encryption_keys k set retired_at = now()
       where id <> 1 and retired_at is null and not exists (select from @home@.user_sessions where key_version = k.version);
    end if;
    return null;
  end
  $function$;

  drop trigger if exists session_10_before on @home@.encryption_keys;
  create trigger session_10_before before insert or update or delete
    on @home@.encryption_keys for each row execute function @home@.session_key_before_change();
  drop trigger if exists session_20_after on @home@.encryption_keys;
  create trigger session_20_after after update
    on @home@.encryption_keys for each row when ((old.master_key, old.key_fingerprint) is distinct from (new.master_key, new.key_fingerprint)) execute function @home@.session_key_after_change();
  drop trigger if exists session_21_after on @home@.encryption_keys;
  create trigger session_21_after after insert
    on @home@.encryption_keys for each row execute function @home@.session_key_after_change();
  -- Keys are archived and retired by a key change, which has an entry of its own. It acts as the owner: a trigger
  -- of somebody else's may write here too, and does not.
  drop trigger if exists session_05_archived on @home@.encryption_keys;
  create trigger session_05_archived before insert on @home@.encryption_keys for each row
    when (new.id <> 1 and not (pg_trigger_depth() > 0 and has_table_privilege('@home@.encryption_keys'::regclass, 'TRIGGER')))
    execute function @home@.session_forbid('rows other than id = 1 are archived keys, which are written by key changes alone');
  drop trigger if exists session_22_retired on @home@.encryption_keys;
  create trigger session_22_retired after update on @home@.encryption_keys for each row
    when (new.id <> 1 and old.retired_at is null and new.retired_at is not null
          and not (pg_trigger_depth() > 0 and has_table_privilege('@home@.encryption_keys'::regclass, 'TRIGGER')))
    execute function @home@.session_key_after_change();
  drop trigger if exists session_30_no_truncate on @home@.encryption_keys;
  create trigger session_30_no_truncate before truncate
    on @home@.encryption_keys for each statement execute function @home@.session_forbid();
  drop trigger if exists session_10_append_only on @home@.session_activity;
  create trigger session_10_append_only before update or delete or truncate
    on @home@.session_activity for each statement execute function @home@.session_forbid();

  -- Triggers need no grant. (A dump may be restored without this, hence the checks of tg_relid.)
  revoke execute on function @home@.session_hold_key(), @home@.session_before_write(), @home@.session_audit(),
    @home@.session_key_before_change(), @home@.session_key_after_change(),
    @home@.session_key_move_rows(bigint, integer, boolean), @home@.session_follow_key(bigint, integer, boolean),
    @home@.session_follow_key(bigint[], bytea[], text[], integer) from public;

  -- Settings by which a caller could have the server show what such a function binds and plans, the plan with a
  -- key in it, and rows of which a policy would leave some out. A newer server may know more of the first kind.
  for item in
    select p.oid::regprocedure as function, s.name as setting, s.value
      from pg_proc p,
           (select name, 'off' as value from pg_settings where name ~ '^debug_print_' and context = 'user'
            union all values ('client_min_messages', 'notice'), ('row_security', 'off')) as s
     where p.pronamespace = (select oid from pg_namespace where nspname = '@home@name@')
       and p.proname ~ '^session_' and p.prosecdef and p.proowner = (select oid from pg_roles where rolname = current_user)
     order by 1, 2
  loop
    execute format('alter function %s set %I = %L', item.function, item.setting, item.value);
  end loop;

  -- Default privileges gave rights on what was made just now: to an anonymous role of a hosting service, say.
  for item in
    select distinct new.kind, new.object, given.grantee
      from (select case c.relkind when 'S' then 'sequence' else 'table' end as kind, c.oid::regclass::text as object,
                   c.oid, c.relacl as acl, c.relowner as owner
              from pg_class c where c.relkind in ('r', 'S')
               and c.relnamespace = (select oid from pg_namespace where nspname = '@home@name@')
               and (c.relname in ('user_sessions', 'encryption_keys', 'session_activity', 'session_schema_version')
                 or c.oid in (pg_get_serial_sequence('@home@.user_sessions', 'id')::regclass,
                              pg_get_serial_sequence('@home@.session_activity', 'id')::regclass))
            union all
            select 'function', p.oid::regprocedure::text, p.oid, p.proacl, p.proowner
              from pg_proc p where p.pronamespace = (select oid from pg_namespace where nspname = '@home@name@')
               and p.proname ~ '^session_') as new,
           aclexplode(new.acl) as given
     where new.oid <> all (there_before) and given.grantee <> new.owner
       and (given.grantee <> 0 or new.kind <> 'function')
  loop
    execute format('revoke all on %s %s from %s', item.kind, item.object,
      case when item.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(item.grantee)) end);
    if item.kind = 'table' then
      raise warning 'vibee-session: default privileges gave role "%" rights on the new table %; they were taken back. Grant what it needs, see docs/security.md',
        case when item.grantee = 0 then 'PUBLIC' else pg_get_userbyid(item.grantee) end, item.object;
    end if;
  end loop;

  ---------------------------------------------------------------------------------------------
  -- The key, and the earlier rows
  ---------------------------------------------------------------------------------------------

  if not exists (select from @home@.encryption_keys where id = 1) then
    insert into @home@.encryption_keys (id, master_key) values (1, @home@.session_new_key());
  end if;

  if adopting then
    -- A message in another notation: hex, base64 with or without line breaks, armor.
    create function @home@.session_legacy_message(stored bytea) returns bytea
      language plpgsql stable set search_path = pg_catalog, pg_temp
    as $function$
    declare
      stored_text text := encode(stored, 'escape');
      message bytea;
    begin
      message := case
        when stored_text ~ '^[0-9A-Fa-f]+$' then decode(stored_text, 'hex')
        when stored_text ~ '^-----BEGIN PGP MESSAGE' then @pgcrypto@.dearmor(convert_from(stored, 'UTF8'))
        when stored_text ~ '^[A-Za-z0-9+/=\s]+$' then decode(stored_text, 'base64') end;
      return case when char_length(@home@.session_hash_open(message, 0)) <= 255 then message end;
    exception when data_exception or external_routine_invocation_exception then
      return null;
    end
    $function$;
    update @home@.user_sessions s set api_hash_encrypted = decoded.message
      from (select id, @home@.session_legacy_message(api_hash_encrypted) as message
              from @home@.user_sessions
             where key_version = 0 and not @home@.session_hash_is_acceptable(api_hash_encrypted) offset 0) as decoded
     where s.id = decoded.id and decoded.message is not null;
    drop function @home@.session_legacy_message(bytea);
    -- A hash that somebody stored in clear: 32 hexadecimal digits, as each api_hash of Telegram has. Anything
    -- else could be a message of another product or a quoted text, and stays as it is, unreadable.
    update @home@.user_sessions
       set api_hash_encrypted = @home@.session_hash_encrypt(convert_from(api_hash_encrypted, 'UTF8'),
             (select master_key from @home@.encryption_keys where id = 1))
     where key_version = 0 and encode(api_hash_encrypted, 'escape') ~ '^[0-9A-Fa-f]{32}$';

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

  insert into @home@.session_schema_version (version, objects)
    select 5, jsonb_object_agg(o.object, o.state) from @home@.session_schema_objects() o
    on conflict (version) do update set objects = excluded.objects;
end
$block$
  $schema$, '@home@name@', home), '@home@', quote_ident(home)), '@pgcrypto@', pgcrypto), '@was_there@', was_there::text);

  -- The transaction may be the caller's.
  perform set_config('search_path', callers_path, true);
  perform set_config('client_min_messages', callers_messages, true);
  perform set_config('standard_conforming_strings', callers_strings, true);
  perform set_config('quote_all_identifiers', callers_quotes, true);
  perform set_config('lock_timeout', callers_lock_timeout, true);
end
$migration$;

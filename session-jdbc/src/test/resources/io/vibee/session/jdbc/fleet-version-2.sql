-- vibee-session, the fleet: version 2.
--
--   psql "$DATABASE_URL" < migrations/002_fleet.sql
--
-- Adds to the tables of 001_user_sessions.sql what several agents need to share the sessions of one database, so that
-- each session has one owner at a time, and all learn of changes without a restart. Those who take no part need
-- none of it. Safe to run any number of times, by many at once, by psql, the library or Flyway, after 001. It is
-- one statement, hence one transaction, like 001, and as careful: see there about @home@ and the search_path.
--
-- The protocol is in the functions, so that an agent in any language can take part. An agent
--   1. registers, and beats: session_fleet_register, session_fleet_beat. It beats with a new random number each time,
--      well within its own silence. No row means that it was declared dead, and has to stop all that it holds at once.
--      It tells whether it is steady: all that it holds has been started and has settled, and no claim is under way.
--   2. ends peers: session_fleet_end, with a beat that it has seen unchanged, by a clock of its own that never
--      jumps, for as long as that peer's silence.
--   3. claims sessions, session_fleet_claim, and starts them. Each has a token, which only grows. A claim names the
--      timeline that the agent knows from its last beat. When that changes, a standby was promoted, which may have lost
--      claims of sessions that still run: then an agent waits for the longest silence of all before it claims, unless
--      somebody has done so (settled). A claim says that its agent has waited, also one of no session.
--   4. releases a session, session_fleet_release, after its connection is closed, and leaves: session_fleet_leave.
--      A token that was given back is never used again, whatever became of the release.
-- After an outcome that it does not know it asks what is its own: session_fleet_held. Nothing here compares
-- a beat with the database's clock, which can jump; that clock only delays who may claim a session again, and where
-- it has jumped back since, it does not. VK003: the agent has ended. VK005: the server is on another timeline.

do $migration$
declare
  callers_schemas pg_catalog.name[] := pg_catalog.current_schemas(false);
  callers_path pg_catalog.text := pg_catalog.current_setting('search_path'::pg_catalog.text);
  callers_messages pg_catalog.text := pg_catalog.current_setting('client_min_messages'::pg_catalog.text);
  callers_strings pg_catalog.text := pg_catalog.current_setting('standard_conforming_strings'::pg_catalog.text);
  callers_quotes pg_catalog.text := pg_catalog.current_setting('quote_all_identifiers'::pg_catalog.text);
  callers_lock_timeout pg_catalog.text := pg_catalog.current_setting('lock_timeout'::pg_catalog.text);
  -- Every function that this file makes.
  our_functions constant pg_catalog.text[] := array[
    'session_fleet_agents()', 'session_fleet_beat(bigint, bigint, integer, boolean)', 'session_fleet_changes(pg_snapshot, integer)',
    'session_fleet_claim(bigint, integer, bigint, text)', 'session_fleet_clear(text)', 'session_fleet_durable()',
    'session_fleet_end(bigint, bigint)', 'session_fleet_follow()', 'session_fleet_held(bigint, bigint)', 'session_fleet_history()',
    'session_fleet_leave(bigint, boolean)', 'session_fleet_mark(bigint, text)', 'session_fleet_objects()',
    'session_fleet_quarantine(bigint, text, bigint, text)', 'session_fleet_quiet(bigint, text, bigint, timestamp with time zone)',
    'session_fleet_register(text, text, bigint, integer, interval, text, text, bigint)',
    'session_fleet_release(bigint, text[], bigint[], interval)', 'session_fleet_require_right()', 'session_fleet_require_timeline(bigint)',
    'session_fleet_resume()', 'session_fleet_sessions(text)', 'session_fleet_stale(text[], bigint[])', 'session_fleet_stop(text)',
    'session_fleet_taken(text)', 'session_fleet_timeline()',
    'session_fleet_want(bigint, text)', 'session_fleet_world()'];
  -- Those of earlier versions, which are dropped.
  earlier_functions constant pg_catalog.text[] := array[
    'session_fleet_beat(bigint, bigint)', 'session_fleet_claim(bigint, integer, bigint)'];
  our_relations constant pg_catalog.text[] := array[
    'session_agents', 'session_agents_pkey', 'session_agents_live', 'session_agents_unsettled',
    'session_leases', 'session_leases_pkey', 'session_leases_free', 'session_leases_waiting', 'session_leases_held',
    'session_leases_wanted', 'session_leases_refused', 'session_leases_suspect', 'session_fleet', 'session_fleet_pkey', 'session_fleet_world', 'session_fleet_world_pkey', 'session_activity_xid'];
  home pg_catalog.text;
  me pg_catalog.oid;
  patience pg_catalog.interval;
  waited_since pg_catalog.timestamptz;
  found_version pg_catalog.int4;
  other pg_catalog.record;
  holders pg_catalog.text;
begin
  perform pg_catalog.set_config('search_path'::pg_catalog.text, 'pg_catalog, pg_temp'::pg_catalog.text, true);
  perform set_config('client_min_messages', 'warning', true);
  perform set_config('standard_conforming_strings', 'on', true);
  perform set_config('quote_all_identifiers', 'off', true);
  patience := case when callers_lock_timeout::interval > interval '0' then callers_lock_timeout::interval else interval '60 s' end;
  perform set_config('lock_timeout', '2s', true);
  me := (select oid from pg_roles where rolname = current_user);

  -- Beside the tables of 001. Temporary ones are nobody's.
  select n.nspname into home
    from unnest(callers_schemas) with ordinality as path (name, place)
    join pg_namespace n on n.nspname = path.name and n.nspname !~ '^pg_(toast_)?temp_'
    join pg_class c on c.relnamespace = n.oid and c.relname = 'user_sessions'
   order by path.place
   limit 1;
  if home is null then
    raise exception 'vibee-session: there is no table user_sessions in the search_path (%)', callers_path
      using errcode = 'VK004', hint = 'Run migrations/001_user_sessions.sql first, with the same search_path.';
  elsif home ~ '[''"\\$@%]' then
    raise exception 'vibee-session: the name of the schema must not hold a quote, backslash, $, @ or %%'
      using errcode = '42602';
  end if;
  if to_regclass(format('%I.session_schema_version', home)) is null then
    raise exception 'vibee-session: the tables in schema "%" have no version; nothing was changed', home
      using errcode = 'VK004', hint = 'Run migrations/001_user_sessions.sql first.';
  end if;

  -- Before anything is locked, and again when nobody else can come in between.
  for pass in 1 .. 2 loop
    for other in
      select c.relname as name, c.relowner as owner from pg_class c
       where c.relnamespace = (select oid from pg_namespace where nspname = home)
         and c.relname = any (our_relations || array['user_sessions', 'session_activity', 'session_schema_version'])
         and c.relowner <> me
      union all
      select p.proname, p.proowner from pg_proc p
       where p.pronamespace = (select oid from pg_namespace where nspname = home)
         and p.proname || '(' || oidvectortypes(p.proargtypes) || ')' = any (our_functions || earlier_functions)
         and p.proowner <> me
       limit 1
    loop
      raise exception 'vibee-session: "%" in schema "%" belongs to role "%", not to "%"; nothing was changed',
        other.name, home, pg_get_userbyid(other.owner), current_user
        using errcode = '42501',
              hint = format('If that role is yours, run this as it does: PGOPTIONS=''-c role=%s''. If not, drop what it made.', pg_get_userbyid(other.owner));
    end loop;
    for other in
      select c.relname
        from (values ('session_agents', 'beat'), ('session_leases', 'token'), ('session_fleet', 'version'),
                     ('session_fleet_world', 'world'), ('session_activity', 'activity_type'),
                     ('session_schema_version', 'version'), ('user_sessions', 'api_hash_encrypted')) as needed (relation, attribute)
        join pg_class c on c.relname = needed.relation
         and c.relnamespace = (select oid from pg_namespace where nspname = home)
       where c.relkind <> 'r'
          or not exists (select from pg_attribute a
                          where a.attrelid = c.oid and a.attname = needed.attribute and not a.attisdropped)
       limit 1
    loop
      raise exception 'vibee-session: schema "%" holds another relation named "%", which is not of this product; nothing was changed',
        home, other.relname using errcode = '42P07', hint = 'Rename or drop it, if it is not needed.';
    end loop;

    exit when pass = 2;

    -- One at a time, of this file and of 001: they share the table that only its owner may lock.
    waited_since := clock_timestamp();
    loop
      begin
        execute format('lock table %I.session_schema_version in share row exclusive mode', home);
        exit;
      exception when lock_not_available then
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
  end loop;
  perform set_config('lock_timeout', (extract(epoch from patience) * 1000)::bigint::text, true);

  execute format('select coalesce(max(version), 0) from %I.session_schema_version', home) into found_version;
  if found_version < 5 then
    raise exception 'vibee-session: the tables in schema "%" have version %, the fleet needs 5; nothing was changed', home, found_version
      using errcode = 'VK004', hint = 'Run migrations/001_user_sessions.sql first.';
  end if;
  if to_regclass(format('%I.session_fleet', home)) is not null then
    execute format('select coalesce(max(version), 0) from %I.session_fleet', home) into found_version;
    if found_version > 2 then
      raise exception 'vibee-session: the fleet''s tables in schema "%" have version %, which is newer than this file (2); nothing was changed', home, found_version
        using errcode = 'VK002', detail = found_version::text, hint = 'Use the file of the library that made them, or a newer one.';
    end if;
  end if;

  -- Nor may there be functions of the same name with other arguments.
  for other in
    select format('%s %I.%I(%s)', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
             home, p.proname, pg_get_function_identity_arguments(p.oid)) as name, p.proowner as owner
      from pg_proc p
     where p.pronamespace = (select oid from pg_namespace where nspname = home)
       and p.proname in (select split_part(f, '(', 1) from unnest(our_functions) as f)
       and p.proname || '(' || oidvectortypes(p.proargtypes) || ')' <> all (our_functions || earlier_functions)
     limit 1
  loop
    raise exception 'vibee-session: % has a name of ours and is not ours: role "%" made it; nothing was changed',
      other.name, pg_get_userbyid(other.owner)
      using errcode = '42723', hint = format('Look at what it does, and who called it, then: drop %s', other.name);
  end loop;

  execute replace(replace($schema$
do $block$
declare
  patience interval := current_setting('lock_timeout')::interval;
  waited_since timestamptz;
  there_before oid[];
  found_version integer := 0;
  found_objects jsonb;
  obstacle text;
  grants text[];
  item record;
begin
  -- What is made from here on gets no rights by default privileges; see the end.
  there_before := array(
    select c.oid from pg_class c where c.relnamespace = (select oid from pg_namespace where nspname = '@home@name@')
    union all
    select p.oid from pg_proc p where p.pronamespace = (select oid from pg_namespace where nspname = '@home@name@'));

  -- What this file makes, each with a fingerprint, as session_schema_objects() has those of 001.
  create or replace function @home@.session_fleet_objects() returns table (object text, state text)
    language sql stable set search_path = pg_catalog, pg_temp set quote_all_identifiers = off
  as $function$
    with ours as (
      select c.oid, c.relname, c.relpersistence, c.reloptions from pg_class c
       where c.relnamespace = (select n.oid from pg_namespace n where n.nspname = '@home@name@')
         and c.relname in ('session_agents', 'session_leases', 'session_fleet', 'session_fleet_world'))
    select format('function %s(%s)', p.proname, oidvectortypes(p.proargtypes)),
           md5(concat_ws('|', p.prosrc, pg_get_function_result(p.oid), l.lanname, p.prosecdef,
             p.provolatile, p.proisstrict, p.proconfig::text,
             p.prosecdef and has_function_privilege('public', p.oid, 'EXECUTE'),
             case when p.prosecdef then (select string_agg(name, ',' order by name) from pg_settings
                                          where name ~ '^debug_print_' and context = 'user') end))
      from pg_proc p join pg_language l on l.oid = p.prolang
     where p.pronamespace = (select n.oid from pg_namespace n where n.nspname = '@home@name@')
       and p.proowner = (select c.relowner from pg_class c where c.oid = to_regclass('@home@.session_schema_version'))
       and p.proname ~ '^session_fleet_'
    union all
    select format('trigger %s on user_sessions', t.tgname), md5(pg_get_triggerdef(t.oid) || t.tgenabled::text)
      from pg_trigger t where t.tgrelid = to_regclass('@home@.user_sessions') and t.tgname ~ '^session_fleet_'
    union all
    select format('table %s', o.relname), md5(concat_ws('|', o.relpersistence, o.reloptions::text)) from ours o
    union all
    select format('constraint %s on %s', c.conname, o.relname), md5(pg_get_constraintdef(c.oid))
      from ours o join pg_constraint c on c.conrelid = o.oid
     where c.conname ~ '^session_(agents|leases|fleet|fleet_world)_(pkey|state|limits|one_row)$'
    union all
    select format('index %s', c.relname), md5(pg_get_indexdef(i.indexrelid) || i.indisvalid::text)
      from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relnamespace = (select n.oid from pg_namespace n where n.nspname = '@home@name@')
       and c.relname in ('session_agents_live', 'session_agents_unsettled', 'session_leases_free', 'session_leases_waiting',
                         'session_leases_held', 'session_leases_wanted', 'session_leases_refused', 'session_leases_suspect', 'session_activity_xid')
    union all
    select format('column %s.%s', c.relname, a.attname),
           md5(concat_ws('|', a.atttypid::regtype, a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid)))
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where c.oid in (select o.oid from ours o)
       and a.attname in ('id', 'name', 'address', 'generation', 'capacity', 'held', 'beat', 'silence', 'state', 'clean', 'settled',
             'running', 'steady_at', 'seen_at', 'by_holder',
             'machine', 'process', 'by_role', 'started_at', 'ended_at', 'session_id', 'agent_id', 'token', 'claimed_at',
             'released_at', 'waits_since', 'free_at', 'known_seen_at', 'elsewhere', 'runnable', 'wanted_by', 'wanted_until', 'quarantined_at', 'reason', 'quiet_until',
             'bad_ends', 'version', 'objects', 'others_silence', 'settled_on',
             'last_agent_id', 'stopped_at', 'stopped_why', 'world')
        or c.oid = to_regclass('@home@.session_activity') and a.attname = 'xid'
  $function$;

  if to_regclass('@home@.session_fleet') is not null then
    select f.version, f.objects into found_version, found_objects from @home@.session_fleet f where f.id = 1;
    found_version := coalesce(found_version, 0);
  end if;
  if found_version < 2 or found_objects is distinct from (select jsonb_object_agg(o.object, o.state) from @home@.session_fleet_objects() o) then

    -- At once, and in the order in which those who write sessions come to them; see 001. Tried for two seconds at
    -- a time: behind one who waits for such a lock, everybody else waits too.
    waited_since := clock_timestamp();
    loop
      begin
        perform set_config('lock_timeout', '2s', true);
        if to_regclass('@home@.session_agents') is null or to_regclass('@home@.session_leases') is null then
          lock table @home@.user_sessions, @home@.session_activity in access exclusive mode;
        else
          -- The functions come to them in this order, too.
          lock table @home@.user_sessions, @home@.session_agents, @home@.session_leases, @home@.session_activity
            in access exclusive mode;
        end if;
        exit;
      exception when lock_not_available then
        if clock_timestamp() - waited_since > patience then
          select string_agg(distinct format('process %s of role "%s"', a.pid, a.usename), ', ') into obstacle
            from pg_locks l join pg_stat_activity a on a.pid = l.pid
           where l.relation in ('@home@.user_sessions'::regclass, '@home@.session_activity'::regclass,
                   to_regclass('@home@.session_agents'), to_regclass('@home@.session_leases'))
             and l.granted and l.pid <> pg_backend_pid();
          raise exception 'vibee-session: the tables were in use for %: by %; nothing was changed', patience, coalesce(obstacle, 'a process that has ended')
            using errcode = '55P03',
                  hint = 'Let those transactions end, or end them by pg_terminate_backend, and run this again; to wait longer: PGOPTIONS=''-c lock_timeout=10min''.';
        end if;
        perform pg_sleep(0.5);
      end;
    end loop;
    perform set_config('lock_timeout', (extract(epoch from patience) * 1000)::bigint::text, true);

    ---------------------------------------------------------------------------------------------
    -- Tables
    ---------------------------------------------------------------------------------------------

    -- The only row: version, what the fleet agreed on, and the brake.
    create table if not exists @home@.session_fleet (
      id integer not null default 1,
      version integer not null,
      objects jsonb,                          -- what session_fleet_objects() told when the file had run
      others_silence interval not null default '5 minutes',  -- an agent that takes no part is gone, if not seen for so long
      settled_on varchar(100),                -- the server's history (session_fleet_history) of the latest claim
      last_agent_id bigint not null default 0,
      stopped_at timestamptz,                 -- since when nothing more is started, and why
      stopped_why varchar(255),
      constraint session_fleet_pkey primary key (id),
      constraint session_fleet_one_row check (id = 1)
    );

    -- Agents: each is one incarnation of one process. Room in each page: a beat rewrites its row where it is.
    create table if not exists @home@.session_agents (
      id bigint not null,                     -- of no sequence, which a promotion can set back; see session_fleet_register
      name varchar(255) not null,
      address varchar(255),                   -- where it can be reached, for routing
      generation bigint not null,             -- a newer deployment has a higher one
      capacity integer not null,
      held integer not null default 0,        -- how many sessions, as long as it is not ended
      beat bigint not null,                   -- random: after a failover that lost something, a counter could repeat
      silence interval not null,              -- how long the others wait for another beat
      state varchar(10) not null default 'taking',
      clean boolean,                          -- how it ended: it left, or others ended it
      settled boolean not null default false, -- ended, and no session names it any more
      machine varchar(255),                   -- boot id and process namespace, process id and its start, so that a
      process varchar(255),                   -- newcomer on the same machine can see that the process is gone
      running integer not null default 0,     -- how many of its sessions are connected and healthy, by its latest beat
      steady_at timestamptz,                  -- when it told the last time that all that it holds has settled
      seen_at timestamptz not null default clock_timestamp(),  -- of its latest beat, for people: nothing compares it
      by_role name not null default session_user,
      started_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz,
      constraint session_agents_pkey primary key (id),
      constraint session_agents_state check (state in ('taking', 'cordoned', 'draining', 'ended') and (state = 'ended') = (ended_at is not null)),
      constraint session_agents_limits check (capacity >= 0 and silence between interval '1 second' and interval '1 day')
    ) with (fillfactor = 20);

    -- Leases. No foreign key: an account of Telegram outlives its row here, and so does its token.
    create table if not exists @home@.session_leases (
      session_id varchar(255) not null,
      agent_id bigint,                        -- whose it is: of an agent that has ended, it is an orphan
      token bigint not null default 0,
      claimed_at timestamptz,
      released_at timestamptz,
      waits_since timestamptz not null default clock_timestamp(),  -- who has none, may be claimed from free_at on: it waits
      free_at timestamptz not null default clock_timestamp(),      -- while the clock is between the two, not if it jumped back
      known_seen_at timestamptz,              -- the last_seen_at that is no sign of an agent that takes no part
      elsewhere boolean not null default false,  -- such an agent is what it waits for
      runnable boolean not null,              -- as is_active; false where there is no row
      wanted_by bigint,
      wanted_until timestamptz,
      quarantined_at timestamptz,
      reason varchar(255),
      quiet_until timestamptz,                -- Telegram asked for a pause
      bad_ends smallint not null default 0,   -- how many of its holders in a row died soon after they got it, never steady
      by_holder boolean not null default false,  -- its holder quarantined it
      constraint session_leases_pkey primary key (session_id),
      constraint session_leases_limits check (token >= 0 and (quarantined_at is null) = (reason is null))
    ) with (fillfactor = 50);

    -- A crash of the server empties it: then transaction ids may come again, and commits be lost.
    create unlogged table if not exists @home@.session_fleet_world (
      id integer not null default 1,
      world bigint not null,
      constraint session_fleet_world_pkey primary key (id),
      constraint session_fleet_world_one_row check (id = 1)
    );

    -- What was there already may have been made while this waited for its locks.
    select string_agg(c.relname, ', ') into obstacle from pg_class c
     where c.relnamespace = (select oid from pg_namespace where nspname = '@home@name@')
       and c.relname in ('session_agents', 'session_leases', 'session_fleet', 'session_fleet_world')
       and (c.relkind <> 'r' or c.relowner <> (select oid from pg_roles where rolname = current_user));
    if obstacle is not null then
      raise exception 'vibee-session: somebody else has made % in schema "%"; nothing was changed', obstacle, '@home@name@'
        using errcode = '42501', hint = 'Drop what they made, and take CREATE on the schema from them.';
    end if;

    -- Version 1 had none of these, and counted deaths for all that an agent held.
    for item in
      select added.* from (values ('session_agents', 'running', 'integer not null default 0'),
                                  ('session_agents', 'steady_at', 'timestamptz'),
                                  ('session_agents', 'seen_at', 'timestamptz not null default clock_timestamp()'),
                                  ('session_leases', 'by_holder', 'boolean not null default false'))
               as added (relation, attribute, definition)
       where not exists (select from pg_attribute a where a.attrelid = to_regclass('@home@.' || added.relation)
                            and a.attname = added.attribute and not a.attisdropped)
    loop
      execute format('alter table @home@.%I add column %I %s', item.relation, item.attribute, item.definition);
    end loop;
    if found_version < 2 then
      update @home@.session_leases l set bad_ends = 0 where l.bad_ends > 0 and l.quarantined_at is null;
    end if;
    -- Who may call the functions of version 1 may call those that replace them.
    grants := array(
      select format('grant execute on function @home@.%s to %s',
               case p.proname when 'session_fleet_beat' then 'session_fleet_beat(bigint, bigint, integer, boolean)'
                 else 'session_fleet_claim(bigint, integer, bigint, text)' end, quote_ident(pg_get_userbyid(given.grantee)))
        from pg_proc p, aclexplode(p.proacl) as given
       where p.pronamespace = (select oid from pg_namespace where nspname = '@home@name@')
         and p.oid in (to_regprocedure('@home@.session_fleet_beat(bigint, bigint)'),
                       to_regprocedure('@home@.session_fleet_claim(bigint, integer, bigint)'))
         and given.grantee not in (0, p.proowner));
    drop function if exists @home@.session_fleet_beat(bigint, bigint);
    drop function if exists @home@.session_fleet_claim(bigint, integer, bigint);

    select string_agg(format('%s.%s', needed.relation, needed.attribute), ', ') into obstacle
      from (select 'session_agents' as relation, unnest(array['id', 'name', 'address', 'generation', 'capacity', 'held', 'beat', 'silence',
                     'state', 'clean', 'settled', 'machine', 'process', 'running', 'steady_at', 'seen_at', 'by_role', 'started_at',
                     'ended_at']) as attribute
            union all select 'session_leases', unnest(array['session_id', 'agent_id', 'token', 'claimed_at', 'released_at', 'free_at',
                     'waits_since', 'known_seen_at', 'elsewhere', 'runnable', 'wanted_by', 'wanted_until', 'quarantined_at', 'reason',
                     'quiet_until', 'bad_ends', 'by_holder'])
            union all select 'session_fleet', unnest(array['id', 'version', 'objects', 'others_silence', 'settled_on', 'last_agent_id',
                     'stopped_at', 'stopped_why'])
            union all select 'session_fleet_world', unnest(array['id', 'world'])) as needed
     where not exists (select from pg_attribute a where a.attrelid = to_regclass('@home@.' || needed.relation)
                          and a.attname = needed.attribute and not a.attisdropped);
    if obstacle is not null then
      raise exception 'vibee-session: missing in schema "%": %; nothing was changed', '@home@name@', obstacle
        using errcode = '42703', hint = 'Stop the agents, drop session_agents and session_leases, and run this again: they hold no secrets and no settings.';
    end if;
    if (select c.relpersistence from pg_class c where c.oid = '@home@.session_fleet_world'::regclass) <> 'u' then
      alter table @home@.session_fleet_world set unlogged;
    end if;

    -- The log is the feed: who knows which transactions it has seen knows which entries are new to it.
    -- Earlier entries have none, and the column no default while it is added, which would rewrite the log.
    alter table @home@.session_activity add column if not exists xid xid8;
    alter table @home@.session_activity alter column xid set default pg_current_xact_id();

    for item in
      select wanted.*, c.oid as found, coalesce(i.indrelid = to_regclass('@home@.' || wanted.relation), false) as is_ours
        from (values ('session_agents_live', 'session_agents',
                      'CREATE INDEX session_agents_live ON @home@.session_agents USING btree (id) WHERE ((state)::text <> ''ended''::text)'),
                     ('session_agents_unsettled', 'session_agents',
                      'CREATE INDEX session_agents_unsettled ON @home@.session_agents USING btree (id) WHERE (((state)::text = ''ended''::text) AND (NOT settled))'),
                     ('session_leases_free', 'session_leases',
                      'CREATE INDEX session_leases_free ON @home@.session_leases USING btree (free_at) WHERE ((agent_id IS NULL) AND runnable AND (quarantined_at IS NULL))'),
                     ('session_leases_waiting', 'session_leases',
                      'CREATE INDEX session_leases_waiting ON @home@.session_leases USING btree (waits_since) WHERE ((agent_id IS NULL) AND runnable AND (quarantined_at IS NULL))'),
                     ('session_leases_held', 'session_leases',
                      'CREATE INDEX session_leases_held ON @home@.session_leases USING btree (agent_id) WHERE (agent_id IS NOT NULL)'),
                     ('session_leases_wanted', 'session_leases',
                      'CREATE INDEX session_leases_wanted ON @home@.session_leases USING btree (wanted_by) WHERE (wanted_by IS NOT NULL)'),
                     ('session_leases_refused', 'session_leases',
                      'CREATE INDEX session_leases_refused ON @home@.session_leases USING btree (quarantined_at) WHERE by_holder'),
                     ('session_leases_suspect', 'session_leases',
                      'CREATE INDEX session_leases_suspect ON @home@.session_leases USING btree (agent_id) WHERE (bad_ends > 0)'),
                     ('session_activity_xid', 'session_activity',
                      'CREATE INDEX session_activity_xid ON @home@.session_activity USING btree (xid) WHERE (xid IS NOT NULL)'))
               as wanted (name, relation, definition)
        left join pg_class c on c.relname = wanted.name
         and c.relnamespace = (select oid from pg_namespace where nspname = '@home@name@')
        left join pg_index i on i.indexrelid = c.oid
       where i.indexrelid is null or not (i.indisvalid and pg_get_indexdef(i.indexrelid) = wanted.definition)
    loop
      if item.found is not null and not item.is_ours then
        raise exception 'vibee-session: % in schema "%" is not the index of that name on %; nothing was changed', item.name, '@home@name@', item.relation
          using errcode = '42P07', hint = 'Rename it, and run this again.';
      end if;
      execute format('drop index if exists @home@.%I', item.name);
      execute item.definition;
    end loop;

    ---------------------------------------------------------------------------------------------
    -- What the functions share
    ---------------------------------------------------------------------------------------------

    -- Who may read beats may take part. (A dump may be restored without the grants of functions.) Within a
    -- function that has its owner's rights, the caller is no longer the current user.
    create or replace function @home@.session_fleet_require_right() returns void
      language plpgsql stable set search_path = pg_catalog, pg_temp
    as $function$
    declare
      caller name := case current_setting('role') when 'none' then session_user else current_setting('role') end;
    begin
      if not has_column_privilege(caller, '@home@.session_agents'::regclass, 'beat', 'SELECT') then
        raise exception 'vibee-session: role "%" may not take part in the fleet', caller
          using errcode = '42501', hint = 'It needs SELECT on session_agents; see docs/security.md.';
      end if;
    end
    $function$;

    -- What was promised must be on disk, whatever the role has as its default.
    create or replace function @home@.session_fleet_durable() returns void
      language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $function$
    begin
      if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
        perform set_config('synchronous_commit', 'on', true);
      end if;
    end
    $function$;

    -- Of the server's history: another one after each promotion, at once, which pg_control_checkpoint() is not.
    create or replace function @home@.session_fleet_timeline() returns bigint
      language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $function$
    begin
      if pg_is_in_recovery() then
        raise exception 'vibee-session: this server is a standby, which cannot serve the fleet'
          using errcode = '25006', hint = 'Connect to the primary: target_session_attrs=read-write.';
      end if;
      return ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint;
    end
    $function$;

    -- Tells one server's history from all others, also from those that a dump was made in.
    create or replace function @home@.session_fleet_history() returns text
      language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $function$
    begin
      return concat_ws('/', @home@.session_fleet_timeline(), (select s.system_identifier from pg_control_system() s),
        (select d.oid from pg_database d where d.datname = current_database()));
    end
    $function$;

    -- Two numbers that tell whether what was read before still holds. Another world: the server crashed, or this is
    -- a copy or a restored dump, in whose log the transaction ids mean others. Another timeline: it was promoted.
    -- Settled: an agent that has waited since then has claimed, or the fleet was set up here; newcomers need not wait.
    create or replace function @home@.session_fleet_world(out world bigint, out timeline bigint, out settled boolean)
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    declare
      history text := @home@.session_fleet_history();
      drawn bigint;
    begin
      timeline := split_part(history, '/', 1)::bigint;
      -- A copy of a fleet that has had no agent need not wait for any.
      settled := exists (select from @home@.session_fleet f
                          where f.id = 1
                            and (f.settled_on = history
                                 or f.last_agent_id = 0 and split_part(f.settled_on, '/', 1)::bigint = timeline));
      select w.world into drawn from @home@.session_fleet_world w where w.id = 1;
      if not found then
        insert into @home@.session_fleet_world (id, world) values (1, hashtextextended(pg_catalog.gen_random_uuid()::text, 0::bigint))
          on conflict do nothing;
        select w.world into drawn from @home@.session_fleet_world w where w.id = 1;
      end if;
      world := hashtextextended(concat_ws('|', drawn, '@home@.session_fleet_world'::regclass::oid,
        substr(history, strpos(history, '/'))), 0::bigint);
    end
    $function$;

    ---------------------------------------------------------------------------------------------
    -- Agents
    ---------------------------------------------------------------------------------------------

    -- A new agent: its id, which is never used again, and the world.
    create or replace function @home@.session_fleet_register(name text, address text, generation bigint, capacity integer,
        silence interval, machine text, process text, beat bigint, out agent_id bigint, out world bigint, out timeline bigint, out settled boolean)
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    begin
      perform @home@.session_fleet_require_right();
      perform @home@.session_fleet_durable();
      -- Ended ones are kept for a week, for people.
      delete from @home@.session_agents a
       where a.id in (select b.id from @home@.session_agents b
                       where b.state = 'ended' and b.settled and b.ended_at < clock_timestamp() - interval '7 days'
                       limit 1000 for update skip locked);
      -- Above all that an earlier timeline gave out, also what a promotion has lost.
      update @home@.session_fleet f
         set last_agent_id = greatest(f.last_agent_id, @home@.session_fleet_timeline() << 40) + 1,
             settled_on = case when (select w.settled from @home@.session_fleet_world() w) then @home@.session_fleet_history()
                            else f.settled_on end
       where f.id = 1 returning f.last_agent_id into agent_id;
      insert into @home@.session_agents (id, name, address, generation, capacity, silence, machine, process, beat)
        values (session_fleet_register.agent_id, session_fleet_register.name, session_fleet_register.address, session_fleet_register.generation, session_fleet_register.capacity, session_fleet_register.silence,
                session_fleet_register.machine, session_fleet_register.process, session_fleet_register.beat);
      select w.world, w.timeline, w.settled into session_fleet_register.world, session_fleet_register.timeline, session_fleet_register.settled
        from @home@.session_fleet_world() w;
    end
    $function$;

    -- Shows that an agent lives, and tells it of the fleet: a row for each agent that has not ended, itself
    -- included. No row: it was declared dead. From "world" on all rows are alike. "runnable" is what should run, held or
    -- not, and "claimable" what may be claimed at once; of what nobody holds, both count up to 10,000 of a kind. "refused"
    -- is what holders have quarantined of late, "wanted" what it holds and others want, "awaited" what it wants and has not.
    create or replace function @home@.session_fleet_beat(agent bigint, new_beat bigint, now_running integer, is_steady boolean)
      returns table (agent_id bigint, beat bigint, silence interval, generation bigint, capacity integer, held integer,
        running integer, steady boolean, state text, machine text, process text, world bigint, timeline bigint, settled boolean,
        runnable integer, claimable integer, stopped boolean, refused integer, wanted text[], awaited text[])
      -- What was analyzed before the fleet started would make it read the whole table. Where there is no index for a
      -- table, that setting makes servers before 18 expect so high a cost that they compile the statement.
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
    as $function$
    declare
      at_once timestamptz;
    begin
      perform @home@.session_fleet_require_right();
      perform @home@.session_fleet_durable();
      -- No column of an index: the new row stays where the old one is.
      update @home@.session_agents a
         set beat = new_beat, running = greatest(coalesce(now_running, 0), 0), seen_at = clock_timestamp(),
             steady_at = case when is_steady then clock_timestamp() else a.steady_at end
       where a.id = agent and a.state <> 'ended';
      if not found then
        return;
      end if;
      select w.world, w.timeline, w.settled into session_fleet_beat.world, session_fleet_beat.timeline, session_fleet_beat.settled
        from @home@.session_fleet_world() w;
      at_once := clock_timestamp();
      claimable := (select count(*) from (
          select from @home@.session_leases l
           where l.agent_id is null and l.runnable and l.quarantined_at is null and l.free_at <= at_once
             and coalesce(l.quiet_until <= at_once, true) limit 10000) as f)
        + (select count(*) from (
          select from @home@.session_leases l
           where l.agent_id is null and l.runnable and l.quarantined_at is null and l.waits_since > at_once and l.free_at > at_once
             and coalesce(l.quiet_until <= at_once, true) limit 10000) as f)
        + (select count(*) from (
          select from @home@.session_agents a cross join lateral (
              select from @home@.session_leases l
               where l.agent_id = a.id and l.runnable and l.quarantined_at is null
                 and coalesce(l.quiet_until <= at_once, true) limit 10000) as o
           where a.state = 'ended' and not a.settled limit 10000) as orphans);
      -- What cools down will be taken in a moment. What runs elsewhere, or is quiet, is nobody's for longer.
      runnable := claimable + (select coalesce(sum(a.held), 0) from @home@.session_agents a where a.state <> 'ended')
        + (select count(*) from (
          select from @home@.session_leases l
           where l.agent_id is null and l.runnable and l.quarantined_at is null and l.free_at > at_once and l.waits_since <= at_once
             and not l.elsewhere and coalesce(l.quiet_until <= at_once, true) limit 10000) as cooling);
      stopped := exists (select from @home@.session_fleet f where f.id = 1 and f.stopped_at is not null);
      if stopped then
        claimable := 0;
      end if;
      refused := (select count(*) from (
          select from @home@.session_leases l
           where l.by_holder and l.quarantined_at > at_once - interval '10 minutes' and l.quarantined_at <= at_once limit 1000) as lately);
      awaited := array(select l.session_id::text from @home@.session_leases l
                        where l.wanted_by is not null and l.wanted_by = agent and l.agent_id is distinct from agent
                          and l.wanted_until > at_once and l.wanted_until <= at_once + interval '1 minute'
                        order by 1 limit 1000);
      wanted := array(select l.session_id::text from @home@.session_leases l
                       where l.wanted_by is not null and l.wanted_by <> agent and l.agent_id = agent
                         and l.wanted_until > at_once and l.wanted_until <= at_once + interval '1 minute'
                       order by 1 limit 1000);
      return query
        select a.id, a.beat, a.silence, a.generation, a.capacity, a.held, a.running, a.steady_at is not null, a.state::text,
               a.machine::text, a.process::text,
               session_fleet_beat.world, session_fleet_beat.timeline, session_fleet_beat.settled, session_fleet_beat.runnable,
               session_fleet_beat.claimable, session_fleet_beat.stopped, session_fleet_beat.refused, session_fleet_beat.wanted,
               session_fleet_beat.awaited
          from @home@.session_agents a where a.state <> 'ended' order by a.id;
    end
    $function$;

    -- Ends an agent whose beat is the one that was seen, and whether it did: not if it has beaten since. Waits for a
    -- claim of its. Its sessions are orphans then, which others may claim.
    create or replace function @home@.session_fleet_end(peer bigint, seen_beat bigint) returns boolean
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    declare
      victim record;
    begin
      perform @home@.session_fleet_require_right();
      perform @home@.session_fleet_durable();
      -- As one who deletes it would: claims hold the row against that, while beats pass them by.
      select a.id, a.name, a.held into victim from @home@.session_agents a
       where a.id = peer and a.state <> 'ended' and a.beat = seen_beat for update;
      if not found then
        return false;
      end if;
      update @home@.session_agents a
         set state = 'ended', ended_at = clock_timestamp(), clean = false,
             settled = not exists (select from @home@.session_leases l where l.agent_id = peer)
       where a.id = peer;
      insert into @home@.session_activity (session_id, activity_type, details)
        values ('*', 'agent_ended', jsonb_build_object('by', session_user, 'agent', victim.id, 'name', victim.name, 'held', victim.held));
      return true;
    end
    $function$;

    -- Ends an agent that says so itself, and tells how many sessions it still held. With leave_orphans it ends with
    -- them, and others may claim them at once: only if none of them is connected any more. Without, it then
    -- stays, draining, so that nobody takes them before it was silent for long enough.
    create or replace function @home@.session_fleet_leave(agent bigint, leave_orphans boolean) returns integer
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    declare
      holds integer;
    begin
      perform @home@.session_fleet_require_right();
      perform @home@.session_fleet_durable();
      perform from @home@.session_agents a where a.id = agent and a.state <> 'ended' for update;
      if not found then
        raise exception 'vibee-session: agent % has ended', agent using errcode = 'VK003';
      end if;
      holds := (select count(*) from @home@.session_leases l where l.agent_id = agent);
      if holds = 0 or leave_orphans then
        update @home@.session_agents a
           set state = 'ended', ended_at = clock_timestamp(), clean = true, held = holds, settled = (holds = 0)
         where a.id = agent;
      else
        update @home@.session_agents a set state = 'draining' where a.id = agent;
      end if;
      return holds;
    end
    $function$;

    -- For an agent or an operator: taking, cordoned (takes no more) or draining (lets go of all). Whether there is such an agent.
    create or replace function @home@.session_fleet_mark(agent bigint, new_state text) returns boolean
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    begin
      perform @home@.session_fleet_require_right();
      if new_state is null or new_state not in ('taking', 'cordoned', 'draining') then
        raise exception 'vibee-session: an agent is marked taking, cordoned or draining' using errcode = '22023';
      end if;
      perform @home@.session_fleet_durable();
      update @home@.session_agents a set state = new_state where a.id = agent and a.state <> 'ended';
      if not found then
        return false;
      end if;
      insert into @home@.session_activity (session_id, activity_type, details)
        values ('*', 'agent_marked', jsonb_strip_nulls(jsonb_build_object('by', session_user, 'actor', @home@.session_actor(),
          'agent', agent, 'state', new_state)));
      return true;
    end
    $function$;

    ---------------------------------------------------------------------------------------------
    -- Sessions
    ---------------------------------------------------------------------------------------------

    -- Refuses those who know another timeline: there they may hold again what they have released, and what they claimed
    -- may be somebody else's.
    create or replace function @home@.session_fleet_require_timeline(known bigint) returns void
      language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $function$
    declare
      here bigint := @home@.session_fleet_timeline();
    begin
      if known is distinct from here then
        raise exception 'vibee-session: this server is on timeline %, not on %', here, coalesce(known::text, 'an unknown one')
          using errcode = 'VK005', detail = here::text, hint = 'A standby was promoted: beat first, and wait if it is not settled.';
      end if;
    end
    $function$;

    -- Gives an agent at most so many sessions that nobody has, orphans first, each with a new token; what others are
    -- about to write is skipped. VK005, VK003: another timeline, the agent has ended. No row of user_sessions is locked.
    -- With only_session, that one alone, under the same conditions.
    --
    -- A session can be what kills its holders, and whoever has died cannot tell which one it was. So a lease counts as
    -- tried when its agent was ended by others soon after the claim and had not been steady since: it is freed with one
    -- bad end more. What the agent had been steady with is innocent, and given at once. Free sessions with bad ends are
    -- suspects. They come after all others, one by itself if it has two bad ends, else up to 50 that have one; and
    -- whoever holds one that it has not been steady with gets nothing more. So three deaths single out the session that
    -- kills processes: first the whole unsettled wave is suspect, then groups of 50, then one by one, and the third bad
    -- end puts it in quarantine.
    create or replace function @home@.session_fleet_claim(agent bigint, at_most integer, on_timeline bigint, only_session text)
      returns table (session_id text, token bigint)
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
    as $function$
    #variable_conflict use_column
    declare
      claimant record;
      stopped boolean;
      history text;
      at_once timestamptz;
      others_silence interval;
      least_token bigint;
      dead record;
      ids text[];
      found_ids text[];
      taken text[] := '{}';
      room integer := least(coalesce(at_most, 0), case when only_session is not null then 1 end);
      room_for_tried integer := 2500;
      rounds integer := 0;
      passes integer[];
      pass integer;
      suspects_only boolean := false;
      tried record;
    begin
      perform @home@.session_fleet_require_right();
      perform @home@.session_fleet_durable();
      perform @home@.session_fleet_require_timeline(on_timeline);
      -- In the order of the migration, which locks the table and then comes to leases.
      lock table @home@.user_sessions in access share mode;
      -- Before any lease: whoever would end this agent finds its row locked, or this one finds that it has ended.
      select a.state, coalesce(a.steady_at, '-infinity') as steady_at into claimant
        from @home@.session_agents a where a.id = agent and a.state <> 'ended' for key share;
      if not found then
        raise exception 'vibee-session: agent % has ended', agent using errcode = 'VK003';
      end if;
      select f.others_silence, f.stopped_at is not null into others_silence, stopped from @home@.session_fleet f where f.id = 1;
      at_once := clock_timestamp();
      -- Suspects that it has yet to be steady with; not by a clock that has jumped back since.
      if stopped or claimant.state <> 'taking'
        or exists (select from @home@.session_leases l
                    where l.agent_id = agent and l.bad_ends > 0 and l.claimed_at > claimant.steady_at and l.claimed_at <= at_once) then
        room := 0;
      end if;
      -- Above all that an earlier timeline gave out, also what a promotion has lost.
      least_token := on_timeline << 40;

      for dead in
        select a.id, a.clean, a.ended_at, coalesce(a.steady_at, '-infinity') as steady_at from @home@.session_agents a
         where a.state = 'ended' and not a.settled
           and (only_session is null or a.id = (select l.agent_id from @home@.session_leases l where l.session_id = only_session))
         order by a.id
      loop
        exit when room <= 0;
        -- Suspects are freed first. Of one that left by itself, those that it was still to be steady with stay suspects.
        select array_agg(o.session_id) into ids from (
          select l.session_id::text from @home@.session_leases l
           where l.agent_id = dead.id and (only_session is null or l.session_id = only_session)
             and l.claimed_at > dead.steady_at
             and case when dead.clean then l.bad_ends > 0 else l.claimed_at > dead.ended_at - interval '10 minutes' end
           limit room_for_tried for no key update skip locked) as o;
        room_for_tried := room_for_tried - coalesce(cardinality(ids), 0);
        for tried in
          update @home@.session_leases l
             set bad_ends = l.bad_ends + case when dead.clean then 0 else 1 end,
                 quarantined_at = case when l.quarantined_at is null and not dead.clean and l.bad_ends >= 2 then at_once else l.quarantined_at end,
                 reason = case when l.quarantined_at is null and not dead.clean and l.bad_ends >= 2 then 'holders died' else l.reason end,
                 -- Somebody who takes no part has reported the session since then: it runs there.
                 agent_id = null, released_at = dead.ended_at, wanted_by = null, waits_since = at_once, known_seen_at = s.last_seen_at,
                 elsewhere = coalesce(s.last_seen_at > greatest(dead.ended_at, at_once - others_silence), false),
                 free_at = case when s.last_seen_at > greatest(dead.ended_at, at_once - others_silence)
                   then least(s.last_seen_at, at_once) + others_silence else at_once end
            from unnest(ids) as i (id) left join @home@.user_sessions s on s.session_id = i.id
           where l.session_id = i.id
          returning l.session_id, l.bad_ends, l.quarantined_at, l.token
        loop
          if tried.quarantined_at = at_once then
            insert into @home@.session_activity (session_id, activity_type, details)
              values (tried.session_id, 'session_quarantined', jsonb_build_object('by', session_user,
                'agent', dead.id, 'token', tried.token, 'reason', 'holders died', 'bad_ends', tried.bad_ends));
          end if;
        end loop;
        select array_agg(o.session_id) into ids from (
          select l.session_id::text from @home@.session_leases l
           where l.agent_id = dead.id and (only_session is null or l.session_id = only_session)
             and (l.claimed_at > dead.steady_at
                  and case when dead.clean then l.bad_ends > 0 else l.claimed_at > dead.ended_at - interval '10 minutes' end) is not true
             -- What another agent wants it shall have.
             and (only_session is null or l.wanted_by is null or l.wanted_by = agent
                  or l.wanted_until <= at_once or l.wanted_until > at_once + interval '1 minute')
           limit room for no key update skip locked) as o;
        -- As above.
        update @home@.session_leases l
           set agent_id = null, released_at = dead.ended_at, wanted_by = null, waits_since = at_once, known_seen_at = s.last_seen_at,
               bad_ends = 0, elsewhere = coalesce(s.last_seen_at > greatest(dead.ended_at, at_once - others_silence), false),
               free_at = case when s.last_seen_at > greatest(dead.ended_at, at_once - others_silence)
                 then least(s.last_seen_at, at_once) + others_silence else at_once end
          from unnest(ids) as i (id) left join @home@.user_sessions s on s.session_id = i.id
         where l.session_id = i.id
           and not (l.runnable and l.quarantined_at is null and coalesce(l.quiet_until <= at_once, true)
                    and coalesce(s.last_seen_at <= greatest(dead.ended_at, at_once - others_silence), true));
        with claimed as (
          update @home@.session_leases l
             set agent_id = agent, token = greatest(l.token, least_token) + 1, claimed_at = at_once, elsewhere = false,
                 wanted_by = null, wanted_until = null, bad_ends = 0
           where l.session_id = any (ids) and l.agent_id = dead.id
          returning l.session_id)
        select array_agg(c.session_id::text) into found_ids from claimed c;
        taken := taken || coalesce(found_ids, '{}');
        room := room - coalesce(cardinality(found_ids), 0);
        if not exists (select from @home@.session_leases l where l.agent_id = dead.id) then
          update @home@.session_agents a set settled = true
           where a.id in (select b.id from @home@.session_agents b where b.id = dead.id for no key update skip locked);
        end if;
      end loop;

      -- What this agent asked for, what has been free for the longest, and what waits by a clock that has jumped back;
      -- then suspects, if there was nothing else: one alone, or some. Those that have waited for ten seconds come first
      -- every other ten seconds, or a long handover would keep them from everybody. Or the one that was named.
      passes := array[1, 2, 3, 4, 5];
      if only_session is not null then
        passes := array[6];
      elsif floor(extract(epoch from at_once) / 10)::bigint % 2 = 0
        and exists (select from @home@.session_leases l
                     where l.agent_id is null and l.bad_ends > 0 and l.runnable and l.quarantined_at is null
                       and l.free_at <= at_once - interval '10 seconds' and coalesce(l.quiet_until <= at_once, true)) then
        passes := array[4, 5, 1, 2, 3];
      end if;
      foreach pass in array passes loop
        exit when cardinality(taken) > 0 and (suspects_only or passes[1] = 1 and pass in (4, 5));
        continue when cardinality(taken) > 0 and pass in (4, 5);
        suspects_only := pass in (4, 5);
        loop
          -- What runs elsewhere is marked, and then left out, a round at a time: the next claim goes on with it.
          exit when room <= 0 or rounds >= 10;
          if pass = 1 then
            select array_agg(f.session_id) into ids from (
              select l.session_id::text from @home@.session_leases l
               where l.wanted_by is not null and l.wanted_by = agent and l.agent_id is null and l.runnable and l.quarantined_at is null
                 and (l.free_at <= at_once or l.waits_since > at_once) and coalesce(l.quiet_until <= at_once, true) and l.bad_ends = 0
               limit room for no key update skip locked) as f;
          elsif pass = 2 then
            select array_agg(f.session_id) into ids from (
              select l.session_id::text from @home@.session_leases l
               where l.agent_id is null and l.runnable and l.quarantined_at is null
                 and l.free_at <= at_once and coalesce(l.quiet_until <= at_once, true) and l.bad_ends = 0
                 and (l.wanted_by is null or l.wanted_until <= at_once or l.wanted_until > at_once + interval '1 minute')
               order by l.free_at limit room for no key update skip locked) as f;
          elsif pass = 3 then
            select array_agg(f.session_id) into ids from (
              select l.session_id::text from @home@.session_leases l
               where l.agent_id is null and l.runnable and l.quarantined_at is null
                 and l.waits_since > at_once and l.free_at > at_once and coalesce(l.quiet_until <= at_once, true) and l.bad_ends = 0
                 and (l.wanted_by is null or l.wanted_until <= at_once or l.wanted_until > at_once + interval '1 minute')
               order by l.waits_since limit room for no key update skip locked) as f;
          elsif pass in (4, 5) then
            select array_agg(f.session_id) into ids from (
              select l.session_id::text from @home@.session_leases l
               where l.agent_id is null and l.bad_ends > 0 and (l.bad_ends >= 2) = (pass = 4) and l.runnable and l.quarantined_at is null
                 and (l.free_at <= at_once or l.waits_since > at_once) and coalesce(l.quiet_until <= at_once, true)
                 and (l.wanted_by is null or l.wanted_by = agent or l.wanted_until <= at_once or l.wanted_until > at_once + interval '1 minute')
               order by l.bad_ends, l.free_at, l.session_id limit case when pass = 4 then 1 else least(room, 50) end
               for no key update skip locked) as f;
          else
            select array_agg(f.session_id) into ids from (
              select l.session_id::text from @home@.session_leases l
               where l.session_id = only_session and l.agent_id is null and l.runnable and l.quarantined_at is null
                 and (l.free_at <= at_once or l.waits_since > at_once) and coalesce(l.quiet_until <= at_once, true)
                 and (l.wanted_by is null or l.wanted_by = agent or l.wanted_until <= at_once or l.wanted_until > at_once + interval '1 minute')
               for no key update skip locked) as f;
          end if;
          exit when ids is null;
          rounds := rounds + 1;
          -- Whoever takes no part in the fleet shows itself by last_seen_at, another one than was seen before. Those wait.
          update @home@.session_leases l
             set waits_since = at_once, elsewhere = true, known_seen_at = s.last_seen_at,
                 free_at = greatest(at_once + interval '1 second', least(s.last_seen_at, at_once) + others_silence)
            from @home@.user_sessions s
           where l.session_id = any (ids) and s.session_id = l.session_id
             and s.last_seen_at > at_once - others_silence and s.last_seen_at is distinct from l.known_seen_at;
          with claimed as (
            update @home@.session_leases l
               set agent_id = agent, token = greatest(l.token, least_token) + 1, claimed_at = at_once, elsewhere = false,
                   wanted_by = null, wanted_until = null
             where l.session_id = any (ids) and not (l.elsewhere and l.waits_since = at_once)
            returning l.session_id)
          select array_agg(c.session_id::text) into found_ids from claimed c;
          taken := taken || coalesce(found_ids, '{}');
          room := room - coalesce(cardinality(found_ids), 0);
          exit when cardinality(found_ids) = cardinality(ids);
        end loop;
      end loop;

      -- It has waited, so that those who come now need not.
      history := @home@.session_fleet_history();
      update @home@.session_fleet f set settled_on = history
       where f.id in (select g.id from @home@.session_fleet g where g.id = 1 and g.settled_on is distinct from history for no key update skip locked);
      -- Last: from here on the agent's own beat waits for this to be committed.
      update @home@.session_agents a set held = a.held + cardinality(taken) where a.id = agent and cardinality(taken) > 0;
      return query select l.session_id::text, l.token from @home@.session_leases l where l.session_id = any (taken);
    end
    $function$;

    -- What an agent has: to compare, after an outcome that it does not know. VK005, VK003: another timeline, the agent
    -- has ended. Beats tell their number, as claims and releases count; who mended leases by hand is put right here.
    create or replace function @home@.session_fleet_held(agent bigint, on_timeline bigint) returns table (session_id text, token bigint)
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    declare
      counted integer;
    begin
      perform @home@.session_fleet_require_right();
      perform @home@.session_fleet_require_timeline(on_timeline);
      select a.held into counted from @home@.session_agents a where a.id = agent and a.state <> 'ended';
      if not found then
        raise exception 'vibee-session: agent % has ended', agent using errcode = 'VK003';
      end if;
      if counted <> (select count(*) from @home@.session_leases l where l.agent_id = agent) then
        -- Counted under the lock: a claim that has yet to commit adds what it took to what stands here.
        perform from @home@.session_agents a where a.id = agent for no key update;
        update @home@.session_agents a set held = (select count(*) from @home@.session_leases l where l.agent_id = agent)
         where a.id = agent and a.state <> 'ended';
      end if;
      return query select l.session_id::text, l.token from @home@.session_leases l where l.agent_id = agent order by 1;
    end
    $function$;

    -- Gives up sessions, of which an agent tells the tokens; nobody may claim them during the cool-down, at most an hour.
    -- Carried out late, it does no harm: whoever has the session by then has another token. Returns those
    -- that were released: not others', and none that somebody is writing right now, which is to be tried again.
    create or replace function @home@.session_fleet_release(agent bigint, session_ids text[], tokens bigint[], cool_down interval)
      returns table (session_id text, token bigint)
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    #variable_conflict use_column
    declare
      ids text[];
      at_once timestamptz;
    begin
      perform @home@.session_fleet_require_right();
      perform @home@.session_fleet_durable();
      -- In the order of the migration, which locks the table and then comes to leases.
      lock table @home@.user_sessions in access share mode;
      select coalesce(array_agg(o.session_id), '{}') into ids from (
        select l.session_id::text from @home@.session_leases l join unnest(session_ids, tokens) as r (session_id, token)
            on l.session_id = r.session_id and l.token = r.token
         where l.agent_id = agent for no key update of l skip locked) as o;
      at_once := clock_timestamp();
      return query
        update @home@.session_leases l
           set agent_id = null, released_at = at_once, waits_since = at_once, elsewhere = false,
               -- It killed nobody: its holder has been steady with it.
               bad_ends = case when l.claimed_at <= (select a.steady_at from @home@.session_agents a where a.id = agent) then 0 else l.bad_ends end,
               free_at = at_once + greatest(least(coalesce(cool_down, interval '0'), interval '1 hour'), interval '0'),
               -- What its holder has reported itself is no sign of anybody else.
               known_seen_at = (select s.last_seen_at from @home@.user_sessions s where s.session_id = l.session_id)
         where l.session_id = any (ids)
        returning l.session_id::text, l.token;
      update @home@.session_agents a set held = greatest(a.held - cardinality(ids), 0)
       where a.id = agent and a.state <> 'ended' and cardinality(ids) > 0;
    end
    $function$;

    -- Which of these leases are held no more, by their tokens: another has the session, nobody, or one that has ended.
    -- The others stay with their holders until the caller's transaction ends; so call it last, after sessions were written.
    create or replace function @home@.session_fleet_stale(session_ids text[], tokens bigint[]) returns table (session_id text)
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    #variable_conflict use_column
    begin
      perform @home@.session_fleet_require_right();
      perform from @home@.session_leases l where l.session_id = any (session_ids) order by l.session_id for share;
      return query
        select r.session_id from unnest(session_ids, tokens) as r (session_id, token)
         where not exists (select from @home@.session_leases l join @home@.session_agents a on a.id = l.agent_id
                            where l.session_id = r.session_id and l.token = r.token and a.state <> 'ended')
         order by 1;
    end
    $function$;

    -- Asks the holder of a session for it: it hears of it with its next beat, or by the log, and for a minute after it has
    -- let go nobody else takes it. Whether somebody else holds it, or nobody; false also while somebody is writing it.
    create or replace function @home@.session_fleet_want(agent bigint, wanted_session text) returns boolean
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    declare
      earlier record;
      at_once timestamptz := clock_timestamp();
    begin
      perform @home@.session_fleet_require_right();
      if not exists (select from @home@.session_agents a where a.id = agent and a.state = 'taking') then
        return false;
      end if;
      select l.wanted_by, l.wanted_until into earlier from @home@.session_leases l
       where l.session_id = wanted_session and l.agent_id is distinct from agent
         for no key update skip locked;
      if not found then
        return false;
      end if;
      update @home@.session_leases l set wanted_by = agent, wanted_until = at_once + interval '1 minute'
       where l.session_id = wanted_session;
      -- Not each time that it asks again.
      if (earlier.wanted_by = agent and earlier.wanted_until > at_once and earlier.wanted_until <= at_once + interval '1 minute') is not true then
        insert into @home@.session_activity (session_id, activity_type, details)
          values (wanted_session, 'session_wanted', jsonb_strip_nulls(jsonb_build_object('by', session_user,
            'actor', @home@.session_actor(), 'agent', agent)));
      end if;
      return true;
    end
    $function$;

    -- Stops a session for everybody, until somebody clears it. By its holder, with its token, or by an operator, with
    -- null for both. Nobody claims it any more; who holds it reads of it in the log. False: no such session, or another token.
    create or replace function @home@.session_fleet_quarantine(agent bigint, spoiled_session text, held_token bigint, why text)
      returns boolean
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    begin
      perform @home@.session_fleet_require_right();
      perform @home@.session_fleet_durable();
      update @home@.session_leases l
         set quarantined_at = clock_timestamp(), reason = coalesce(nullif(left(why, 255), ''), 'not told'), by_holder = agent is not null
       where l.session_id = spoiled_session
         and (agent is null and held_token is null or l.agent_id = agent and l.token = held_token);
      if not found then
        return false;
      end if;
      insert into @home@.session_activity (session_id, activity_type, details)
        values (spoiled_session, 'session_quarantined', jsonb_strip_nulls(jsonb_build_object('by', session_user,
          'actor', @home@.session_actor(), 'agent', agent, 'token', held_token, 'reason', left(why, 255))));
      return true;
    end
    $function$;

    -- Lets a session run again that was quarantined or quiet; whether it was.
    create or replace function @home@.session_fleet_clear(spoiled_session text) returns boolean
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    declare
      earlier record;
    begin
      perform @home@.session_fleet_require_right();
      select l.reason, l.quiet_until into earlier from @home@.session_leases l
       where l.session_id = spoiled_session and (l.quarantined_at is not null or l.quiet_until > clock_timestamp())
         for no key update;
      if not found then
        return false;
      end if;
      update @home@.session_leases l
         set quarantined_at = null, reason = null, by_holder = false, quiet_until = null, bad_ends = 0
       where l.session_id = spoiled_session;
      insert into @home@.session_activity (session_id, activity_type, details)
        values (spoiled_session, 'session_cleared', jsonb_strip_nulls(jsonb_build_object('by', session_user,
          'actor', @home@.session_actor(), 'reason', earlier.reason, 'quiet_until', earlier.quiet_until)));
      return true;
    end
    $function$;

    -- Nobody starts a session before that time, after Telegram asked for a pause. What runs goes on. False: another token,
    -- or somebody is writing the session at this moment.
    create or replace function @home@.session_fleet_quiet(agent bigint, quiet_session text, held_token bigint, until timestamptz)
      returns boolean
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    begin
      perform @home@.session_fleet_require_right();
      update @home@.session_leases l set quiet_until = least(session_fleet_quiet.until, clock_timestamp() + interval '30 days')
       where l.session_id in (select o.session_id from @home@.session_leases o
                               where o.session_id = quiet_session and o.agent_id = agent and o.token = held_token for no key update skip locked);
      return found;
    end
    $function$;

    -- The brake: nobody in the fleet starts anything more, what runs goes on. Whether it was open.
    create or replace function @home@.session_fleet_stop(why text) returns boolean
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    begin
      perform @home@.session_fleet_require_right();
      perform @home@.session_fleet_durable();
      update @home@.session_fleet f set stopped_at = clock_timestamp(), stopped_why = left(why, 255) where f.stopped_at is null;
      if found then
        insert into @home@.session_activity (session_id, activity_type, details)
          values ('*', 'fleet_stopped', jsonb_strip_nulls(jsonb_build_object('by', session_user, 'actor', @home@.session_actor(), 'reason', left(why, 255))));
        return true;
      end if;
      return false;
    end
    $function$;

    create or replace function @home@.session_fleet_resume() returns boolean
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    begin
      perform @home@.session_fleet_require_right();
      update @home@.session_fleet f set stopped_at = null, stopped_why = null where f.stopped_at is not null;
      if found then
        insert into @home@.session_activity (session_id, activity_type, details)
          values ('*', 'fleet_resumed', jsonb_strip_nulls(jsonb_build_object('by', session_user, 'actor', @home@.session_actor())));
        return true;
      end if;
      return false;
    end
    $function$;

    ---------------------------------------------------------------------------------------------
    -- For people, and the feed
    ---------------------------------------------------------------------------------------------

    -- Who holds which session, and why one does not run: of one session, or of all with null.
    create or replace function @home@.session_fleet_sessions(of_session text)
      returns table (session_id text, state text, detail text, until timestamptz, agent_id bigint, agent text, address text,
        since timestamptz, token bigint)
      language sql volatile set search_path = pg_catalog, pg_temp
    as $function$
      select l.session_id::text, w.state,
             case w.state when 'quarantined' then l.reason when 'stopped' then f.stopped_why end::text,
             case w.state when 'quiet' then l.quiet_until when 'cooling' then l.free_at
               when 'elsewhere' then greatest(case when l.elsewhere then l.free_at end, least(s.last_seen_at, clock_timestamp()) + f.others_silence) end,
             a.id, a.name::text, a.address::text, case when a.id is not null then l.claimed_at else l.quarantined_at end, l.token
        -- In this order, which is the one in which a migration locks them.
        from @home@.user_sessions s
        right join @home@.session_leases l on l.session_id = s.session_id
        left join @home@.session_agents a on a.id = l.agent_id
        left join @home@.session_fleet f on f.id = 1
        cross join lateral (select case
          when s.session_id is null and a.id is null then 'deleted'
          when l.quarantined_at is not null then 'quarantined'
          when a.state <> 'ended' then 'held'
          when not l.runnable then 'inactive'
          when l.quiet_until > clock_timestamp() then 'quiet'
          when f.stopped_at is not null then 'stopped'
          when not exists (select from @home@.session_agents b where b.state <> 'ended') then 'no agent'
          when l.agent_id is not null then 'orphaned'
          when s.last_seen_at > clock_timestamp() - f.others_silence and s.last_seen_at is distinct from l.known_seen_at then 'elsewhere'
          when l.free_at > clock_timestamp() and l.waits_since <= clock_timestamp() then case when l.elsewhere then 'elsewhere' else 'cooling' end
          else 'free' end as state) as w
       where of_session is null or l.session_id = of_session
       order by l.session_id
    $function$;

    -- The agents: those that have not ended, then those that have within a week.
    create or replace function @home@.session_fleet_agents()
      returns table (agent_id bigint, name text, address text, generation bigint, capacity integer, held integer, running integer,
        steady boolean, state text, clean boolean, silence interval, started_at timestamptz, seen_at timestamptz, ended_at timestamptz)
      language sql volatile set search_path = pg_catalog, pg_temp
    as $function$
      select a.id, a.name::text, a.address::text, a.generation, a.capacity, a.held, a.running, a.steady_at is not null, a.state::text,
             a.clean, a.silence, a.started_at, a.seen_at, a.ended_at
        from @home@.session_agents a
       where a.state <> 'ended' or a.ended_at > clock_timestamp() - interval '7 days'
       order by a.state = 'ended', a.id
    $function$;

    -- What must not be started by those who take no part: sessions that an agent holds, and those in quarantine; one of
    -- them, or all with null. For everybody who may read the ids of sessions; they need know nothing else of the fleet.
    create or replace function @home@.session_fleet_taken(of_session text)
      returns table (session_id text, state text, detail text, since timestamptz, token bigint, agent_id bigint, agent text, address text)
      language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $function$
    #variable_conflict use_column
    declare
      caller name := case current_setting('role') when 'none' then session_user else current_setting('role') end;
    begin
      if not has_column_privilege(caller, '@home@.user_sessions'::regclass, 'session_id', 'SELECT') then
        raise exception 'vibee-session: role "%" may not read sessions', caller
          using errcode = '42501', hint = 'It needs SELECT on user_sessions; see docs/security.md.';
      end if;
      return query
        select w.session_id, w.state, w.detail, w.since, w.token, w.agent_id, w.agent, w.address
          from @home@.session_fleet_sessions(of_session) w where w.state in ('held', 'quarantined');
    end
    $function$;

    -- What changed since a snapshot that this returned before: entries of the log that were not visible to it, and are
    -- now. The first row is the new snapshot, with the world; those that follow, at most so many, are entries. More:
    -- "complete" is false, and all has to be read again, as when world or timeline are others. With null, no entries.
    create or replace function @home@.session_fleet_changes(since pg_snapshot, at_most integer)
      returns table (snapshot pg_snapshot, world bigint, timeline bigint, complete boolean, session_id text,
        previous_session_id text, user_id text, activity_type text)
      -- As for a beat: however long the log has become. In plpgsql, whose plans are kept between calls. What a policy
      -- hides from the caller is an error, or changes would be missed.
      language plpgsql volatile set search_path = pg_catalog, pg_temp set row_security = off set enable_seqscan = off set jit = off
    as $function$
    #variable_conflict use_column
    begin
      -- From xmax on, or of a transaction that was open: all from xmin on would be read again with each poll for as
      -- long as one stays open, in any database.
      return query
      with entries as materialized (
        select * from (
          (select a.xid, a.id, a.session_id, a.user_id, a.activity_type, a.details ->> 'previous_session_id' as previous_session_id
             from @home@.session_activity a
            where a.xid >= pg_snapshot_xmax(since)
              -- A restored dump, or somebody who writes the log, can name transactions that are yet to come.
              and pg_visible_in_snapshot(a.xid, pg_current_snapshot())
            order by a.xid, a.id limit at_most + 1)
          union all
          (select a.xid, a.id, a.session_id, a.user_id, a.activity_type, a.details ->> 'previous_session_id'
             from @home@.session_activity a
            where a.xid = any (array(select pg_snapshot_xip(since))) and pg_visible_in_snapshot(a.xid, pg_current_snapshot())
            order by a.xid, a.id limit at_most + 1)) as unseen
         limit at_most + 1)
      select * from (
        select pg_current_snapshot(), w.world, w.timeline, (select count(*) from entries) <= at_most, null::text, null::text, null::text, null::text
          from @home@.session_fleet_world() w
        union all
        (select null::pg_snapshot, null::bigint, null::bigint, null::boolean, e.session_id::text, e.previous_session_id, e.user_id::text, e.activity_type::text
          from entries e order by e.id limit at_most)) as told;
    end
    $function$;

    ---------------------------------------------------------------------------------------------
    -- Sessions come and go
    ---------------------------------------------------------------------------------------------

    create or replace function @home@.session_fleet_follow() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $function$
    begin
      if tg_relid <> '@home@.user_sessions'::regclass then
        -- Anybody may name a function in a trigger of a table of their own.
        raise exception 'vibee-session: this function serves the table user_sessions alone' using errcode = '42501';
      end if;
      if tg_op = 'TRUNCATE' then
        update @home@.session_leases l set runnable = false where l.runnable;
        return null;
      end if;
      if tg_op = 'DELETE' then
        update @home@.session_leases l set runnable = false where l.session_id = old.session_id and l.runnable;
        return null;
      end if;
      if tg_op = 'UPDATE' then
        if old.session_id <> new.session_id then
          update @home@.session_leases l set runnable = false where l.session_id = old.session_id and l.runnable;
        end if;
      end if;
      insert into @home@.session_leases as l (session_id, runnable) values (new.session_id, new.is_active)
        on conflict (session_id) do update set runnable = excluded.runnable where l.runnable <> excluded.runnable;
      if tg_op = 'UPDATE' then
        if old.session_id <> new.session_id then
          -- What an agent of the fleet has reported of it is no sign of one that takes no part.
          update @home@.session_leases l set known_seen_at = new.last_seen_at
           where l.session_id = new.session_id
             and exists (select from @home@.session_leases o join @home@.session_agents a on a.id = o.agent_id
                          where o.session_id = old.session_id and a.state <> 'ended');
        end if;
      end if;
      return null;
    end
    $function$;

    -- Not for last_seen_at: a heartbeat costs no trigger.
    drop trigger if exists session_fleet_rows on @home@.user_sessions;
    create trigger session_fleet_rows after insert or delete
      on @home@.user_sessions for each row execute function @home@.session_fleet_follow();
    drop trigger if exists session_fleet_update on @home@.user_sessions;
    create trigger session_fleet_update after update on @home@.user_sessions for each row
      when (old.session_id <> new.session_id or old.is_active <> new.is_active) execute function @home@.session_fleet_follow();
    drop trigger if exists session_fleet_truncate on @home@.user_sessions;
    create trigger session_fleet_truncate after truncate
      on @home@.user_sessions for each statement execute function @home@.session_fleet_follow();

    -- Those that have their owner's rights are granted to those who take part; see docs/security.md. What agents
    -- of today need to know is for all: they were granted their rights before there was a fleet.
    for item in
      select p.oid::regprocedure as function from pg_proc p
       where p.pronamespace = (select oid from pg_namespace where nspname = '@home@name@')
         and p.proname ~ '^session_fleet_' and p.proname <> 'session_fleet_taken' and p.prosecdef
    loop
      execute format('revoke execute on function %s from public', item.function);
    end loop;

    -- See 001.
    for item in
      select p.oid::regprocedure as function, s.name as setting, s.value
        from pg_proc p,
             (select name, 'off' as value from pg_settings where name ~ '^debug_print_' and context = 'user'
              union all values ('client_min_messages', 'notice'), ('row_security', 'off')) as s
       where p.pronamespace = (select oid from pg_namespace where nspname = '@home@name@')
         and p.proname ~ '^session_fleet_' and p.prosecdef
       order by 1, 2
    loop
      execute format('alter function %s set %I = %L', item.function, item.setting, item.value);
    end loop;

    -- Agents call these without a transaction of their own, and so without its bounds.
    for item in
      select p.oid::regprocedure as function from pg_proc p
       where p.pronamespace = (select oid from pg_namespace where nspname = '@home@name@')
         and p.proname in ('session_fleet_register', 'session_fleet_beat', 'session_fleet_end', 'session_fleet_claim',
               'session_fleet_held', 'session_fleet_release', 'session_fleet_leave', 'session_fleet_want', 'session_fleet_quiet')
       order by 1
    loop
      execute format('alter function %s set lock_timeout = %L', item.function, '10s');
    end loop;

    -- Default privileges gave rights on what was made just now.
    for item in
      select distinct new.kind, new.object, given.grantee
        from (select 'table' as kind, c.oid::regclass::text as object, c.oid, c.relacl as acl, c.relowner as owner
                from pg_class c where c.relkind = 'r'
                 and c.relnamespace = (select oid from pg_namespace where nspname = '@home@name@')
                 and c.relname in ('session_agents', 'session_leases', 'session_fleet', 'session_fleet_world')
              union all
              select 'function', p.oid::regprocedure::text, p.oid, p.proacl, p.proowner
                from pg_proc p where p.pronamespace = (select oid from pg_namespace where nspname = '@home@name@')
                 and p.proname ~ '^session_fleet_') as new,
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

    foreach obstacle in array grants loop
      execute obstacle;
    end loop;

    -- A fleet that has had no agent need not wait for any.
    insert into @home@.session_fleet (id, version, objects, settled_on)
      select 1, 2, jsonb_object_agg(o.object, o.state),
             case when not exists (select from @home@.session_agents) then @home@.session_fleet_history() end
        from @home@.session_fleet_objects() o
      on conflict (id) do update set version = excluded.version, objects = excluded.objects;
  end if;

  -- The rows that are there, and those that were written while the triggers did not fire: by replication, or by
  -- whoever disabled them. The session first, then its lease, as its writers do.
  insert into @home@.session_leases (session_id, runnable)
    select s.session_id, s.is_active from @home@.user_sessions s
     where not exists (select from @home@.session_leases l where l.session_id = s.session_id)
    on conflict (session_id) do nothing;
  for item in
    select l.session_id from @home@.session_leases l left join @home@.user_sessions s on s.session_id = l.session_id
     where l.runnable <> coalesce(s.is_active, false) order by s.id
  loop
    perform from @home@.user_sessions s where s.session_id = item.session_id for share;
    update @home@.session_leases l
       set runnable = coalesce((select s.is_active from @home@.user_sessions s where s.session_id = item.session_id), false)
     where l.session_id = item.session_id;
  end loop;
  -- Of rows that came without that of the fleet, no agent's id may come again.
  update @home@.session_fleet f set last_agent_id = used.last
    from (select max(id) as last from (select max(a.id) as id from @home@.session_agents a
                                       union all select max(l.agent_id) from @home@.session_leases l) as ids) as used
   where f.id = 1 and used.last > f.last_agent_id;
end
$block$
  $schema$, '@home@name@', home), '@home@', quote_ident(home));

  -- The transaction may be the caller's.
  perform set_config('search_path', callers_path, true);
  perform set_config('client_min_messages', callers_messages, true);
  perform set_config('standard_conforming_strings', callers_strings, true);
  perform set_config('quote_all_identifiers', callers_quotes, true);
  perform set_config('lock_timeout', callers_lock_timeout, true);
end
$migration$;

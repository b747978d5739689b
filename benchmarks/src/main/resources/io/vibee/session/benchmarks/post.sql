-- What POST /api/v1/sessions does in the database, statement by statement, for a session that is there.
\set id random(1, :sessions)
\set phone random(1000000, 9999999)
begin;
set transaction isolation level read committed;
select set_config('vibee.actor', 'local', true);
update user_sessions set api_hash_encrypted = api_hash_encrypted where false;
select s.id, s.user_id, s.session_id, s.api_id, s.username, s.phone, s.is_active, s.is_authorized,
       s.digital_twin_enabled, s.auto_reply_enabled, s.target_chats, s.last_seen_at,
       s.created_at, s.updated_at, s.revision, s.key_version
  from user_sessions s where s.user_id = 'user_' || :id::text for no key update;
insert into user_sessions as s (user_id, session_id, api_id, username, phone, is_active,
    is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats, api_hash_encrypted)
  values ('user_' || :id::text, 'sess_' || :id::text, 94892, null, '+1' || :phone::text, true,
    false, false, true, coalesce(null::jsonb, '[]'),
    session_hash_encrypt(md5(:id::text), (select master_key from encryption_keys where id = 1)))
  on conflict (user_id) do update set
    session_id = excluded.session_id,
    api_id = excluded.api_id,
    username = excluded.username,
    phone = excluded.phone,
    is_active = excluded.is_active,
    is_authorized = excluded.is_authorized,
    digital_twin_enabled = excluded.digital_twin_enabled,
    auto_reply_enabled = excluded.auto_reply_enabled,
    target_chats = case when true then s.target_chats else excluded.target_chats end,
    api_hash_encrypted = excluded.api_hash_encrypted
  where true
  returning s.xmax = 0 as created, s.id, s.user_id, s.session_id, s.api_id, s.username, s.phone,
    s.is_active, s.is_authorized, s.digital_twin_enabled, s.auto_reply_enabled, s.target_chats,
    s.last_seen_at, s.created_at, s.updated_at, s.revision, s.key_version;
commit;

-- What GET /api/v1/sessions/{user_id} asks the database.
\set id random(1, :sessions)
select s.id, s.user_id, s.session_id, s.api_id, s.username, s.phone, s.is_active, s.is_authorized,
       s.digital_twin_enabled, s.auto_reply_enabled, s.target_chats, s.last_seen_at,
       s.created_at, s.updated_at, s.revision, s.key_version
  from user_sessions s where s.user_id = 'user_' || :id::text;

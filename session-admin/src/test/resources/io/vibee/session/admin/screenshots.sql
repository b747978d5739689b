-- Made-up sessions and a day of their activity, for the pictures in docs/images.
update user_sessions u set
    user_id = (100200300 + n * 17)::text,
    session_id = 'sess_demo' || lpad(n::text, 4, '0'),
    username = (array['anna_k', 'support_team', null, 'marketing', 'denis', 'olga_w', 'night_shift', 'berlin_office'])[1 + n % 8],
    phone = case when n % 6 <> 5 then '+1000555' || lpad((100 + n * 23)::text, 4, '0') end,
    is_active = n not in (5, 11),
    is_authorized = n not in (3, 9),
    last_seen_at = case when n <> 9 then now() - case when n in (3, 5, 11) then n * interval '3 hours' else n * interval '4 seconds' end end
  from (select id, row_number() over (order by id) as n from user_sessions) numbered
  where numbered.id = u.id;
delete from session_activity;
insert into session_activity (session_id, user_id, activity_type, details, created_at)
  select session_id, user_id, activity_type, details, at from (
    select i, now() - interval '1 day' * (i / 500.0) ^ 1.1 as at,
        case when i % 41 = 7 then 'error' when i % 29 = 3 then 'login' when i % 97 = 11 then 'session_updated' else 'message_sent' end as activity_type,
        case when i % 41 = 7 then '{"error": "FLOOD_WAIT, quiet for 30 s"}'::jsonb
             when i % 97 = 11 then '{"by": "vibee_app", "actor": "token:ops", "changed": ["phone"]}'::jsonb end as details
      from generate_series(1, 500) i where mod(i * 7919, 11) > 4 + 4 * sin(i / 60.0)) entries
  join (select session_id, user_id, row_number() over (order by id) - 1 as n from user_sessions where is_active) s on s.n = i % 12
  order by at;

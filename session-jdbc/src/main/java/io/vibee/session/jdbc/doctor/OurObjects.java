package io.vibee.session.jdbc.doctor;

import java.util.LinkedHashSet;
import java.util.Set;

/** The functions and triggers that the migrations make. */
final class OurObjects {
  /** Functions with the types of their arguments, as {@code oidvectortypes} writes them. */
  static final Set<String> FUNCTIONS =
      Set.of(
          "session_actor()",
          "session_audit()",
          "session_before_write()",
          "session_follow_key(bigint, integer, boolean)",
          "session_follow_key(bigint[], bytea[], text[], integer)",
          "session_forbid()",
          "session_hash_decrypt(bytea, text)",
          "session_hash_encrypt(text, text)",
          "session_hash_encrypt(text, text, boolean)",
          "session_hash_is_acceptable(bytea)",
          "session_hash_is_sealed(bytea)",
          "session_hash_open(bytea, integer)",
          "session_hash_try_decrypt(bytea, text)",
          "session_hold_key()",
          "session_key_after_change()",
          "session_key_before_change()",
          "session_key_is_random(text)",
          "session_key_move_rows(bigint, integer, boolean)",
          "session_key_require_right()",
          "session_new_key()",
          "session_refuse_replica()",
          "session_schema_objects()");

  /** Those that only agents that share the sessions need; made by a migration of its own. */
  static final Set<String> FLEET_FUNCTIONS =
      Set.of(
          "session_fleet_agents()",
          "session_fleet_beat(bigint, bigint, integer, boolean)",
          "session_fleet_changes(pg_snapshot, integer)",
          "session_fleet_claim(bigint, integer, bigint, text)",
          "session_fleet_clear(text)",
          "session_fleet_durable()",
          "session_fleet_end(bigint, bigint)",
          "session_fleet_follow()",
          "session_fleet_held(bigint, bigint)",
          "session_fleet_history()",
          "session_fleet_leave(bigint, boolean)",
          "session_fleet_mark(bigint, text)",
          "session_fleet_objects()",
          "session_fleet_quarantine(bigint, text, bigint, text)",
          "session_fleet_quiet(bigint, text, bigint, timestamp with time zone)",
          "session_fleet_register(text, text, bigint, integer, interval, text, text, bigint)",
          "session_fleet_release(bigint, text[], bigint[], interval)",
          "session_fleet_require_right()",
          "session_fleet_require_timeline(bigint)",
          "session_fleet_resume()",
          "session_fleet_sessions(text)",
          "session_fleet_stale(text[], bigint[])",
          "session_fleet_stop(text)",
          "session_fleet_taken(text)",
          "session_fleet_timeline()",
          "session_fleet_want(bigint, text)",
          "session_fleet_world()");

  /** Triggers, each after its table. */
  static final Set<String> TRIGGERS =
      Set.of(
          "user_sessions.session_00_origin",
          "user_sessions.session_10_hold_key",
          "user_sessions.session_20_insert",
          "user_sessions.update_user_sessions_updated_at",
          "user_sessions.session_30_audit",
          "user_sessions.session_31_audit",
          "user_sessions.session_40_no_truncate",
          "encryption_keys.session_00_origin",
          "encryption_keys.session_05_archived",
          "encryption_keys.session_10_before",
          "encryption_keys.session_20_after",
          "encryption_keys.session_21_after",
          "encryption_keys.session_22_retired",
          "encryption_keys.session_30_no_truncate",
          "session_activity.session_00_origin",
          "session_activity.session_10_append_only");

  /** Triggers of the fleet's, each after its table. */
  static final Set<String> FLEET_TRIGGERS =
      Set.of(
          "user_sessions.session_fleet_rows",
          "user_sessions.session_fleet_truncate",
          "user_sessions.session_fleet_update");

  /** Returns the functions of both migrations. */
  static Set<String> allFunctions() {
    return union(FUNCTIONS, FLEET_FUNCTIONS);
  }

  /** Returns the triggers of both migrations. */
  static Set<String> allTriggers() {
    return union(TRIGGERS, FLEET_TRIGGERS);
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new LinkedHashSet<>(some);
    all.addAll(others);
    return all;
  }

  private OurObjects() {}
}

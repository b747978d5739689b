package io.vibee.session.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.jdbc.testing.TestDatabase;

/** Looks at single checks of what {@code doctor --json} printed. */
final class DoctorChecks {
  /** Of a role that follows the guide, in place of ROLE. */
  static final String AGENT =
      """
      grant select on session_schema_version, encryption_keys, user_sessions, session_activity to ROLE;
      grant update (last_seen_at, is_authorized) on user_sessions to ROLE;
      grant insert (session_id, user_id, activity_type, details) on session_activity to ROLE;
      grant usage on sequence session_activity_id_seq to ROLE;
      """;

  private DoctorChecks() {}

  static CliRun.Result doctor(String url) {
    return CliRun.on(url).run("doctor", "--json");
  }

  /** The exit code, and of one check its status and a part of message or remedy. */
  static void check(
      CliRun.Result result, int exitCode, String check, String status, String... texts) {
    assertThat(result.code()).as(result.out()).isEqualTo(exitCode);
    JsonNode json = result.json();
    assertThat(json.path("exit_code").asInt()).isEqualTo(exitCode);
    JsonNode found = of(json, check);
    assertThat(found.path("status").asText()).as(result.out()).isEqualTo(status);
    String told = found.path("message").asText() + " / " + found.path("remedy").asText();
    for (String text : texts) assertThat(told).contains(text);
    if (exitCode != 0) assertThat(result.lastError()).startsWith("vibee-session: ");
  }

  static JsonNode of(JsonNode json, String check) {
    for (JsonNode finding : json.path("checks")) {
      if (finding.path("check").asText().equals(check)) return finding;
    }
    throw new AssertionError("no such check: " + check + " in " + json);
  }

  /** A role that may log in, with rights that name it ROLE; its name has the database's in it. */
  static String role(TestDatabase database, String prefix, String rights) {
    String role = prefix + "_" + database.name();
    database.execute("create role " + role + " login; " + rights.replace("ROLE", role));
    return role;
  }
}

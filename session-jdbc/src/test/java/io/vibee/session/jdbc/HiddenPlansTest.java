package io.vibee.session.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.DocumentedRoles;
import io.vibee.session.jdbc.testing.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;

/** A caller cannot have the server print what functions with the owner's rights plan and bind. */
class HiddenPlansTest {
  private static final String SHOW =
      """
      set client_min_messages = %s;
      set debug_print_parse = on; set debug_print_rewritten = on; set debug_print_plan = on;
      set debug_pretty_print = off; set log_parameter_max_length_on_error = -1
      """;

  /** So that there is one to move, as in a rotation. */
  private static final String OUTDATED =
      """
      set vibee.replica_writes = on; set session_replication_role = replica;
      update user_sessions set key_version = (select max(version) from encryption_keys where id > 1) where user_id = '1'
      """;

  @ParameterizedTest
  @EnumSource
  void doNotShowAKeyToWhoMayNotReadIt(Postgres postgres) throws SQLException {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    for (int user = 1; user <= 3; user++) roles.database().insertByGuide("" + user, "s" + user);
    for (String level : List.of("log", "debug1", "debug5")) {
      roles.database().changeKey(Canary.MASTER_KEY);
      roles.database().execute(OUTDATED);
      StringBuilder told = new StringBuilder();
      try (Connection connection = roles.database().dataSource(roles.name("keys")).getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(SHOW.formatted(level));
        for (String sql :
            List.of(
                "select * from session_follow_key(0::bigint, 100, false)",
                "select * from session_follow_key(0::bigint, null::integer, true)",
                "begin",
                "update encryption_keys set master_key = session_new_key() where id = 1",
                "rollback",
                "explain (analyze, verbose) update encryption_keys set master_key = session_new_key() where id = 1",
                "delete from encryption_keys where id > 1")) {
          collect(statement, sql, told);
        }
      }
      String plans = told.toString().replaceAll("\\s+", " "); // it breaks lines
      assertThat(plans).as("the caller's own plans").contains("{PLANNEDSTMT");
      assertThat(plans.contains(bytes(Canary.MASTER_KEY))).as("the key").isFalse();
      assertThat(plans.contains(bytes(Canary.API_HASH))).as("a hash").isFalse();
    }
  }

  private static void collect(Statement statement, String sql, StringBuilder told)
      throws SQLException {
    try {
      statement.clearWarnings();
      statement.execute(sql);
      for (SQLWarning at = statement.getWarnings(); at != null; at = at.getNextWarning()) {
        if (at instanceof PSQLWarning warning) told.append(warning.getServerErrorMessage());
      }
    } catch (SQLException e) {
      if (e instanceof PSQLException error) told.append(error.getServerErrorMessage());
    }
  }

  /** As a plan shows a constant. */
  private static String bytes(String secret) {
    byte[] bytes = secret.getBytes(UTF_8);
    return IntStream.range(0, bytes.length)
        .mapToObj(i -> Byte.toString(bytes[i]))
        .collect(Collectors.joining(" "));
  }
}

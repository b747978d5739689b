package io.vibee.session.testkit.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.postgres.SessionDatabase;
import io.vibee.session.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Creates fifty databases in tests that leave their connections open, then looks at the server. */
@SessionDatabase
@Execution(ExecutionMode.SAME_THREAD)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public class ManyDatabasesSample {
  private static final List<Connection> left = new CopyOnWriteArrayList<>();

  @Order(1)
  @RepeatedTest(50)
  void leavesAConnectionOpen(TestDatabase database) throws SQLException {
    database.store().save(TestSessions.session());
    left.add(database.dataSource().getConnection());
  }

  @Order(2)
  @Test
  void nothingIsLeftOfThem(TestDatabase database) throws SQLException {
    assertThat(left).hasSize(50);
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(
              value(
                  statement,
                  "select count(*) from pg_database where datname ~ 'testkit_.*_[0-9]+$'"))
          .as("this test's own")
          .isEqualTo(1);
      assertThat(
              value(
                  statement,
                  "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name !~ '^vibee_testkit'"))
          .as("connections")
          .isZero();
    }
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("vibee-session"))
                .toList())
        .as("threads of connection pools")
        .isEmpty();
  }

  private static long value(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}

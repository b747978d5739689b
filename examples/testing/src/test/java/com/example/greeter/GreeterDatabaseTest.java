package com.example.greeter;

import static io.vibee.session.testkit.SessionAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SessionLoader;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.postgres.FromSessionDatabase;
import io.vibee.session.testkit.postgres.SessionDatabase;
import io.vibee.session.testkit.postgres.SessionFixture;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Tests the agent with a real PostgreSQL, in which each method has its own database. */
@SessionDatabase(fixtures = GreeterDatabaseTest.TwoClients.class)
class GreeterDatabaseTest {
  static class TwoClients implements SessionFixture {
    @Override
    public void seed(SessionStore store) {
      TestSessions.sessions(2).forEach(store::save);
    }
  }

  @Test
  void startsEverySession(@FromSessionDatabase Map<String, String> environment) {
    try (Greeter greeter =
        new Greeter(SessionLoader.fromEnvironment(environment), (id, apiId, apiHash) -> {})) {
      greeter.start();

      assertThat(greeter.held()).containsExactly("sess_100200300", "sess_100200301");
    }
  }

  @Test
  void leavesOutWhatAnOperatorDeactivatesInSql(SessionStore store, DataSource dataSource)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("update user_sessions set is_active = false where user_id = '100200300'");
    }

    assertThat(store).hasActiveUsers("100200301");
    assertThat(store).hasLogged("sess_100200300", "session_created", "session_deactivated");
  }
}

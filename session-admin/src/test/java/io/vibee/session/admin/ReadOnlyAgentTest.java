package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import org.junit.jupiter.api.Test;

/** An agent whose store only reads. */
class ReadOnlyAgentTest {

  @Test
  void showsSessionsAndRefusesChanges() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.insertByGuide("1", "sess_1");
    try (JdbcSessionStore store =
            JdbcSessionStore.overStandby(database.anyDataSource("postgres"), null);
        AdminServer server = AdminServer.over(store).port(0).start()) {
      assertThat(send(server, "GET /health/ready")).startsWith("HTTP/1.1 200 ");
      assertThat(send(server, "GET /api/v1/sessions"))
          .startsWith("HTTP/1.1 200 ")
          .contains("sess_1", "\"readable\":true");
      assertThat(send(server, "DELETE /api/v1/sessions/sess_1"))
          .startsWith("HTTP/1.1 503 ")
          .contains("only reads its database");
    }
    assertThat(database.value("select is_active from user_sessions")).isEqualTo("t");
  }

  private static String send(AdminServer server, String request) {
    return RawHttp.exchange(
        server.port(),
        request
            + " HTTP/1.1\r\nHost: localhost:"
            + server.port()
            + "\r\nConnection: close\r\n\r\n");
  }
}

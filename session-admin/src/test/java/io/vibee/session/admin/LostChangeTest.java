package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is answered when the connection is lost while a change is committed, and what then helps.
 */
class LostChangeTest {
  private static final String SESSIONS = "/api/v1/sessions";

  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private volatile boolean losing;
  private volatile boolean cutting;
  private volatile boolean cut;
  private final JdbcSessionStore store = JdbcSessionStore.over(dataSource());
  private final List<SessionChange> changes = Collections.synchronizedList(new ArrayList<>());
  private final AdminServer server =
      AdminServer.over(store).environment(Map.of("PORT", "0")).onChange(changes::add).start();

  @AfterEach
  void stop() {
    server.close();
    store.close();
  }

  private DataSource dataSource() {
    DataSource real = database.dataSource();
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (cut) throw new SQLException("cut", "08006");
              return watched(real.getConnection());
            });
  }

  /** Commits changes and tells nobody, or lets nobody connect afterwards, while it is to do so. */
  private Connection watched(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              try {
                boolean changes = method.getName().equals("commit") && hasChanged(connection);
                Object result = method.invoke(connection, arguments);
                if (changes && losing) throw new SQLException("lost", "08006");
                if (changes) cut = cutting;
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static boolean hasChanged(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select pg_current_xact_id_if_assigned() is not null")) {
      return row.next() && row.getBoolean(1);
    }
  }

  private String send(String call, String body, String... headers) {
    StringBuilder request = new StringBuilder(call + " HTTP/1.1\r\nConnection: close\r\n");
    request.append("Host: localhost:").append(server.port()).append("\r\n");
    for (String header : headers) request.append(header).append("\r\n");
    if (!body.isEmpty()) request.append("Content-Type: application/json\r\n");
    request.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
    return RawHttp.exchange(server.port(), request.toString());
  }

  private String lost(String call, String body, String... headers) {
    losing = true;
    try {
      return send(call, body, headers);
    } finally {
      losing = false;
    }
  }

  private List<String> log() {
    return database.query(
        "select activity_type from session_activity where user_id is not null order by id");
  }

  private static void assertUnknown(String answer) {
    assertThat(answer)
        .startsWith("HTTP/1.1 503 ")
        .contains("application/problem+json", "\r\nRetry-after: ")
        .contains("may have been made or not: read the session again before you repeat it")
        .doesNotContain(Canary.API_HASH, "08006");
  }

  @Test
  void saysThatTheOutcomeIsUnknownAndARepeatDoesNothingTwice() {
    String body = AdminFixture.body("100200300", "sess_a");
    send("GET " + SESSIONS, "");
    assertUnknown(lost("POST " + SESSIONS, body));
    assertThat(log()).containsExactly("session_created");
    assertThat(send("POST " + SESSIONS, body)).startsWith("HTTP/1.1 200 ");
    assertThat(log()).containsExactly("session_created");

    assertUnknown(lost("DELETE " + SESSIONS + "/sess_a", ""));
    assertThat(send("DELETE " + SESSIONS + "/sess_a", "")).startsWith("HTTP/1.1 204 ");
    assertUnknown(lost("POST " + SESSIONS + "/sess_a/activate", ""));
    assertThat(send("POST " + SESSIONS + "/sess_a/activate", "")).startsWith("HTTP/1.1 200 ");
    assertThat(log())
        .containsExactly("session_created", "session_deactivated", "session_activated");
  }

  @Test
  void saysThatTheChangeWasMadeWhereOnlyItsResultCannotBeRead() {
    send("POST " + SESSIONS, AdminFixture.body("100200300", "sess_a"));
    changes.clear();
    cutting = true;
    String answer = send("DELETE " + SESSIONS + "/sess_a", "");
    cut = false;
    cutting = false;
    assertThat(answer)
        .startsWith("HTTP/1.1 503 ")
        .contains("the change was made, but the session cannot be read afterwards");
    assertThat(database.value("select is_active from user_sessions")).isEqualTo("f");
    assertThat(changes).isEmpty();
    assertThat(send("DELETE " + SESSIONS + "/sess_a", "")).startsWith("HTTP/1.1 204 ");
    assertThat(changes).hasSize(1);
  }

  @Test
  void aConditionalRepeatTellsThatTheChangeWasMade() {
    String body = AdminFixture.body("100200300", "sess_a");
    send("GET " + SESSIONS, "");
    assertUnknown(lost("POST " + SESSIONS, body, "If-None-Match: *"));
    assertThat(send("POST " + SESSIONS, body, "If-None-Match: *")).startsWith("HTTP/1.1 412 ");

    String tag =
        send("GET " + SESSIONS + "/100200300", "")
            .lines()
            .filter(line -> line.startsWith("Etag: ") || line.startsWith("ETag: "))
            .map(line -> line.substring(6))
            .findFirst()
            .orElseThrow();
    String change = "{\"user_id\":\"100200300\",\"phone\":\"+10005550124\"}";
    assertUnknown(lost("POST " + SESSIONS, change, "If-Match: " + tag));
    assertThat(database.value("select phone from user_sessions")).isEqualTo("+10005550124");
    assertThat(send("POST " + SESSIONS, change, "If-Match: " + tag)).startsWith("HTTP/1.1 412 ");
  }
}

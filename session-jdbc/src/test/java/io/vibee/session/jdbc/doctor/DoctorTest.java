package io.vibee.session.jdbc.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Diagnostics;
import io.vibee.session.Finding;
import io.vibee.session.Finding.Cause;
import io.vibee.session.Finding.Status;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What an agent learns about its store; the command line's tests cover each check. */
class DoctorTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  private static List<Finding> examined(Diagnostics store) {
    List<Finding> findings = new ArrayList<>();
    store.examine(findings::add);
    assertThat(Canary.in(findings.toString())).isEmpty();
    return findings;
  }

  private static Map<String, Status> statuses(List<Finding> findings) {
    Map<String, Status> statuses = new LinkedHashMap<>();
    for (Finding finding : findings) {
      assertThat(statuses.put(finding.check(), finding.status())).as(finding.check()).isNull();
    }
    return statuses;
  }

  @Test
  void tellsOfADataSourceAllButWhatOnlyAUrlTells() {
    database.insertByGuide("1", "sess_1");
    database.execute("alter table user_sessions disable trigger session_20_insert");
    try (JdbcSessionStore byUrl = database.store();
        JdbcSessionStore over = JdbcSessionStore.over(database.dataSource())) {
      Map<String, Status> expected = statuses(examined(byUrl));
      assertThat(expected).containsEntry("triggers", Status.FAILED).hasSize(29);
      assertThat(expected.put("pooler", Status.SKIPPED)).isEqualTo(Status.OK);
      assertThat(expected.put("tls", Status.SKIPPED)).isEqualTo(Status.OK);
      assertThat(new ArrayList<>(statuses(examined(over)).entrySet()))
          .isEqualTo(new ArrayList<>(expected.entrySet()));
    }
  }

  @Test
  void readsSessionsOnlyIfAskedAndTellsHowManyItRead() {
    database.insertByGuide("1", "sess_1");
    database.insertByGuide("2", "sess_2");
    try (JdbcSessionStore store = database.store()) {
      assertThat(statuses(examined(store))).doesNotContainKey("sessions");
      List<Long> progress = new ArrayList<>();
      List<Finding> findings = new ArrayList<>();
      store.examineAll(findings::add, progress::add);
      assertThat(progress).containsExactly(0L, 1L, 2L);
      assertThat(findings).contains(Finding.ok("sessions", "all can be decrypted (2 sessions)"));
    }
  }

  @Test
  void findsWhyTheReadingOfSessionsWasEnded() {
    try (JdbcSessionStore store = database.store()) {
      MisconfiguredException error = new MisconfiguredException("no key can be used");
      List<Finding> findings = new ArrayList<>();
      store.examineAll(
          findings::add,
          read -> {
            throw error;
          });
      assertThat(findings).contains(Finding.failed("sessions", error));
      assertThat(findings.get(findings.size() - 1).check()).isEqualTo("server-log");
    }
  }

  @Test
  void findsNothingElseWhereThereIsNoServer() {
    PGSimpleDataSource nowhere = new PGSimpleDataSource();
    nowhere.setUrl("jdbc:postgresql://localhost:1/none");
    try (JdbcSessionStore byUrl = JdbcSessionStore.open("postgresql://u@localhost:1/none");
        JdbcSessionStore over = JdbcSessionStore.over(nowhere)) {
      for (JdbcSessionStore store : List.of(byUrl, over)) {
        assertThat(examined(store))
            .singleElement()
            .satisfies(
                finding -> {
                  assertThat(finding.check()).isEqualTo("connection");
                  assertThat(finding.cause()).isEqualTo(Cause.UNAVAILABLE);
                });
      }
    }
  }

  @Test
  void givesAConnectionBackAsItCame() throws SQLException {
    try (Connection connection = database.connect();
        JdbcSessionStore store = database.store()) {
      connection.setAutoCommit(false);
      List<Finding> findings = new ArrayList<>();
      Doctor.over(() -> keptOpen(connection), null)
          .examine(store::check, store, findings::add, null);
      assertThat(statuses(findings)).containsEntry("schema", Status.OK);
      assertThat(connection.getAutoCommit()).isFalse();
      assertThat(connection.isReadOnly()).isFalse();
    }
  }

  private static Connection keptOpen(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            DoctorTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                method.getName().equals("close") ? null : method.invoke(connection, arguments));
  }

  @Test
  void findsThatTheKeysOfThisProcessCannotBeHad() {
    String fingerprint = "0123456789abcdef0123456789abcdef";
    database.executeWithoutTriggers(
        "update encryption_keys set master_key = null, key_fingerprint = '"
            + fingerprint
            + "' where id = 1");
    HashSealer failing =
        (HashSealer)
            Proxy.newProxyInstance(
                DoctorTest.class.getClassLoader(),
                new Class<?>[] {HashSealer.class},
                (proxy, method, arguments) -> {
                  throw new UnsupportedOperationException(Canary.MASTER_KEY);
                });
    try (JdbcSessionStore store = JdbcSessionStore.open(database.url(), failing)) {
      assertThat(statuses(examined(store)))
          .containsEntry("schema", Status.OK)
          .containsEntry("key", Status.FAILED)
          .containsEntry("server-log", Status.OK);
    }
  }

  @Test
  void refusesAClosedStore() {
    JdbcSessionStore store = database.store();
    store.close();
    assertThatThrownBy(() -> store.examine(finding -> {}))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.examineAll(finding -> {}, read -> {}))
        .isInstanceOf(IllegalStateException.class);
  }
}

package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.Finding;
import io.vibee.session.NewKey;
import io.vibee.session.ReadOnlyStoreException;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionReport;
import io.vibee.session.UnreadableSession;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.NamedStatements;
import io.vibee.session.jdbc.testing.CapturedLog;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A store that only reads; {@link StandbyTest} opens one on a standby. */
class ReadOnlyStoreTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  private static Map<String, ThrowingCallable> changes(JdbcSessionStore store) {
    Session session = Session.builder("9", "sess_9", 94892, Secret.of("made_up_hash")).build();
    Map<String, ThrowingCallable> changes = new LinkedHashMap<>();
    changes.put("save", () -> store.save(session));
    changes.put("edit", () -> store.edit(SessionEdit.of("1").phone("+1").build()));
    changes.put("editAll", () -> store.editAll(List.of(), saved -> {}, refused -> {}));
    changes.put("activate", () -> store.activate("sess_1"));
    changes.put("deactivate", () -> store.deactivate("sess_1"));
    changes.put("delete", () -> store.delete("sess_1"));
    changes.put("touch", () -> store.touch(List.of("sess_1")));
    changes.put("touch of none", () -> store.touch(List.of()));
    changes.put("report", () -> store.report(List.of(SessionReport.held("sess_1"))));
    changes.put("markAuthorized", () -> store.markAuthorized("sess_1", true));
    changes.put("recordActivity", () -> store.recordActivity("sess_1", Activity.LOGIN, Map.of()));
    changes.put("changeKey", () -> store.changeKey(NewKey.generated()));
    changes.put("rotate", store::rotate);
    changes.put("prune", () -> store.prune(1));
    return changes;
  }

  static void assertRefusesChanges(JdbcSessionStore store) {
    changes(store)
        .forEach(
            (name, change) ->
                assertThatThrownBy(change)
                    .as(name)
                    .isInstanceOf(ReadOnlyStoreException.class)
                    .hasMessageContainingAll("reading only", "nothing was changed", "primary"));
  }

  @Test
  void refusesChangesWithoutAConnection() {
    AtomicInteger connections = new AtomicInteger();
    DataSource counting =
        (DataSource)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  connections.incrementAndGet();
                  return database.connect();
                });
    JdbcSessionStore store = JdbcSessionStore.overStandby(counting, null);
    assertThat(store.readOnly()).isTrue();
    assertRefusesChanges(store);
    assertThat(store.actingAs("ops").readOnly()).isTrue();
    assertRefusesChanges(store.actingAs("ops"));
    assertThat(connections).hasValue(0);
    assertThat(store.findByUserId("1")).isEmpty();
    assertThat(connections).hasPositiveValue();
    store.close();
    assertThatThrownBy(() -> store.touch(List.of())).isInstanceOf(IllegalStateException.class);
    assertThat(store.readOnly()).isTrue();
  }

  @Test
  void letsTheServerRefuseWhateverElseWouldWrite() {
    Jdbc jdbc =
        new Jdbc(database.dataSource()::getConnection, NamedStatements.asConfigured())
            .readingOnly();
    for (Jdbc copy : List.of(jdbc, jdbc.actingAs("ops"))) {
      String readOnly = "select pg_catalog.current_setting('transaction_read_only')";
      assertThat(copy.<String>read(tx -> tx.query(readOnly).one(row -> row.getString(1))))
          .isEqualTo("on");
      assertThatThrownBy(() -> copy.write(tx -> 1)).isInstanceOf(ReadOnlyStoreException.class);
    }
  }

  @Test
  void tellsOfTamperingInTheLogOfTheProcessAlone() {
    database.insertByGuide("1", "sess_1");
    database.executeWithoutTriggers(
        """
        insert into encryption_keys (id, version, key_fingerprint, archived_at, retired_at)
          values (99, 99, repeat('a', 32), now(), now());
        update user_sessions set key_version = 99
        """);
    List<UnreadableSession> unreadable = new ArrayList<>();
    try (CapturedLog log = new CapturedLog("io.vibee.session");
        JdbcSessionStore store = JdbcSessionStore.overStandby(database.dataSource(), null)) {
      store.forEachActive(session -> {}, unreadable::add);
      store.forEachActive(session -> {}, unreadable::add);
      assertThat(unreadable)
          .extracting(UnreadableSession::reason)
          .containsOnly(UnreadableSession.Reason.TAMPERED)
          .hasSize(2);
      assertThat(store.activity(ActivityQuery.latest(10)))
          .extracting(Activity::type)
          .doesNotContain("tampering_detected");
      assertThat(log.lines())
          .filteredOn(line -> line.contains("tampered with"))
          .singleElement()
          .asString()
          .contains("where the store only reads");
      assertThat(log.text()).contains("sess_1");
    }
  }

  @Test
  void isOpenedByAUrlThatAsksForIt() {
    database.insertByGuide("1", "sess_1");
    database.execute(
        "alter database " + database.name() + " set default_transaction_read_only = on");
    String url = database.url() + "?target_session_attrs=";
    for (String asks : List.of("standby", "read-only")) {
      try (JdbcSessionStore store = JdbcSessionStore.open(url + asks)) {
        assertThat(store.readOnly()).isTrue();
        assertThat(store.findByUserId("1")).isPresent();
        assertRefusesChanges(store);
        List<Finding> findings = new ArrayList<>();
        store.examineAll(findings::add, read -> {});
        assertThat(findings)
            .filteredOn(finding -> finding.check().equals("standby"))
            .containsExactly(
                Finding.ok(
                    "standby", "this server is read-only; the store was opened for reading only"));
      }
    }
    String jdbcUrl =
        "jdbc:postgresql://localhost:" + Postgres.NEWEST.port() + "/" + database.name();
    try (JdbcSessionStore store =
        JdbcSessionStore.open(jdbcUrl + "?user=postgres&targetServerType=secondary")) {
      assertThat(store.readOnly()).isTrue();
      assertThat(store.findBySessionId("sess_1")).isPresent();
    }
  }

  @Test
  void isNotOpenedByUrlsThatMayLeadToAPrimary() {
    for (String asks : List.of("any", "primary", "read-write", "prefer-standby")) {
      String url = database.url() + "?target_session_attrs=" + asks;
      try (JdbcSessionStore store = JdbcSessionStore.open(url)) {
        assertThat(store.readOnly()).as(asks).isFalse();
      }
    }
    try (JdbcSessionStore store = database.store()) {
      assertThat(store.readOnly()).isFalse();
    }
  }
}

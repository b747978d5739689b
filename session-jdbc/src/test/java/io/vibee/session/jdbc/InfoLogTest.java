package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.NewKey;
import io.vibee.session.SessionLoader;
import io.vibee.session.jdbc.sql.SessionSchema;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.CapturedLog;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator reads about an agent's life: one line for each event, and no secret. */
class InfoLogTest {
  @Test
  void hasOneLineForEachStep() {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    String place = "localhost:" + database.postgres().port() + "/" + database.name();
    try (CapturedLog log = new CapturedLog("io.vibee.session")) {
      SessionMigrations.migrate(database.url());
      try (SessionLoader loader =
          SessionLoader.fromEnvironment(
              Map.of("DATABASE_URL", database.url(), "MULTI_TENANT", "true"))) {
        JdbcSessionStore store = (JdbcSessionStore) loader.store().orElseThrow();
        store.save(TestSessions.session("1"));
        loader.load();
        store.changeKey(NewKey.generated());
        store.rotate(progress -> true);
      }
      List<String> lines =
          log.lines().stream()
              .filter(line -> line.startsWith("INFO "))
              .map(line -> line.replaceAll("in [0-9]+ ms", "in 1 ms"))
              .toList();
      assertThat(lines)
          .containsExactly(
              "INFO migrated " + place + ": its schema has version " + SessionSchema.VERSION,
              "INFO opened the store over " + place + "; it connects at its first use",
              "INFO loaded 1 sessions in 1 ms (mode=multi-tenant), skipped 0",
              "INFO the current key has version 2",
              "INFO rotated 1 sessions to key version 2 in 1 ms: 0 are left, 0 of them cannot be"
                  + " read",
              "INFO closed the store over " + place);
      assertThat(Canary.in(log.text())).isEmpty();
    }
  }

  @Test
  void showsNeitherUserNorPassword() {
    try (CapturedLog log = new CapturedLog("io.vibee.session")) {
      String url = "postgresql://some_user:made_up_password@db.example.test/app";
      JdbcSessionStore store = JdbcSessionStore.open(url);
      store.close();
      store.close();
      assertThat(log.lines()).hasSize(2);
      assertThat(log.text()).contains("db.example.test:5432/app");
      assertThat(log.text()).doesNotContain("some_user", "made_up_password");
    }
  }
}

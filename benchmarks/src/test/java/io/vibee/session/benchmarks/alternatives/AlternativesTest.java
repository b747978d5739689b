package io.vibee.session.benchmarks.alternatives;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;

/** Checks that the alternatives do the work that they are measured for. */
class AlternativesTest {
  private static final int SESSIONS = 500;

  private static final List<Account> ACCOUNTS =
      IntStream.rangeClosed(1, SESSIONS).mapToObj(Account::madeUp).toList();

  private static EmbeddedPostgres server;

  @BeforeAll
  static void startServer() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
            .setLocaleConfig("locale", "C")
            .start();
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void loadsEachAccountOnceWithItsSecretFromAnEncryptedTable(Alternatives which)
      throws SQLException {
    String database = which.name().toLowerCase(Locale.ROOT);
    onServer("postgres", statement -> statement.execute("create database " + database));
    String url = server.getJdbcUrl("postgres", database);
    try (Alternative writer = which.open(url)) {
      writer.fill(SESSIONS);
      assertThat(writer.loadAll(loaded -> {})).isEqualTo(SESSIONS);
    }
    try (Alternative reader = which.open(url)) {
      List<Object> loaded = new ArrayList<>();
      assertThat(reader.loadAll(loaded::add)).isEqualTo(SESSIONS);
      assertThat(loaded.stream().map(AlternativesTest::account))
          .containsExactlyInAnyOrderElementsOf(ACCOUNTS);
    }
    assertNoSecretInClear(database);
  }

  /** Gathers an account's parts, which Spring Security's authorized client has in other places. */
  private static Account account(Object loaded) {
    if (loaded instanceof Account account) return account;
    OAuth2AuthorizedClient client = (OAuth2AuthorizedClient) loaded;
    Iterator<String> scopes =
        client.getAccessToken().getScopes().stream()
            .sorted(Comparator.comparing((String scope) -> !scope.startsWith("sess_")))
            .iterator();
    return new Account(
        client.getPrincipalName(),
        scopes.next(),
        Integer.parseInt(client.getClientRegistration().getClientId()),
        client.getAccessToken().getTokenValue(),
        scopes.next());
  }

  /** Searches every row of every table as text, with bytea as text where it is text. */
  private static void assertNoSecretInClear(String database) throws SQLException {
    StringBuilder rows = new StringBuilder();
    onServer(
        database,
        statement -> {
          statement.execute("set bytea_output = escape");
          for (String table : tables(statement)) {
            try (ResultSet row = statement.executeQuery("select t::text from " + table + " t")) {
              while (row.next()) rows.append(row.getString(1)).append('\n');
            }
          }
        });
    assertThat(rows).contains("user_" + SESSIONS, "sess_" + SESSIONS, Account.PHONE);
    assertThat(ACCOUNTS).noneMatch(account -> rows.indexOf(account.apiHash()) >= 0);
  }

  private static List<String> tables(Statement statement) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery("select relname from pg_stat_user_tables order by relname")) {
      while (row.next()) tables.add(row.getString(1));
    }
    return tables;
  }

  private static void onServer(String database, OnServer work) throws SQLException {
    try (Connection connection = server.getDatabase("postgres", database).getConnection();
        Statement statement = connection.createStatement()) {
      work.run(statement);
    }
  }

  @FunctionalInterface
  private interface OnServer {
    void run(Statement statement) throws SQLException;
  }
}

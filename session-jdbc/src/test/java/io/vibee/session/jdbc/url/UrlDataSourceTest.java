package io.vibee.session.jdbc.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.vibee.session.jdbc.testing.CapturedLog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reaches a server, and what never reaches a log. */
class UrlDataSourceTest {
  private static final String CANARY = "kNarY!p@ss/w?rd&é🔑+";
  private static final String ENCODED = "kNarY!p%40ss%2Fw%3Frd%26%C3%A9%F0%9F%94%91%2B";

  /** A free one could be taken by somebody meanwhile. */
  private static final int CLOSED_PORT = 1;

  /** By state, since the driver's messages are in the language of the machine. */
  private static final String REJECTED = "08004";

  private static final String UNREACHABLE = "08001";
  private static final String WRONG_PASSWORD = "28P01";

  private CapturedLog logs;

  @BeforeEach
  void listen() {
    logs = new CapturedLog("");
  }

  @AfterEach
  void stopListening() {
    logs.close();
  }

  @Test
  void sendsUserDatabaseOptionsAndPasswordExactly() throws Exception {
    try (var server = new FakeServer()) {
      String url =
          "postgresql://m%%40e:%s@127.0.0.1:%d/a%%20b%%2Fc%%3F%%2B?options=-c%%20search_path%%3Dx"
              .formatted(ENCODED, server.port());

      var error = connect(DatabaseUrl.parse(url).toDataSource());

      assertThat(error.getSQLState()).isEqualTo(WRONG_PASSWORD);
      assertThat(server.seen())
          .containsEntry("user", "m@e")
          .containsEntry("database", "a b/c?+")
          .containsEntry("options", "-c search_path=x")
          .containsEntry("password", CANARY);
      assertThat(stackTrace(error) + logs.text()).doesNotContain("kNarY");
    }
  }

  @Test
  void readsJdbcUrlsToTheSameEnd() throws Exception {
    try (var server = new FakeServer()) {
      String url =
          "jdbc:postgresql://127.0.0.1:%d/a+b?user=m%%40e&password=%s"
              .formatted(server.port(), ENCODED);

      assertThat(connect(DatabaseUrl.parse(url).toDataSource()).getSQLState())
          .isEqualTo(WRONG_PASSWORD);

      assertThat(server.seen())
          .containsEntry("user", "m@e")
          .containsEntry("database", "a b")
          .containsEntry("password", CANARY);
    }
  }

  @Test
  void requiredChannelBindingKeepsThePasswordFromAServerWithoutIt() throws Exception {
    try (var server = new FakeServer()) {
      var url = url(server.port(), "?channel_binding=require");

      assertThat(connect(url.toDataSource()).getSQLState()).isEqualTo(REJECTED);

      assertThat(server.seen()).containsEntry("database", "app").doesNotContainKey("password");
    }
  }

  @Test
  void requiredAuthenticationKeepsThePasswordFromAServerThatWantsItInClear() throws Exception {
    try (var server = new FakeServer()) {
      var url = url(server.port(), "?require_auth=scram-sha-256");

      assertThat(connect(url.toDataSource()).getSQLState()).isEqualTo(REJECTED);

      assertThat(server.seen()).doesNotContainKey("password");
    }
  }

  @Test
  void requiredTlsKeepsTheUserFromAServerWithoutIt() throws Exception {
    try (var server = new FakeServer()) {
      var url = url(server.port(), "?sslmode=require");

      assertThat(connect(url.toDataSource()).getSQLState()).isEqualTo(REJECTED);

      assertThat(server.seen()).isEmpty();
    }
  }

  @Test
  void showsNoPasswordWhenNobodyListens() throws Exception {
    var url = url(CLOSED_PORT, "?sslpassword=" + ENCODED);
    DataSource source = url.toDataSource();

    var error = connect(source);

    assertThat(stackTrace(error) + logs.text() + source + url).doesNotContain("kNarY");
    assertThat(logs.text()).contains("Connecting with URL: jdbc:postgresql://127.0.0.1:");
    assertThat(source).hasToString(url.toString());
  }

  @Test
  void showsNoPasswordThroughThePool() throws Exception {
    var config = new HikariConfig();
    config.setDataSource(url(CLOSED_PORT, "").toDataSource());
    config.setInitializationFailTimeout(-1);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(250);

    try (var pool = new HikariDataSource(config)) {
      var error = catchThrowableOfType(SQLException.class, pool::getConnection);

      assertThat(stackTrace(error) + pool + config + logs.text()).doesNotContain("kNarY");
      assertThat(config.getDataSourceProperties()).isEmpty();
      assertThat(config.getJdbcUrl()).isNull();
    }
  }

  @Test
  void goesOnToTheNextHostWhenNobodyListens() throws Exception {
    try (var server = new FakeServer()) {
      String hosts =
          "127.0.0.1:%d,[::1]:%d,127.0.0.1:%d".formatted(CLOSED_PORT, CLOSED_PORT, server.port());
      var url = DatabaseUrl.parse("postgresql://u:" + ENCODED + "@" + hosts + "/app");

      var error = connect(url.toDataSource());

      assertThat(error.getSQLState()).isEqualTo(WRONG_PASSWORD);
      assertThat(error.getSuppressed()).hasSize(1);
      assertThat(server.seen()).containsEntry("password", CANARY);
      assertThat(stackTrace(error)).doesNotContain("kNarY");
    }
  }

  @Test
  void givesEachHostItsOwnTimeToConnect() throws Exception {
    try (var deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var server = new FakeServer()) {
      String hosts = "127.0.0.1:%d,127.0.0.1:%d".formatted(deaf.getLocalPort(), server.port());
      var url = DatabaseUrl.parse("postgresql://u:p@" + hosts + "/app?connect_timeout=1");

      assertThat(connect(url.toDataSource()).getSQLState()).isEqualTo(WRONG_PASSWORD);
    }
  }

  @Test
  void asksNoOtherHostOnceOneHasRefusedThePassword() throws Exception {
    try (var server = new FakeServer()) {
      String hosts = "127.0.0.1:%d,127.0.0.1:%d".formatted(server.port(), CLOSED_PORT);
      var url = DatabaseUrl.parse("postgresql://u:p@" + hosts + "/app");

      var error = connect(url.toDataSource());

      assertThat(error.getSQLState()).isEqualTo(WRONG_PASSWORD);
      assertThat(error.getSuppressed()).isEmpty();
    }
  }

  @Test
  void triesStandbysFirstWhereTheyArePreferred() {
    var url = DatabaseUrl.parse("postgresql://a,b/app?target_session_attrs=prefer-standby");

    assertThat(UrlDataSource.Attempt.of(url.target()))
        .extracting(attempt -> attempt.url() + " " + attempt.properties().get("targetServerType"))
        .containsExactly(
            "jdbc:postgresql://a:5432/app secondary",
            "jdbc:postgresql://b:5432/app secondary",
            "jdbc:postgresql://a:5432/app any",
            "jdbc:postgresql://b:5432/app any");
    assertThat(UrlDataSource.Attempt.of(url.target()).toString()).doesNotContain("user");
  }

  @Test
  void takesTheLoginTimeoutOfThePool() throws Exception {
    DataSource source = url(CLOSED_PORT, "").toDataSource();
    source.setLoginTimeout(7);

    assertThat(source.getLoginTimeout()).isEqualTo(7);
    assertThat(connect(source).getSQLState()).isEqualTo(UNREACHABLE);
  }

  @Test
  void isNoOtherDataSource() throws Exception {
    DataSource source = url(1, "").toDataSource();

    assertThat(source.isWrapperFor(UrlDataSource.class)).isTrue();
    assertThat(source.unwrap(DataSource.class)).isSameAs(source);
    assertThat(source.isWrapperFor(String.class)).isFalse();
    assertThat(catchThrowable(() -> source.unwrap(String.class))).isInstanceOf(SQLException.class);
    assertThat(catchThrowable(() -> source.getConnection("u", "p")))
        .isInstanceOf(SQLFeatureNotSupportedException.class);
    assertThat(source.getLogWriter()).isNull();
  }

  private static DatabaseUrl url(int port, String query) {
    return DatabaseUrl.parse("postgresql://u:" + ENCODED + "@127.0.0.1:" + port + "/app" + query);
  }

  private static SQLException connect(DataSource source) {
    return catchThrowableOfType(SQLException.class, source::getConnection);
  }

  private static String stackTrace(Throwable error) {
    var text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}

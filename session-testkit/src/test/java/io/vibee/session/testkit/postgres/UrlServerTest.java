package io.vibee.session.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlServerTest {
  @ParameterizedTest
  @CsvSource({
    "postgresql://u:p%40ss@h:5433/db?sslmode=require,postgresql://u:p%40ss@h:5433/x?sslmode=require",
    "postgres://u@[::1]/db,postgres://u@[::1]/x",
    "postgresql://u@h,postgresql://u@h/x",
    "postgresql://u@h/,postgresql://u@h/x",
    "'postgresql://u@h1,h2:5433?target_session_attrs=read-write','postgresql://u@h1,h2:5433/x?target_session_attrs=read-write'"
  })
  void namesAnotherDatabaseOfTheSameServer(String url, String other) {
    UrlServer server = new UrlServer(url);
    assertThat(server.url("x")).isEqualTo(other);
    assertThat(server.maintenanceUrl()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://h/d?password=s3cret",
        "s3cret",
        "postgresql://u:s3cret@h/d?dbname=other",
        "postgresql://u:s3cret@h/d?no_such_key=1",
        "postgresql://u:s3cret%zz@h/d"
      })
  void refusesOtherUrlsWithoutRepeatingThem(String url) {
    assertThatThrownBy(() -> new UrlServer(url))
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContaining("vibee.testkit.postgres.url")
        .hasMessageNotContaining("s3cret")
        .hasMessageNotContaining("DATABASE_URL")
        .hasNoCause();
  }

  @Test
  void isLeftRunning() {
    UrlServer server = new UrlServer("postgresql://u@localhost:1/d");
    server.stop();
    assertThat(server.shared()).isTrue();
  }
}

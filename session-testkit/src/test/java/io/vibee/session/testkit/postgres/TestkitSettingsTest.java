package io.vibee.session.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

class TestkitSettingsTest {
  private static TestkitSettings settings(Map<String, String> parameters, String... variables) {
    Map<String, String> environment =
        variables.length == 0 ? Map.of() : Map.of(variables[0], variables[1]);
    return TestkitSettings.of(name -> Optional.ofNullable(parameters.get(name)), environment);
  }

  @Test
  void triesAllSourcesUnlessOneIsPinned() {
    assertThat(settings(Map.of()).order())
        .containsExactly(PostgresSource.URL, PostgresSource.DOCKER, PostgresSource.EMBEDDED);
    assertThat(settings(Map.of(), "VIBEE_TESTKIT_POSTGRES", "EMBEDDED").orderText())
        .isEqualTo("embedded");
    assertThat(settings(Map.of("vibee.testkit.postgres", "embedded, docker,embedded")).orderText())
        .isEqualTo("embedded,docker");
  }

  @Test
  void parametersComeBeforeVariablesAndEmptyOnesCountAsNotSet() {
    assertThat(
            settings(Map.of("vibee.testkit.postgres", "url"), "VIBEE_TESTKIT_POSTGRES", "docker")
                .orderText())
        .isEqualTo("url");
    assertThat(
            settings(Map.of("vibee.testkit.postgres", " "), "VIBEE_TESTKIT_POSTGRES", "docker")
                .orderText())
        .isEqualTo("docker");
    assertThat(settings(Map.of(), "VIBEE_TESTKIT_POSTGRES_IMAGE", "postgres:18").image())
        .isEqualTo("postgres:18");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> settings(Map.of("vibee.testkit.postgres", "embedded,")))
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContaining("url, docker and embedded");
  }

  @Test
  void doesNotShowTheUrl() {
    TestkitSettings settings =
        settings(Map.of(), "VIBEE_TESTKIT_POSTGRES_URL", "postgresql://u:s3cret@h/d");
    assertThat(settings.url()).isPresent();
    assertThat(settings.toString()).doesNotContain("s3cret");
  }
}

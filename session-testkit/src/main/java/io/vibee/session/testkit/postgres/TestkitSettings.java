package io.vibee.session.testkit.postgres;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * Where PostgreSQL may come from.
 *
 * @param order which sources to try
 * @param url the URL of a server that is already running; may hold a password, so it must not be
 *     logged
 * @param image the image of a container
 */
record TestkitSettings(List<PostgresSource> order, Optional<String> url, String image) {
  private static final String ORDER = "vibee.testkit.postgres";

  /**
   * Reads the settings.
   *
   * @param parameters JUnit's configuration parameters, which include system properties
   * @param environment the variables, for what is not among the parameters
   */
  static TestkitSettings of(
      Function<String, Optional<String>> parameters, Map<String, String> environment) {
    Function<String, Optional<String>> value =
        name ->
            Stream.of(
                    parameters.apply(name),
                    Optional.ofNullable(
                        environment.get(name.toUpperCase(Locale.ROOT).replace('.', '_'))))
                .flatMap(Optional::stream)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .findFirst();
    return new TestkitSettings(
        value.apply(ORDER).map(TestkitSettings::order).orElse(List.of(PostgresSource.values())),
        value.apply(ORDER + ".url"),
        value.apply(ORDER + ".image").orElse("postgres:17-alpine"));
  }

  private static List<PostgresSource> order(String text) {
    return Arrays.stream(text.split(",", -1)).map(TestkitSettings::source).distinct().toList();
  }

  private static PostgresSource source(String name) {
    for (PostgresSource source : PostgresSource.values()) {
      if (source.name().equalsIgnoreCase(name.strip())) return source;
    }
    throw new ExtensionConfigurationException(
        ORDER + " must list some of url, docker and embedded, such as docker,embedded");
  }

  /** Returns the order as it is written in the setting. */
  String orderText() {
    return String.join(
        ",", order.stream().map(source -> source.name().toLowerCase(Locale.ROOT)).toList());
  }

  /** Leaves out the URL. */
  @Override
  public String toString() {
    return "TestkitSettings[" + orderText() + ", " + image + "]";
  }
}

package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.jul.JULServiceProvider;

/** An agent that reads its accounts from the environment has core and SLF4J, and no Jackson. */
class WithoutJacksonTest {
  @Test
  void loadsTheAccountsOfTheEnvironment() throws Exception {
    Map<String, String> environment =
        Map.of(
            "TELEGRAM_SESSION_ID", "sess_1",
            "TELEGRAM_API_ID", "94892",
            "TELEGRAM_API_HASH", "0123456789abcdef0123456789abcdef");
    URL[] jars = {jar(SessionLoader.class), jar(Logger.class), jar(JULServiceProvider.class)};
    try (URLClassLoader alone = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
      Class<?> loader = alone.loadClass(SessionLoader.class.getName());
      assertThat(loader).isNotSameAs(SessionLoader.class);
      try (AutoCloseable opened =
          (AutoCloseable)
              loader.getMethod("fromEnvironment", Map.class).invoke(null, environment)) {
        assertThat((Iterable<?>) loader.getMethod("load").invoke(opened))
            .singleElement()
            .asString()
            .contains("sess_1");
      }
      assertThatThrownBy(() -> alone.loadClass("com.fasterxml.jackson.databind.JsonNode"))
          .isInstanceOf(ClassNotFoundException.class);
    }
  }

  private static URL jar(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }
}

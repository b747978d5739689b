package io.vibee.session.jdbc.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Session;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonColumnsTest {
  /** Where there is no Jackson at all, whoever needs it fails. */
  @Test
  void readsSessionsWithoutChatsWithoutJackson() throws Exception {
    URL[] jars = {location(JsonColumns.class), location(Session.class)};
    try (URLClassLoader without = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
      Class<?> columns = without.loadClass(JsonColumns.class.getName());
      Method readChats = columns.getMethod("readChats", String.class);
      assertThat(readChats.invoke(null, (Object) null)).isEqualTo(List.of());
      assertThat(columns.getMethod("readDetails", String.class).invoke(null, (Object) null))
          .isEqualTo(Map.of());
      assertThatThrownBy(() -> readChats.invoke(null, "[1]"))
          .isInstanceOf(InvocationTargetException.class)
          .hasCauseInstanceOf(NoClassDefFoundError.class);
    }
  }

  private static URL location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }
}

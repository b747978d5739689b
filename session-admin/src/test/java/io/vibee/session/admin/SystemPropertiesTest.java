package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Processes;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a server leaves in its process, which is one of its own here. */
class SystemPropertiesTest {

  @Test
  void setsThoseOfTheJdksServer() throws Exception {
    assertThat(linesOf("true"))
        .startsWith(
            "jdk.httpserver.maxConnections=2000",
            "sun.net.httpserver.clockTick=500",
            "sun.net.httpserver.maxReqHeaderSize=32768",
            "sun.net.httpserver.maxReqHeaders=100",
            "sun.net.httpserver.maxReqTime=4",
            "sun.net.httpserver.nodelay=true")
        .last()
        .isEqualTo("cut off");
  }

  @Test
  void setsNoneIfToldSoAndCutsOffAllTheSame() throws Exception {
    assertThat(linesOf("false")).containsExactly("cut off");
  }

  private static List<String> linesOf(String systemProperties) throws Exception {
    Process process =
        Processes.of(
                Processes.java(),
                "-cp",
                System.getProperty("java.class.path"),
                Server.class.getName(),
                systemProperties)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(out).isZero();
      return out.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Serves a client that stalls, then tells which properties there are. */
  static final class Server {
    private Server() {}

    public static void main(String[] args) throws IOException {
      try (JdbcSessionStore store = JdbcSessionStore.open("postgresql://u@localhost:1/none");
          AdminServer server =
              AdminServer.over(store)
                  .port(0)
                  .systemProperties(Boolean.parseBoolean(args[0]))
                  .start();
          Socket stalled = RawHttp.connect(server.port())) {
        stalled.getOutputStream().write("GET /api".getBytes(UTF_8));
        long start = System.nanoTime();
        RawHttp.readAll(stalled);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        for (String name : new TreeSet<>(System.getProperties().stringPropertyNames())) {
          if (name.contains("httpserver"))
            System.out.println(name + "=" + System.getProperty(name));
        }
        System.out.println(
            taken.compareTo(Duration.ofSeconds(10)) < 0 ? "cut off" : "held for " + taken);
      }
    }
  }
}

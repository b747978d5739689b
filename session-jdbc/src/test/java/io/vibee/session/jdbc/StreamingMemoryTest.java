package io.vibee.session.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.LoadReport;
import io.vibee.session.SessionLoader;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process with little memory streams many sessions. */
@Tag("slow")
class StreamingMemoryTest {
  private static final int ROWS = 100_000;

  /** What the small process runs. */
  public static final class Program {
    private Program() {}

    public static void main(String[] args) {
      try (SessionLoader loader =
          SessionLoader.fromEnvironment(Map.of("DATABASE_URL", args[0], "MULTI_TENANT", "true"))) {
        LoadReport report = loader.forEach(session -> {});
        System.out.print("loaded " + report.loaded());
      }
    }
  }

  @Test
  void streamsAHundredThousandSessionsIn96Megabytes() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.executeWith(
        Canary.API_HASH,
        """
        insert into user_sessions (user_id, session_id, api_id, phone, api_hash_encrypted)
          select i::text, 'sess_' || i, 94892, '+10005550123',
                 session_hash_encrypt(current_setting('test.secret'), (select master_key from encryption_keys where id = 1))
            from generate_series(1, %d) i
        """
            .formatted(ROWS));
    Process process =
        Processes.of(
                Processes.java(),
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                database.url())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("loaded " + ROWS);
  }
}

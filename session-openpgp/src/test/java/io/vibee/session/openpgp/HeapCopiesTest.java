package io.vibee.session.openpgp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Looks for secrets in a dump of all objects that are in use, as whoever gets hold of one could.
 */
class HeapCopiesTest {
  private static final int SESSIONS = 300;

  /** What the hashes begin with; the rest are digits, so the code itself holds none of them. */
  private static final String HASH = "d1u2m3p4ed";

  private static final Pattern HASHES = Pattern.compile(HASH + "([0-9]{6})");

  @TempDir private Path folder;

  @Test
  void aLoadLeavesOneCopyOfEachHashAndNoneOfTheKey() throws IOException {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore store = ExternalStores.open(database, ExternalStores.FIRST)) {
      store.changeKey(NewKey.external());
      for (int i = 0; i < SESSIONS; i++) {
        store.save(
            ExternalStores.session("" + i).toBuilder()
                .apiHash(Secret.of(HASH + (100_000 + i)))
                .build());
      }
    }
    try (JdbcSessionStore store = ExternalStores.open(database, ExternalStores.FIRST)) {
      store.check();
      // What the first store has left goes with its connections, whose threads may be about to end.
      await("before the load")
          .atMost(Duration.ofSeconds(30))
          .until(() -> dump().hashes().isEmpty());
      Copies before = dump();
      List<Session> held = new ArrayList<>();
      store.forEachActive(held::add, unreadable -> {});
      Copies after = dump();
      assertThat(held).hasSize(SESSIONS);
      assertThat(after.hashes().values()).hasSize(SESSIONS).containsOnly(1);
      assertThat(after.ofKey()).isPositive().isLessThanOrEqualTo(before.ofKey());
    }
  }

  /** How often each hash, by its digits, and the key are among all live objects. */
  private record Copies(Map<String, Integer> hashes, int ofKey) {}

  /** Keeps nothing of the dump, which the next one would find. */
  private Copies dump() throws IOException {
    Path file = folder.resolve("live.hprof");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(file.toString(), true);
    String contents = Files.readString(file, ISO_8859_1); // as Java keeps a Latin text
    Files.delete(file);
    return new Copies(hashes(contents), count(contents, Canary.MASTER_KEY));
  }

  private static Map<String, Integer> hashes(String dump) {
    Map<String, Integer> counts = new TreeMap<>();
    Matcher matcher = HASHES.matcher(dump);
    while (matcher.find()) counts.merge(matcher.group(1), 1, Integer::sum);
    return counts;
  }

  private static int count(String dump, String text) {
    int count = 0;
    for (int at = dump.indexOf(text); at >= 0; at = dump.indexOf(text, at + 1)) count++;
    return count;
  }
}

package io.vibee.session.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.Session;
import io.vibee.session.benchmarks.jmh.LoadAll;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jol.info.GraphLayout;

/**
 * Loads all sessions into a list, and prints the bytes per session: as held in memory, and the
 * minimum.
 */
final class HoldMany {
  private HoldMany() {}

  public static void main(String[] args) {
    List<Session> sessions = new ArrayList<>();
    try (JdbcSessionStore store = LoadAll.store(args[0], args[1])) {
      store.forEachActive(
          sessions::add,
          unreadable -> {
            throw new IllegalStateException(unreadable.toString());
          });
    }
    sessions = new ArrayList<>(sessions); // without room to grow
    System.out.printf(
        Locale.ROOT,
        "%.1f %.1f%n",
        (double) GraphLayout.parseInstance(sessions).totalSize() / sessions.size(),
        sessions.stream().mapToInt(HoldMany::contents).average().orElseThrow());
  }

  /**
   * Counts texts in UTF-8, 4 bytes for an int, 8 for a long or a time, 1 for a boolean, and nothing
   * for null.
   */
  private static int contents(Session session) {
    return texts(session.userId(), session.sessionId(), session.username(), session.phone())
        + texts(session.apiHash().exposeSecret())
        + texts(session.targetChats().toArray(String[]::new))
        + 4 * 2
        + 8
        + 1 * 4
        + 8 * times(session.lastSeenAt(), session.createdAt(), session.updatedAt());
  }

  private static int texts(@Nullable String... texts) {
    return Stream.of(texts)
        .filter(Objects::nonNull)
        .mapToInt(text -> Objects.requireNonNull(text).getBytes(UTF_8).length)
        .sum();
  }

  private static int times(@Nullable Object... times) {
    return (int) Stream.of(times).filter(Objects::nonNull).count();
  }
}

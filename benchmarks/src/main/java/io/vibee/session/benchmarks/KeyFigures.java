package io.vibee.session.benchmarks;

import io.vibee.session.NewKey;
import io.vibee.session.RotationProgress;
import io.vibee.session.Secret;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.openpgp.KeyProvider;
import io.vibee.session.openpgp.MasterKey;
import io.vibee.session.openpgp.OpenPgpSealer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures how long rotations take relative to one UPDATE by hand, and loading with an external key
 * relative to loading with a database key. Prints Markdown; benchmarks/run.sh writes it into
 * docs/benchmarks.md.
 */
public final class KeyFigures {
  private static final int ROUNDS = 7;

  private static final MasterKey FIRST = MasterKey.of(Secret.of("0a1b2c3d".repeat(8)));
  private static final MasterKey SECOND = MasterKey.of(Secret.of("4e5f6a7b".repeat(8)));

  private final Database database;
  private final int sessions;

  private KeyFigures(Database database, int sessions) {
    this.database = database;
    this.sessions = sessions;
  }

  /**
   * Measures and prints.
   *
   * @param args how many sessions; 20000 by default
   * @throws Exception if PostgreSQL does not start
   */
  public static void main(String[] args) throws Exception {
    int sessions = args.length == 0 ? 20_000 : Integer.parseInt(args[0]);
    try (Database database = new Database()) {
      database.fill(sessions);
      System.out.printf(
          "%n%,d sessions, cores: %d, PostgreSQL %s, Java %s; medians of %d rounds, minimum and"
              + " maximum in brackets.%n",
          sessions,
          Runtime.getRuntime().availableProcessors(),
          database.version(),
          Runtime.version(),
          ROUNDS);
      KeyFigures figures = new KeyFigures(database, sessions);
      figures.rotations();
    }
  }

  private void rotations() {
    Timings byHand = new Timings();
    Map<String, Timings> rotations = new LinkedHashMap<>();
    Timings databaseKey = new Timings();
    Timings externalKey = new Timings();
    round(new Timings(), new LinkedHashMap<>(), new Timings(), new Timings()); // to warm up
    for (int round = 0; round < ROUNDS; round++) {
      round(byHand, rotations, databaseKey, externalKey);
      System.err.println("round " + (round + 1) + " of " + ROUNDS);
    }
    System.out.println(
        "\n| rotation | time | relative to one UPDATE by hand | sessions per second |");
    System.out.println("| --- | --- | --- | --- |");
    System.out.println("| one UPDATE by hand, no triggers | " + byHand.inMillis() + " | 1 | |");
    rotations.forEach(
        (name, timings) ->
            System.out.printf(
                "| %s | %s | %s | %,.0f |%n",
                name,
                timings.inMillis(),
                timings.ratioTo(byHand),
                sessions / timings.median() * 1e3));
    System.out.println("\n| loading all | time | relative to the database key |");
    System.out.println("| --- | --- | --- |");
    System.out.println("| database key | " + databaseKey.inMillis() + " | 1 |");
    System.out.printf(
        "| external key | %s | %s |%n", externalKey.inMillis(), externalKey.ratioTo(databaseKey));
  }

  private void round(
      Timings byHand, Map<String, Timings> rotations, Timings databaseKey, Timings externalKey) {
    byHand.time(database::updateByHand);
    database.settle();
    rotate(rotations, "database key to database key", NewKey.generated(), FIRST, SECOND);
    load(databaseKey);
    rotate(rotations, "database key to external key", NewKey.external(), FIRST, SECOND);
    load(externalKey);
    rotate(rotations, "external key to external key", NewKey.external(), SECOND, FIRST);
    rotate(rotations, "external key to database key", NewKey.generated(), SECOND, FIRST);
  }

  private void rotate(
      Map<String, Timings> rotations,
      String name,
      NewKey key,
      MasterKey current,
      MasterKey earlier) {
    try (JdbcSessionStore store = open(current, earlier)) {
      store.keys(); // connects
      rotations
          .computeIfAbsent(name, n -> new Timings())
          .time(
              () -> {
                store.changeKey(key);
                RotationProgress end = store.rotate();
                if (end.done() != sessions) throw new IllegalStateException(name + ": " + end);
              });
    }
    database.settle();
  }

  private void load(Timings timings) {
    try (JdbcSessionStore store = open(FIRST, SECOND)) {
      store.keys();
      timings.time(
          () -> {
            int[] count = {0};
            store.forEachActive(
                session -> count[0]++,
                unreadable -> {
                  throw new IllegalStateException(unreadable.toString());
                });
            if (count[0] != sessions) throw new IllegalStateException("loaded " + count[0]);
          });
    }
  }

  private JdbcSessionStore open(MasterKey current, MasterKey earlier) {
    return JdbcSessionStore.open(
        database.url(), OpenPgpSealer.of(KeyProvider.of(current, earlier)));
  }
}

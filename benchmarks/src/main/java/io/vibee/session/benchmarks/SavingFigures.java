package io.vibee.session.benchmarks;

import io.vibee.session.NewKey;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.SessionMigrations;
import io.vibee.session.openpgp.KeyProvider;
import io.vibee.session.openpgp.MasterKey;
import io.vibee.session.openpgp.OpenPgpSealer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures how long it takes to save many sessions, and to import a backup as a whole process,
 * relative to one INSERT by hand. Prints Markdown; benchmarks/run.sh writes it into
 * docs/benchmarks.md. To be run in the project's folder.
 */
public final class SavingFigures {
  private static final Path CLI = Path.of("session-cli", "target", "vibee-session.jar");
  private static final MasterKey KEY = MasterKey.of(Secret.of("0a1b2c3d".repeat(8)));

  /** The quick start's, over many. */
  private static final String BY_HAND =
      """
      insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone)
        select 'user_' || g, 'sess_' || g, 94892, pgp_sym_encrypt(md5(g::text),
                 (select master_key from encryption_keys where id = 1)), '+10005550123'
          from generate_series(1, %d) g
      """;

  /** With the same parameters as the triggers and the store: no stretching of a random key. */
  private static final String LEAN = BY_HAND.replace("pgp_sym_encrypt(", "session_hash_encrypt(");

  private final Database database;
  private final int sessions;
  private final Path folder;
  private final Map<String, Timings> timings = new LinkedHashMap<>();

  private SavingFigures(Database database, int sessions, Path folder) {
    this.database = database;
    this.sessions = sessions;
    this.folder = folder;
  }

  /**
   * Measures and prints.
   *
   * @param args how many sessions, 100000 by default, and how many rounds, 5 by default
   * @throws Exception if PostgreSQL or a program does not start
   */
  public static void main(String[] args) throws Exception {
    int sessions = args.length == 0 ? 100_000 : Integer.parseInt(args[0]);
    int rounds = args.length < 2 ? 5 : Integer.parseInt(args[1]);
    Path folder = Files.createTempDirectory("vibee-saving");
    try (Database database = new Database()) {
      SavingFigures figures = new SavingFigures(database, sessions, folder);
      for (int round = 0; round <= rounds; round++) {
        if (round == 1) figures.timings.clear(); // the first one warms up
        figures.round(round);
        System.err.println("round " + round + " of " + rounds);
      }
      figures.print(rounds);
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) Files.delete(file);
      }
      Files.delete(folder);
    }
  }

  private void print(int rounds) {
    System.out.printf(
        "%n%,d sessions, PostgreSQL %s, Java %s; medians of %d rounds, minimum and maximum in"
            + " brackets.%n%n",
        sessions, database.version(), Runtime.version(), rounds);
    System.out.println("| saving | time | relative to one INSERT by hand |\n| --- | --- | --- |");
    Timings byHand = timings.values().iterator().next();
    timings.forEach(
        (name, own) ->
            System.out.printf(
                "| %s | %s | %s |%n",
                name, own.inMillis(), own == byHand ? "1" : own.ratioTo(byHand)));
  }

  private void time(String name, Runnable run) {
    timings.computeIfAbsent(name, n -> new Timings()).time(run);
  }

  private void round(int round) {
    String byHand = create("hand_" + round);
    time(
        "one INSERT by hand, database key",
        () -> database.execute(byHand, BY_HAND.formatted(sessions)));
    Path backup = folder.resolve("backup.pgp");
    Path passphrase = folder.resolve("passphrase");
    if (Files.exists(CLI) && !Files.exists(backup)) {
      write(passphrase);
      cli(byHand, "export", backup.toString(), "--passphrase-file", passphrase.toString());
    }
    drop(byHand);

    String lean = create("lean_" + round);
    time(
        "the same with `session_hash_encrypt`",
        () -> database.execute(lean, LEAN.formatted(sessions)));
    drop(lean);

    String ours = create("ours_" + round);
    try (JdbcSessionStore store = JdbcSessionStore.open(database.url(ours))) {
      store.check();
      time("`editAll` of new sessions, database key", () -> save(store, "", Outcome.CREATED));
      time("the same again: all unchanged", () -> save(store, "", Outcome.UNCHANGED));
      time("another phone in each", () -> save(store, "0", Outcome.UPDATED));
    }
    drop(ours);

    String sealed = create("sealed_" + round);
    try (JdbcSessionStore store =
        JdbcSessionStore.open(database.url(sealed), OpenPgpSealer.of(KeyProvider.of(KEY)))) {
      store.changeKey(NewKey.external());
      time("`editAll` of new sessions, external key", () -> save(store, "", Outcome.CREATED));
      time("the same again: all unchanged, external key", () -> save(store, "", Outcome.UNCHANGED));
    }
    drop(sealed);

    if (!Files.exists(CLI)) return;
    String imported = create("import_" + round);
    String[] arguments = {
      "import", backup.toString(), "--passphrase-file", passphrase.toString(), "--replace"
    };
    time("`vibee-session import`, database key", () -> cli(imported, arguments));
    time("the same again: all unchanged, as a process", () -> cli(imported, arguments));
    drop(imported);
  }

  private String create(String name) {
    database.create(name);
    SessionMigrations.migrate(database.url(name));
    database.execute(name, "checkpoint");
    return name;
  }

  private void drop(String name) {
    database.execute("drop database " + name + " with (force)");
  }

  private void save(JdbcSessionStore store, String digit, Outcome expected) {
    int[] count = {0};
    store.editAll(
        () -> Stream.iterate(1, i -> i <= sessions, i -> i + 1).map(i -> edit(i, digit)).iterator(),
        saved -> {
          if (saved.outcome() == expected) count[0]++;
        },
        refused -> {
          throw new IllegalStateException(refused.toString());
        });
    if (count[0] != sessions) throw new IllegalStateException(expected + ": " + count[0]);
  }

  private static SessionEdit edit(int number, String digit) {
    Secret hash = Secret.of("%032x".formatted(number * 7_919L));
    return SessionEdit.of(
            Session.builder("user_" + number, "sess_" + number, 94892, hash)
                .phone("+10005550123" + digit)
                .build())
        .build();
  }

  private static void write(Path passphrase) {
    try {
      Files.writeString(passphrase, "0a1b2c3d".repeat(8) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void cli(String name, String... arguments) {
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-jar",
                    CLI.toString()),
                Stream.of(arguments))
            .toList();
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("DATABASE_URL", database.url(name));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(folder.resolve("err").toFile());
    try {
      if (builder.start().waitFor() != 0) {
        throw new IllegalStateException(Files.readString(folder.resolve("err")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.vibee.session.benchmarks;

import io.vibee.session.testkit.postgres.SessionDatabase;
import io.vibee.session.testkit.postgres.TestDatabase;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Tests that each have a database, and create and drop another by hand: before their own in every
 * second test, otherwise after it, so that neither has the quieter server.
 */
@SessionDatabase
class FreshDatabases {
  private static final int WARM_UP = 10;
  private static final int ROUNDS = 50;

  private static final Timings ours = new Timings();
  private static final Timings byHand = new Timings();
  private static final Timings oursAndDropped = new Timings();
  private static final Timings byHandAndDropped = new Timings();

  /** Set by the first test with a database; the connection stays open. */
  private static @Nullable Statement server;

  private static String template = "";
  private static String version = "";
  private static long testEnded;
  private static long injectionStarted;

  /** Runs before the parameter of the test is resolved. */
  @BeforeEach
  void makesOneByHandFirst(RepetitionInfo repetition) {
    long untilDropped = System.nanoTime() - testEnded;
    if (counts(repetition.getCurrentRepetition() - 1)) {
      oursAndDropped.add(ours.last() + untilDropped / 1e6);
    }
    if (repetition.getCurrentRepetition() % 2 == 0) makeByHand(repetition);
    injectionStarted = System.nanoTime();
  }

  @RepeatedTest(WARM_UP + ROUNDS + 1)
  void hasADatabase(TestDatabase database, RepetitionInfo repetition) throws SQLException {
    long ready = System.nanoTime() - injectionStarted;
    if (counts(repetition.getCurrentRepetition())) ours.add(ready / 1e6);
    if (server == null) findTemplate(database);
    if (repetition.getCurrentRepetition() % 2 == 1) makeByHand(repetition);
    testEnded = System.nanoTime();
  }

  private static boolean counts(int repetition) {
    return repetition > WARM_UP && repetition <= WARM_UP + ROUNDS;
  }

  private static void findTemplate(TestDatabase database) throws SQLException {
    String url =
        "jdbc:"
            + database.url().replace("postgres@", "").replace(database.name(), "postgres")
            + "?user=postgres";
    Statement statement = DriverManager.getConnection(url).createStatement();
    template = database.name().replaceFirst("[0-9]+$", "template");
    try (ResultSet row = statement.executeQuery("show server_version")) {
      row.next();
      version = row.getString(1);
    }
    server = statement;
  }

  private static void makeByHand(RepetitionInfo repetition) {
    try {
      Statement statement = Objects.requireNonNull(server);
      long start = System.nanoTime();
      statement.execute("create database by_hand template " + template);
      long made = System.nanoTime();
      statement.execute("drop database by_hand with (force)");
      long dropped = System.nanoTime();
      if (!counts(repetition.getCurrentRepetition())) return;
      byHand.add((made - start) / 1e6);
      byHandAndDropped.add((dropped - start) / 1e6);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static void print() {
    System.out.printf(
        "%nPostgreSQL %s, Java %s; medians of %d tests, minimum and maximum in brackets.%n%n",
        version, Runtime.version(), ROUNDS);
    System.out.println("| database of a test | time | relative to by hand |");
    System.out.println("| --- | --- | --- |");
    System.out.println(
        "| `create database … template …` by hand | " + byHand.inMillis() + " | 1 |");
    System.out.printf("| made and injected | %s | %s |%n", ours.inMillis(), ours.ratioTo(byHand));
    System.out.println("| made and dropped by hand | " + byHandAndDropped.inMillis() + " | 1 |");
    System.out.printf(
        "| made, injected and dropped | %s | %s |%n",
        oursAndDropped.inMillis(), oursAndDropped.ratioTo(byHandAndDropped));
  }
}

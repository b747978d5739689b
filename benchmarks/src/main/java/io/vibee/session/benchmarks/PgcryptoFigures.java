package io.vibee.session.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vibee.session.benchmarks.jmh.LoadAll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures how long pgcrypto takes to decrypt a message, in the embedded PostgreSQL and in each one
 * that Debian's packages installed: they differ in their OpenSSL and in how they were compiled.
 * Prints Markdown; the build writes it into docs/benchmarks.md.
 */
public final class PgcryptoFigures {
  private static final int WARM_UP = 2;

  /** One backend at its own speed: no others that help, and no compiler. */
  private static final String ALONE = "set max_parallel_workers_per_gather = 0; set jit = off";

  private static final String DECRYPTED =
      """
      select sum(length(session_hash_decrypt(s.api_hash_encrypted, k.master_key)))
        from user_sessions s, (select master_key from encryption_keys where id = 1 offset 0) k
      """;

  private static final String AS_STORED =
      """
      select sum(length(s.api_hash_encrypted))
        from user_sessions s, (select master_key from encryption_keys where id = 1 offset 0) k
      """;

  private static final String OPTIMISED =
      """
      select coalesce(substring(setting from '.*(-O[^ ]+)'), '') from pg_config where name = 'CFLAGS'
      """;

  /** How OpenSSL's library names its version. */
  private static final Pattern OPENSSL = Pattern.compile("OpenSSL (\\d+\\.\\d+\\.\\d+[a-z]?) +\\d");

  private PgcryptoFigures() {}

  /**
   * Measures and prints.
   *
   * @param args none
   * @throws Exception if a server does not start or cannot be asked
   */
  public static void main(String[] args) throws Exception {
    List<Database> databases = new ArrayList<>();
    List<Measured> servers = new ArrayList<>();
    try {
      int messages = Collections.min(Settings.sizes(40_000));
      databases.add(new Database());
      for (Path programs : InstalledPostgres.installed()) {
        databases.add(InstalledPostgres.start(programs));
      }
      for (int server = 0; server < databases.size(); server++) {
        String name = server == 0 ? "embedded" : "Debian's";
        servers.add(new Measured(name, databases.get(server), messages));
      }
      rounds(servers, Settings.rounds(9));
      print(servers, messages);
    } finally {
      for (Measured server : servers) server.connection.close();
      for (Database database : databases) database.close();
    }
  }

  /** Lets the servers take turns, the other way round in every second round. */
  private static void rounds(List<Measured> servers, int rounds) throws SQLException {
    for (int round = 0; round < WARM_UP + rounds; round++) {
      List<Measured> order = new ArrayList<>(servers);
      if (round % 2 == 1) Collections.reverse(order);
      for (Measured server : order) {
        double micros = server.microsPerMessage();
        if (round >= WARM_UP) server.rounds.add(micros);
      }
    }
  }

  private static void print(List<Measured> servers, int messages) throws SQLException {
    System.out.printf(
        "%n%,d messages; medians of %d rounds, minimum and maximum in brackets.%n%n",
        messages, servers.get(0).rounds.size());
    System.out.println(
        "| PostgreSQL | compiled with | OpenSSL | a message | relative to embedded |");
    System.out.println("| --- | --- | --- | --- | --- |");
    List<Double> reference = servers.get(0).rounds;
    for (Measured server : servers) {
      System.out.printf(
          "| %s, %s | `%s` | %s | %s | %s |%n",
          server.name,
          server.value("select split_part(current_setting('server_version'), ' ', 1)"),
          server.value(OPTIMISED),
          server.openSsl(),
          Spread.of(server.rounds).in("µs"),
          server == servers.get(0) ? "1" : Spread.ofRatios(server.rounds, reference).in("×"));
    }
    if (servers.size() == 1) {
      System.out.printf("%nNo other server was measured: no %s.%n", InstalledPostgres.missing());
    }
  }

  /** One server with its messages, and one connection to it. */
  private static final class Measured {
    private final String name;
    private final int messages;
    private final Connection connection;
    private final List<Double> rounds = new ArrayList<>();

    Measured(String name, Database database, int messages) throws SQLException {
      this.name = name;
      this.messages = messages;
      new LoadingDatabases(database).databaseKey(messages);
      connection = database.connect(LoadAll.database("databaseKey", messages));
      try (Statement statement = connection.createStatement()) {
        statement.execute(ALONE);
      }
    }

    /** Returns what decrypting adds to the same query over the messages as they are stored. */
    double microsPerMessage() throws SQLException {
      double asStored = micros(AS_STORED);
      return (micros(DECRYPTED) - asStored) / messages;
    }

    private double micros(String sql) throws SQLException {
      long start = System.nanoTime();
      value(sql);
      return (System.nanoTime() - start) / 1e3;
    }

    String value(String sql) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(sql)) {
        row.next();
        return row.getString(1);
      }
    }

    /** Finds the version in the library that the backend has mapped, on a Linux that shows it. */
    String openSsl() throws SQLException {
      Path maps = Path.of("/proc", value("select pg_backend_pid()"), "maps");
      try {
        for (String line : Files.readAllLines(maps)) {
          int path = line.indexOf('/');
          if (path < 0 || !line.contains("libcrypto")) continue;
          Matcher version =
              OPENSSL.matcher(Files.readString(Path.of(line.substring(path)), ISO_8859_1));
          if (version.find()) return version.group(1);
        }
      } catch (IOException e) {
        System.err.println("the version of OpenSSL cannot be told: " + e.getMessage());
      }
      return "unknown";
    }
  }
}

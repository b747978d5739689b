package io.vibee.session.jdbc.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Types statements as an operator does: into psql where the machine has it, else over JDBC. */
public record Psql(TestDatabase database, Optional<String> program) {
  public static Psql on(TestDatabase database) {
    return new Psql(database, Tools.find("psql"));
  }

  /** Runs {@code psql "$DATABASE_URL" < file}, with these options. */
  public static String run(String program, TestDatabase database, Path file, String... options) {
    List<String> command = new ArrayList<>(List.of(program, database.url(), "--no-psqlrc"));
    command.addAll(List.of(options));
    try {
      Process process =
          Processes.of(command).redirectInput(file.toFile()).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      return output;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public void migrate() {
    if (program.isEmpty()) database.migrate();
    else assertThat(run(program.get(), database, TestDatabase.MIGRATION)).isEqualTo("DO\n");
  }

  public void execute(String sql) {
    if (program.isEmpty()) database.execute(sql);
    else type(sql, "-v", "ON_ERROR_STOP=1");
  }

  /** The rows, the columns of each joined by a bar. */
  public List<String> query(String sql) {
    if (program.isEmpty()) return database.query(sql);
    return type(sql, "-At", "-P", "null=null", "-v", "ON_ERROR_STOP=1").lines().toList();
  }

  private String type(String sql, String... options) {
    try {
      Path file = Files.createTempFile("psql", ".sql");
      try {
        Files.writeString(file, sql);
        return run(program.orElseThrow(), database, file, options);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

package io.vibee.session.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.jdbc.url.DatabaseUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What another user of the machine gets of the demo's database, who can reach its port. */
class DemoPostgresTest {
  @Test
  void asksForItsPasswordAndKnowsNothingOfTheEnvironment() throws Exception {
    Path folder;
    try (DemoPostgres postgres = DemoPostgres.start()) {
      folder = postgres.folder();
      String password = postgres.password().exposeSecret();
      String other = postgres.url().replace(password, "another");
      String without = postgres.url().replace(":" + password, "");
      for (String url : List.of(other, without)) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url).toDataSource().getConnection())
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isIn("28P01", "08004"));
      }
      assertThat(postgres + " " + postgres.postgres()).doesNotContain(password);
      assertThat(ProcessHandle.current().descendants().map(p -> p.info().commandLine()))
          .noneMatch(line -> line.orElse("").contains(password));
      assertThat(Files.exists(folder.resolve("password"))).isFalse();

      assertThat(System.getenv()).as("what could be seen").containsKey("HOME");
      assertThat(variablesOfServer(postgres))
          .isNotEmpty()
          .allMatch(name -> name.matches("PATH|LC_[A-Z]+|LANG|PG[A-Z_]*|PWD|OLDPWD|SHLVL|_"));
    }
    assertThat(folder).doesNotExist();
  }

  private static List<String> variablesOfServer(DemoPostgres postgres) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Connection connection = postgres.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create temporary table seen (line text)");
      statement.execute("copy seen from program 'env' with (format csv, delimiter e'\\x01')");
      try (ResultSet row = statement.executeQuery("select split_part(line, '=', 1) from seen")) {
        while (row.next()) names.add(row.getString(1));
      }
    }
    return names;
  }
}

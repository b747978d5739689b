package io.vibee.session.cli;

import io.vibee.session.jdbc.url.DatabaseUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The set-up that is looked at.
 *
 * @param settings the variables; they hold secrets
 * @param url the database; null where it cannot be told
 */
record DoctorPatient(Map<String, String> settings, @Nullable DatabaseUrl url) {
  private static final int LOGIN_SECONDS = 10;

  /** An empty variable counts as not set. */
  @Nullable String setting(String name) {
    String value = settings.getOrDefault(name, "");
    return value.isEmpty() ? null : value;
  }

  /** Whether the server is on this machine, where nobody listens in between. */
  boolean isLocal() {
    String hosts = String.valueOf(url).split("/", 2)[0];
    return List.of(hosts.split(",", -1)).stream()
        .allMatch(host -> host.matches("(localhost|127\\.[0-9.]+|\\[::1\\]):[0-9]+"));
  }

  static Connection connect(DatabaseUrl url) throws SQLException {
    DataSource source = url.toDataSource();
    source.setLoginTimeout(LOGIN_SECONDS);
    return source.getConnection();
  }

  /** The only value of a statement that looks up nothing by search_path. */
  static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Not the settings. */
  @Override
  public String toString() {
    return "DoctorPatient[" + url + "]";
  }
}

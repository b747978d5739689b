package io.vibee.session.jdbc.sql;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Logs the warnings of our own triggers and migrations, and nothing else that a server may say. */
public final class ServerWarnings {
  private ServerWarnings() {}

  public static void log(Statement statement, Logger log) throws SQLException {
    for (@Nullable SQLWarning at = statement.getWarnings(); at != null; at = at.getNextWarning()) {
      String text = Objects.requireNonNullElse(at.getMessage(), "");
      if (text.startsWith(SqlErrors.OURS)) log.warn("{}", text);
    }
  }
}

package io.vibee.session.cli;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks one connection; whatever comes is text. */
record DoctorSql(Connection connection) {

  /** A row; a null of SQL is a null here. */
  record Row(List<@Nullable String> columns) {
    @Nullable String get(int index) {
      return columns.get(index);
    }

    String text(int index) {
      return Objects.requireNonNullElse(columns.get(index), "");
    }

    boolean is(int index) {
      return "t".equals(columns.get(index));
    }

    long number(int index) {
      return Long.parseLong(text(index));
    }
  }

  List<Row> rows(String sql, String... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) statement.setString(i + 1, parameters[i]);
      List<Row> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        int width = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<@Nullable String> columns = new ArrayList<>();
          for (int i = 1; i <= width; i++) columns.add(result.getString(i));
          rows.add(new Row(columns));
        }
      }
      return rows;
    }
  }

  /** The only row. */
  Row row(String sql, String... parameters) throws SQLException {
    return rows(sql, parameters).get(0);
  }
}

package io.vibee.session.benchmarks;

import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;

/**
 * The reference for {@code ./start.sh --once}: what one would write by hand with nothing but
 * pgjdbc. It has one connection and one statement, and prints the same lines; it has no pool, no
 * other library, and nothing of what makes an agent safe to run: it checks no schema, uses one key
 * for all rows, and ends at the first row that cannot be decrypted.
 */
public final class OnceByHand {
  private static final String ACTIVE =
      """
      select user_id, session_id, api_id, phone, is_authorized, pgp_sym_decrypt(api_hash_encrypted,
               (select master_key from encryption_keys where id = 1)) as api_hash
        from user_sessions where is_active = true
      """;

  private OnceByHand() {}

  /**
   * Loads what {@code DATABASE_URL} and either {@code MULTI_TENANT=true} or {@code USER_ID} name,
   * prints it and ends.
   *
   * @param args none
   * @throws SQLException if the database cannot be reached or a hash cannot be decrypted
   */
  public static void main(String[] args) throws SQLException {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    boolean all = "true".equals(System.getenv("MULTI_TENANT"));
    long start = System.nanoTime();
    int count;
    try (Connection connection = connect(URI.create(System.getenv("DATABASE_URL")));
        PreparedStatement statement =
            connection.prepareStatement(
                all ? ACTIVE + " order by id" : ACTIVE + " and user_id = ?")) {
      if (!all) statement.setString(1, System.getenv("USER_ID"));
      count = print(statement, out);
    }
    out.append("loaded ")
        .append(String.valueOf(count))
        .append(count == 1 ? " session" : " sessions");
    out.append(" in ").append(String.valueOf((System.nanoTime() - start) / 1_000_000));
    out.append(" ms (mode=").append(all ? "multi-tenant" : "single-db").append(")\n");
    out.flush();
  }

  private static Connection connect(URI url) throws SQLException {
    Properties properties = new Properties();
    String[] login = url.getUserInfo().split(":", 2);
    properties.setProperty("user", login[0]);
    if (login.length > 1) properties.setProperty("password", login[1]);
    return DriverManager.getConnection(
        "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(), properties);
  }

  private static int print(PreparedStatement statement, PrintStream out) throws SQLException {
    int count = 0;
    try (ResultSet row = statement.executeQuery()) {
      for (; row.next(); count++) {
        if (row.getString("api_hash").isEmpty()) throw new SQLException("an empty hash");
        out.append("session user_id=").append(row.getString("user_id"));
        out.append(" session_id=").append(row.getString("session_id"));
        out.append(" api_id=").append(String.valueOf(row.getInt("api_id")));
        out.append(" phone=").append(masked(row.getString("phone")));
        out.append(" authorized=").append(row.getBoolean("is_authorized") ? "true" : "false");
        out.append(" source=database\n");
      }
    }
    return count;
  }

  private static String masked(String phone) {
    int length = phone.length();
    return phone.substring(0, 5).concat("***").concat(phone.substring(length - 4));
  }
}

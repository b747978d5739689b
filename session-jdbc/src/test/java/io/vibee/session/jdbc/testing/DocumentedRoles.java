package io.vibee.session.jdbc.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The roles of docs/security.md, with the grants that it gives them.
 *
 * @param database the database that they have rights in
 * @param prefix of their names, in place of {@code vibee_}
 */
public record DocumentedRoles(TestDatabase database, String prefix) {
  private static final Pattern SQL = Pattern.compile("(?ms)^```sql\\n(.*?)^```");

  /** Made by a superuser, who owns the tables. */
  public static DocumentedRoles on(TestDatabase database, boolean executeIsRevoked) {
    String prefix = database.name() + "_";
    List<String> blocks = blocks(prefix);
    // The last one is for where the default was revoked.
    blocks.stream().limit(blocks.size() - (executeIsRevoked ? 0 : 1)).forEach(database::execute);
    return new DocumentedRoles(database, prefix);
  }

  /** A new database, whose tables belong to the documented owner, who is no superuser. */
  public static DocumentedRoles ofAnOwner(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    String prefix = database.name() + "_";
    List<String> blocks = blocks(prefix);
    database.execute(blocks.get(0));
    database.execute("set role " + prefix + "owner;\n" + TestDatabase.migration());
    database.execute("set role " + prefix + "owner;\n" + TestDatabase.fleetMigration());
    blocks.subList(1, blocks.size() - 1).forEach(database::execute);
    return new DocumentedRoles(database, prefix);
  }

  private static List<String> blocks(String prefix) {
    try {
      String guide = Files.readString(Path.of("..", "docs", "security.md"));
      String roles =
          guide.substring(guide.indexOf("## Roles and grants"), guide.indexOf("## The log"));
      List<String> blocks =
          SQL.matcher(roles)
              .results()
              .map((MatchResult block) -> block.group(1).replace("vibee_", prefix))
              .toList();
      if (blocks.size() < 7) throw new AssertionError("docs/security.md lists fewer roles");
      return blocks;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name(String role) {
    return prefix + role;
  }

  public String url(String role) {
    return database.url(name(role));
  }
}

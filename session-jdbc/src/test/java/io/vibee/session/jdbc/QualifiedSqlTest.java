package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SQL names all our tables and functions with their schema, which no search path can change. */
class QualifiedSqlTest {
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\\n]*");

  private static final Pattern UNQUALIFIED =
      Pattern.compile(
          """
          (?xi)
          \\b (?: from | into | update | join | table | only | using | truncate | copy ) \\s+
            (?: ["\\w]+ \\. )? (?: user_sessions | encryption_keys | session_activity | session_schema_version
              | session_agents | session_leases | session_fleet ) \\b
          | (?<! @home@\\. ) \\b session_[a-z_]+ \\(
          | ' [\\w.]* @home@
          """);

  private static List<String> unqualified(String source) {
    return UNQUALIFIED
        .matcher(COMMENT.matcher(source).replaceAll(""))
        .results()
        .map(found -> found.group().strip())
        .toList();
  }

  @Test
  void namesOurTablesAndFunctionsWithTheirSchema() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        String text = Files.readString(source);
        boolean doctor = source.getParent().endsWith("doctor");
        assertThat(unqualified(doctor ? ofDoctor(text) : text)).as(source.toString()).isEmpty();
      }
    }
  }

  /**
   * The doctor's SQL may have the schema's name in a literal, since it takes none with a quote in
   * it; and its lists of functions are no SQL.
   */
  private static String ofDoctor(String source) {
    return source.replace("'@home@", "@home@").replaceAll("\"session_\\w+\\(", "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1 from user_sessions",
        "update public.user_sessions set id = 1",
        "lock table encryption_keys",
        "select session_new_key()",
        "select public.session_new_key()",
        "select '@home@.user_sessions'::regclass",
      })
  void findsWhatIsNot(String sql) {
    assertThat(unqualified(sql)).hasSize(1);
  }
}

package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the guides tell people to type works, in the order in which they tell it. */
class DocsTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern SQL = Pattern.compile("(?ms)^```sql\\n(.*?)^```");
  private static final Pattern COMMENT = Pattern.compile("(?m)(^| +)(#|--) .*$");
  private static final Pattern CODE = Pattern.compile("(?ms)^```\\w+\\n.*?^```");

  @ParameterizedTest
  @EnumSource
  void runsTheSqlOfTheQuickStartInItsOrder(Postgres postgres) throws IOException {
    run(postgres, "quick-start.md");
  }

  @Test
  void runsTheSqlOfTheSecurityGuideInItsOrder() throws IOException {
    run(Postgres.NEWEST, "security.md");
  }

  @Test
  void runsTheSqlOfTheFleetsGuideInItsOrder() throws IOException {
    run(Postgres.NEWEST, "fleet.md");
  }

  private static void run(Postgres postgres, String guide) throws IOException {
    TestDatabase database = postgres.createDatabase();
    database.migrate();
    List<String> blocks = blocks(guide, SQL);
    assertThat(blocks).hasSizeGreaterThan(2);
    blocks.forEach(database::execute);
  }

  /** A chmod afterwards comes too late for whoever reads in between. */
  @Test
  void writesKeysAndDumpsForTheirOwnerAlone() throws IOException {
    Pattern writes = Pattern.compile("pg_dump .*|generate-(encryption-)?key(\\.sh)? *>.*");
    List<String> open = new ArrayList<>();
    int seen = 0;
    try (Stream<Path> files = Files.walk(DOCS)) {
      List<Path> guides = files.filter(file -> file.toString().endsWith(".md")).toList();
      for (Path guide :
          Stream.concat(guides.stream(), Stream.of(DOCS.resolve("../README.md"))).toList()) {
        for (String line : Files.readAllLines(guide)) {
          if (!writes.matcher(line).find()) continue;
          seen++;
          if (!line.contains("(umask 077; ")) open.add(guide + ": " + line);
        }
      }
    }
    assertThat(open).isEmpty();
    assertThat(seen).isGreaterThan(8);
  }

  @Test
  void givesTheSameCommandsInBothLanguages() throws IOException {
    List<String> russian = blocks("quick-start.ru.md", CODE);
    assertThat(russian.stream().map(DocsTest::withoutComments))
        .isNotEmpty()
        .containsExactlyElementsOf(
            blocks("quick-start.md", CODE).stream().map(DocsTest::withoutComments).toList());
    assertThat(russian.stream().flatMap(block -> COMMENT.matcher(block).results()))
        .as("comments are in the reader's language")
        .hasSizeGreaterThan(8)
        .allSatisfy(comment -> assertThat(comment.group()).containsPattern("[а-я]|\\.env"));
  }

  private static String withoutComments(String block) {
    return COMMENT.matcher(block).replaceAll("");
  }

  private static List<String> blocks(String guide, Pattern pattern) throws IOException {
    return pattern
        .matcher(Files.readString(DOCS.resolve(guide)))
        .results()
        .map(match -> match.groupCount() > 0 ? match.group(1) : match.group())
        .toList();
  }
}

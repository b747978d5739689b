package io.vibee.session.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The lines of the log by which docs/fleet.md lets an operator tell one outage from another. */
class OutagesGuideTest {
  private static final Path GUIDE = Path.of("..", "docs", "fleet.md");
  private static final Pattern TABLE =
      Pattern.compile("(?ms)^\\*\\*Outages\\.\\*\\*$\\n\\n(.*?)\\n\\n");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  @Test
  void areThoseThatTheAgentLogs() throws IOException {
    String table =
        TABLE
            .matcher(Files.readString(GUIDE, UTF_8))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.joining());
    List<String> lines =
        table
            .lines()
            .skip(2)
            .map(row -> row.split("\\|", -1)[3])
            .flatMap(cell -> QUOTED.matcher(cell).results())
            .map(OutagesGuideTest::asLogged)
            .toList();
    assertThat(lines).hasSizeGreaterThan(8);
    String sources = sources();
    assertThat(lines).allMatch(sources::contains);
    assertThat(sources).doesNotContain("a line that nobody logs");
  }

  private static String asLogged(MatchResult quoted) {
    return quoted.group(1).replace("…", "{}");
  }

  /** Texts that are written in parts are joined. */
  private static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(OutagesGuideTest::read)
          .collect(Collectors.joining())
          .replaceAll("\"\\s*\\+\\s*\"", "");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

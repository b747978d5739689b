package io.vibee.session.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks that the Java code of docs/testing.md is in examples/testing, which the build compiles and
 * runs.
 */
class TestingGuideTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\n(.*?)^```");

  @Test
  void showsOnlyCodeThatTheExampleRuns() throws IOException {
    List<String> blocks =
        JAVA.matcher(Files.readString(ROOT.resolve("docs/testing.md")))
            .results()
            .map(match -> squeezed(match.group(1)))
            .toList();
    String example = squeezed(sources());
    assertThat(blocks)
        .hasSizeGreaterThan(6)
        .allSatisfy(block -> assertThat(example).contains(block));
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(ROOT.resolve("examples/testing/src"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private static String squeezed(String code) {
    return code.strip().replaceAll("\\s+", " ");
  }
}

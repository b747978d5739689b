package io.vibee.session.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  private static final Path SOURCE =
      Path.of("src/test/java/io/vibee/session/reference/ReadmeExample.java");

  @Test
  void showsTheExampleThatIsCompiledHere() throws IOException {
    String readme = Files.readString(Path.of("..", "..", "README.md"));
    assertThat(readme).contains(example("readme"));
    assertThat(readme.lines().count()).isLessThanOrEqualTo(150);
  }

  @Test
  void theGuideShowsTheExampleThatIsCompiledHere() throws IOException {
    assertThat(Files.readString(Path.of("..", "..", "docs", "agent.md"))).contains(example("api"));
  }

  private static String example(String name) throws IOException {
    String start = "// " + name + ":start\n";
    String source = Files.readString(SOURCE);
    return "```java\n"
        + source
            .substring(
                source.indexOf(start) + start.length(), source.indexOf("// " + name + ":end"))
            .stripIndent()
            .strip()
        + "\n```";
  }
}

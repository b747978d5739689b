package io.vibee.session.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void showsTheExampleThatIsCompiledHere() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/vibee/session/agent/ReadmeExample.java"));
    String example =
        source
            .substring(source.indexOf("// readme:start\n") + 16, source.indexOf("// readme:end"))
            .stripIndent()
            .strip();
    String readme = Files.readString(Path.of("..", "..", "README.md"));
    assertThat(readme).contains("```java\n" + example + "\n```");
    assertThat(readme.lines().count()).isLessThanOrEqualTo(150);
  }
}

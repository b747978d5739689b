package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RestApiDocTest {
  private static final Path DOC = Path.of("..", "docs", "rest-api.md");

  @Test
  void showsTheExampleThatIsCompiledHere() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/vibee/session/admin/RestApiExample.java"));
    String example =
        source
            .substring(source.indexOf("// docs:start\n") + 14, source.indexOf("// docs:end"))
            .stripIndent()
            .strip();
    assertThat(Files.readString(DOC)).contains("```java\n" + example + "\n```");
  }
}

package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of the page as they are. What a browser makes of them is in the tests beside. */
class PageFilesTest {
  /** What the security policy would block, and what would leave the agent. */
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "<script(?! type=\"module\" src=)|<style|\\sstyle=|\\son[a-z]+=|innerHTML|outerHTML"
              + "|insertAdjacentHTML|document\\.write|eval\\(|localStorage|sessionStorage"
              + "|document\\.cookie|https?://(?!www\\.w3\\.org/2000/svg)|@import|\\burl\\(");

  static List<Path> files() throws IOException, URISyntaxException {
    Path page = Path.of(Objects.requireNonNull(PageFiles.class.getResource("page")).toURI());
    try (Stream<Path> files = Files.list(page)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void areAllServed(Path file) {
    String name = Objects.requireNonNull(file.getFileName()).toString();
    String path = name.equals("index.html") ? "/" : "/" + name;
    assertThat(PageFiles.routes()).anyMatch(route -> route.match(path) != null);
  }

  @ParameterizedTest
  @MethodSource("files")
  void holdNothingThatRunsInlineOrComesFromElsewhere(Path file) throws IOException {
    assertThat(Files.readString(file)).doesNotContainPattern(FORBIDDEN);
  }

  @Test
  void aFewThingsAreForbidden() {
    for (String bad :
        List.of(
            "<script>", "<p style=\"\">", "<img onerror=x>", "a.innerHTML = b", "https://cdn")) {
      assertThat(bad).containsPattern(FORBIDDEN);
    }
  }
}

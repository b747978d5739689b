package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Takes the pictures in docs/images, with made-up data: {@code ./mvnw -pl session-admin -am test
 * -Dtest=PageScreenshots -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@ExtendWith(BrowserExtension.class)
class PageScreenshots {
  private static final Path FOLDER = Path.of("..", "docs", "images");

  @Test
  void areTaken(BrowserTab tab) throws IOException {
    Files.createDirectories(FOLDER);
    try (PageAgent agent = PageAgent.start()) {
      agent.addMany(14);
      agent.database().executeWithoutTriggers(sql());
      tab.timeZone("UTC");
      tab.screen(1280, 720);
      take(tab, agent, "admin-desktop.png");
      tab.prefer("prefers-color-scheme", "dark");
      take(tab, agent, "admin-dark.png");
      tab.prefer("prefers-color-scheme", "light");
      tab.screen(390, 844);
      take(tab, agent, "admin-phone.png");
    }
  }

  private static void take(BrowserTab tab, PageAgent agent, String file) throws IOException {
    tab.open(agent.url());
    tab.untilVisible("#live.good");
    Files.write(FOLDER.resolve(file), tab.screenshot());
  }

  private static String sql() throws IOException {
    try (InputStream in = PageScreenshots.class.getResourceAsStream("screenshots.sql")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    }
  }
}

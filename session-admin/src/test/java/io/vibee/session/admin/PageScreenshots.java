package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  @Test
  void areTakenOfAFleet(BrowserTab tab) throws IOException {
    try (PageAgent agent = PageAgent.start()) {
      agent.addMany(14);
      agent.database().executeWithoutTriggers(sql());
      agent.database().execute(TestDatabase.fleetMigration()); // which follows what was renamed
      agent.database().execute("update session_fleet set others_silence = '1 second'");
      SessionLeases leases = agent.store().as(SessionLeases.class).orElseThrow();
      leases.quarantine("sess_demo0007", "AUTH_KEY_DUPLICATED");
      for (int number = 1; number <= 3; number++) {
        AgentRegistration told =
            AgentRegistration.builder("agent-" + number, Duration.ofSeconds(60), 500)
                .address("10.0.0." + number)
                .generation(7)
                .build();
        RegisteredAgent registered = leases.register(told, 1);
        int claimed = leases.claim(registered.agentId(), 4, registered.world().timeline()).size();
        leases.beat(registered.agentId(), 2, new AgentHealth(claimed, true));
      }
      tab.timeZone("UTC");
      tab.screen(1280, 720);
      take(tab, agent, "admin-fleet.png");
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

package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The page over time: it follows what changes elsewhere, and says when it cannot. */
@ExtendWith(BrowserExtension.class)
@ResourceLock(BrowserExtension.BROWSER)
class PageLiveTest {
  private static final String ROWS = "#session-rows tr";

  /** The page's clock runs faster, and its wait for the next reading can be seen. */
  private static final String FAST =
      """
      window.waits = new Set();
      const [start, stop] = [setTimeout.bind(window), clearTimeout.bind(window)];
      window.setTimeout = (action, millis) => {
        const timer = start(() => (waits.delete(timer), action()), millis / 20);
        if (millis === 10_000) waits.add(timer);
        return timer;
      };
      window.clearTimeout = (timer) => (waits.delete(timer), stop(timer));
      """;

  private PageAgent agent;

  @BeforeEach
  void start() {
    agent = PageAgent.start();
    agent.add("100200300", "sess_a");
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  @Test
  void followsWhatChangesElsewhereAndKeepsTheFocus(BrowserTab tab) {
    tab.beforehand(FAST);
    tab.open(agent.url());
    tab.untilShown(ROWS, "sess_a");
    tab.evaluate("document.querySelector('[data-do=change]').focus()");
    agent.add("100200301", "sess_b");
    tab.untilShown(ROWS, "sess_b");
    assertThat(tab.evaluate("document.activeElement.ariaLabel").asText())
        .isEqualTo("Change 100200300");
  }

  @Test
  void restsWhileNobodyLooks(BrowserTab tab) {
    tab.beforehand(FAST);
    tab.open(agent.url());
    tab.until("waits.size === 1");
    setHidden(tab, true);
    assertThat(tab.evaluate("waits.size").asInt()).isZero();
    agent.add("100200301", "sess_b");
    setHidden(tab, false);
    tab.untilShown(ROWS, "sess_b");
    tab.until("waits.size === 1");
  }

  @Test
  void tellsThatTheDatabaseIsDownAndLosesNothing(BrowserTab tab) {
    tab.open(agent.url());
    tab.untilShown(ROWS, "sess_a");
    tab.click("[data-do=change]");
    tab.untilVisible("#client");
    tab.fill("#username", "anna");
    agent.allowConnections(false);
    untilHealthIs(503);
    setHidden(tab, false);
    tab.untilShown("#banner", "The database cannot be reached.");
    tab.untilShown("#live-text", "As of ");
    assertThat(tab.text(ROWS)).contains("sess_a");
    assertThat(tab.value("#username")).isEqualTo("anna");

    agent.allowConnections(true);
    untilHealthIs(200);
    setHidden(tab, false);
    tab.untilHidden("#banner");
    tab.click("#client-save");
    tab.untilShown(ROWS, "anna");
  }

  @Test
  void tellsThatTheAgentIsGone(BrowserTab tab) {
    tab.open(agent.url());
    tab.untilShown(ROWS, "sess_a");
    tab.click("[data-do=change]");
    tab.untilVisible("#client");
    tab.fill("#username", "anna");
    agent.server().close();
    tab.click("#client-save");
    tab.untilShown("#client-notice", "The agent cannot be reached. What you entered is kept.");
    assertThat(tab.value("#username")).isEqualTo("anna");

    tab.press(BrowserKey.ESCAPE);
    setHidden(tab, false);
    tab.untilShown("#banner", "The agent cannot be reached.");
    assertThat(tab.text(ROWS)).contains("sess_a");
    tab.evaluate("document.querySelector('#banner-text').textContent = ''");
    tab.click("#retry");
    tab.untilShown("#banner", "The agent cannot be reached.");
  }

  private void untilHealthIs(int status) {
    await().until(() -> agent.admin().get("/health").status() == status);
  }

  private static void setHidden(BrowserTab tab, boolean hidden) {
    tab.evaluate(
        """
        Object.defineProperty(document, "hidden", { value: %s, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
        """
            .formatted(hidden));
  }
}

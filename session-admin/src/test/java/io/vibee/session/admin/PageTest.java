package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SessionEdit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the page shows in a real browser, over a real server and database. */
@ExtendWith(BrowserExtension.class)
@ResourceLock(BrowserExtension.BROWSER)
class PageTest {
  private static final String ROWS = "#session-rows tr";

  private PageAgent agent;

  @BeforeEach
  void start() {
    agent = PageAgent.start();
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  @Test
  void showsTheFirstStepWhereNoClientIs(BrowserTab tab) {
    tab.open(agent.url());
    tab.untilShown("#first-step", "No client yet");
    assertThat(tab.text("#first-curl"))
        .startsWith("curl -X POST " + agent.url() + "api/v1/sessions ")
        .contains("\"api_hash\":\"client_api_hash\"")
        .doesNotContain("Authorization");
    assertThat(tab.isVisible("#session-table")).isFalse();
    tab.click("#add-first");
    tab.untilVisible("#client");
  }

  @Test
  void showsSessionsWithTheirStates(BrowserTab tab) {
    agent.add(SessionEdit.of("100200300").sessionId("sess_a").username("anna").authorized(true));
    agent.add("100200301", "sess_b");
    agent.add(SessionEdit.of("100200302").sessionId("sess_c").active(false));
    agent.store().touch(List.of("sess_a"));

    tab.open(agent.url());
    tab.untilShown(ROWS, "100200300");
    assertThat(tab.texts(ROWS)).hasSize(2);
    assertThat(tab.texts(ROWS).get(0)).contains("anna", "sess_a", "Authorized", "just now");
    assertThat(tab.texts(ROWS).get(1))
        .contains("sess_b", "+10005550123", "Not authorized", "never");
    assertThat(tab.texts(".count dd")).containsExactly("1", "1", "1");
    assertThat(tab.texts("#activity-entries li")).hasSize(3 + 1);
    assertThat(tab.text("#chart-summary")).startsWith("4 entries, 0 errors");
    assertThat(
            tab.strings(
                "[...document.querySelectorAll('#chart-rows tr')].map(r => r.cells[1].textContent)"))
        .hasSize(24)
        .endsWith("4");

    tab.click("[name=show][value=false]");
    tab.untilShown(ROWS, "sess_c");
    assertThat(tab.texts(ROWS)).hasSize(1);
    assertThat(tab.text(ROWS)).contains("Inactive");
    tab.click("[name=show][value=all]");
    tab.until("document.querySelectorAll('%s').length === 3".formatted(ROWS));
  }

  @Test
  void showsOneSessionWithItsActivity(BrowserTab tab) {
    agent.add("100200300", "sess_a");
    agent.add("100200301", "sess_b");
    agent
        .database()
        .execute(
            "insert into session_activity (session_id, activity_type, details)"
                + " values ('sess_b', 'error', '{\"error\":\"FLOOD_WAIT\"}')");
    tab.open(agent.url());
    tab.click(ROWS + ":nth-child(2) [data-do=details]");
    tab.untilShown("#details-entries", "FLOOD_WAIT");
    assertThat(tab.text("#details-title")).isEqualTo("100200301");
    assertThat(tab.text("#details-values")).contains("sess_b", "94892", "+10005550123");
    assertThat(tab.texts("#details-entries .type")).containsExactly("error", "session created");
    tab.press(BrowserKey.ESCAPE);
    tab.untilHidden("#details");
  }
}

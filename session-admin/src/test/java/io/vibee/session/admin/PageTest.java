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
    tab.untilShown("#first-step", "No session yet");
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
    assertThat(tab.texts(".count dd")).containsExactly("1", "1", "0", "1");
    assertThat(tab.texts("#activity-entries li")).hasSize(3 + 1);
    assertThat(tab.text("#chart-summary")).startsWith("4 entries, 0 errors");
    List<String> hours =
        tab.strings(
            "[...document.querySelectorAll('#chart-rows tr')].map(r => r.cells[1].textContent)");
    assertThat(hours).hasSize(24);
    // An hour may have ended meanwhile.
    assertThat(hours.subList(22, 24).stream().mapToInt(Integer::parseInt).sum()).isEqualTo(4);

    tab.click("[name=show][value=false]");
    tab.untilShown(ROWS, "sess_c");
    assertThat(tab.texts(ROWS)).hasSize(1);
    assertThat(tab.text(ROWS)).contains("Inactive");
    tab.click("[name=show][value=all]");
    tab.until("document.querySelectorAll('%s').length === 3".formatted(ROWS));
  }

  @Test
  void showsSessionsThatCannotBeReadAsSuch(BrowserTab tab) {
    agent.add(SessionEdit.of("100200300").sessionId("sess_a").authorized(true));
    agent.add(SessionEdit.of("100200301").sessionId("sess_b").authorized(true));
    agent.add(SessionEdit.of("100200302").sessionId("sess_c").active(false));
    agent
        .database()
        .executeWithoutTriggers(
            """
            update user_sessions set api_hash_encrypted = 'damaged' where user_id <> '100200300';
            insert into session_activity (session_id, activity_type) values ('sess_b', 'tampering_detected')
            """);
    tab.open(agent.url());
    tab.untilShown(ROWS, "sess_b");
    assertThat(tab.texts(ROWS).get(0)).contains("Authorized");
    assertThat(tab.texts(ROWS).get(1)).contains("Unreadable").doesNotContain("Authorized");
    assertThat(tab.texts(".count dd")).containsExactly("1", "0", "1", "1");
    assertThat(tab.text("#total-active")).isEqualTo("2");
    assertThat(tab.text("#chart-summary")).startsWith("5 entries, 1 error,");
    assertThat(tab.texts("#activity-entries .failure .type")).containsExactly("tampering detected");

    tab.click(ROWS + ":nth-child(2) [data-do=details]");
    tab.untilShown("#details-warning", "No agent can load it. Its API hash");
    tab.press(BrowserKey.ESCAPE);
    tab.click("[name=show][value=false]");
    tab.untilShown(ROWS, "sess_c");
    assertThat(tab.text(ROWS)).contains("Inactive", "Unreadable");

    agent.admin().add("100200301", "sess_b");
    tab.click("[name=show][value=true]");
    tab.untilShown(ROWS, "sess_b");
    tab.until("!document.querySelector('#session-rows').innerText.includes('Unreadable')");
  }

  @Test
  void flagsAnInactiveSessionThatIsStillHeld(BrowserTab tab) {
    agent.add("100200300", "sess_a");
    agent.store().touch(List.of("sess_a"));
    agent.store().deactivate("sess_a");
    tab.open(agent.url());
    tab.click("[name=show][value=false]");
    tab.untilShown(ROWS, "Inactive");
    assertThat(tab.text(ROWS)).doesNotContain("Still in use");

    agent.store().touch(List.of("sess_a"));
    tab.click("[data-do=details]");
    tab.untilShown("#details-warning", "restart that agent");
    tab.press(BrowserKey.ESCAPE);
    tab.click("[name=show][value=all]");
    tab.untilShown(ROWS, "Still in use");
  }

  @Test
  void namesTheZoneOfItsHours(BrowserTab tab) {
    tab.timeZone("Asia/Kolkata");
    tab.open(agent.url());
    tab.untilVisible("#live.good");
    agent.add("100200300", "sess_a");
    tab.open(agent.url());
    tab.untilShown("#chart-summary", "times in Asia/");
    assertThat(tab.text("#chart-summary")).endsWith(", GMT+5:30");
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

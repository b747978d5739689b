package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SessionEdit;
import io.vibee.session.jdbc.testing.Canary;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Adding, changing and deactivating clients on the page, in a real browser. */
@ExtendWith(BrowserExtension.class)
@ResourceLock(BrowserExtension.BROWSER)
class PageChangesTest {
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
  void addsClientAndForgetsItsHash(BrowserTab tab) {
    tab.open(agent.url());
    tab.click("#add");
    tab.fill("#user_id", "100200300");
    tab.fill("#session_id", "sess_new");
    tab.fill("#api_id", "94892");
    tab.fill("#api_hash", Canary.API_HASH);
    tab.fill("#phone", "+10005550123");
    tab.click("#client-save");

    tab.untilShown(ROWS, "sess_new");
    tab.untilShown("#said", "Added 100200300.");
    assertThat(tab.isVisible("#client")).isFalse();
    assertThat(agent.store().findByUserId("100200300").orElseThrow().apiHash().exposeSecret())
        .isEqualTo(Canary.API_HASH);
    assertThat(
            agent
                .database()
                .value(
                    "select details->>'actor' from session_activity where activity_type = 'session_created'"))
        .isEqualTo("local");
    assertThat(tab.value("#api_hash")).isEmpty();
    assertThat(tab.evaluate("document.documentElement.outerHTML").asText())
        .doesNotContain(Canary.API_HASH);
  }

  @Test
  void showsWhatIsWrongBesideItsFieldAndKeepsWhatWasEntered(BrowserTab tab) {
    tab.open(agent.url());
    tab.click("#add");
    tab.fill("#user_id", "100200300");
    tab.fill("#api_id", "12 34");
    tab.fill("#api_hash", Canary.API_HASH);
    tab.click("#client-save");

    tab.untilShown("#api_id-error", "Must be a whole number");
    assertThat(tab.value("#user_id")).isEqualTo("100200300");
    assertThat(tab.value("#api_id")).isEqualTo("12 34");
    assertThat(tab.value("#api_hash")).isEqualTo(Canary.API_HASH);
    assertThat(tab.text("#session_id-error")).isEqualTo("Is missing.");
    assertThat(invalid(tab)).containsExactly("session_id", "api_id");
    assertThat(tab.evaluate("document.activeElement.id").asText()).isEqualTo("session_id");

    tab.fill("#api_id", "94892");
    tab.click("#client-save");
    tab.until("document.querySelector('#api_id-error').textContent === ''");
    tab.untilShown("#session_id-error", "Is missing");
    tab.fill("#session_id", "sess_a");
    tab.click("#client-save");
    tab.untilShown(ROWS, "sess_a");
  }

  @Test
  void marksAllThatIsWrongOrMissingAtOnce(BrowserTab tab) {
    tab.open(agent.url());
    tab.click("#add");
    tab.click("#client-save");
    tab.untilShown("#user_id-error", "Must not be empty");
    assertThat(invalid(tab)).containsExactly("user_id", "session_id", "api_id", "api_hash");
    tab.fill("#user_id", "1 2");
    tab.fill("#session_id", "3 4");
    tab.fill("#api_id", "none");
    tab.fill("#phone", "1".repeat(51));
    tab.click("#client-save");
    tab.untilShown("#phone-error", "50");
    assertThat(invalid(tab))
        .containsExactly("user_id", "session_id", "api_id", "api_hash", "phone");
  }

  @Test
  void changesChatsTwinAndReplies(BrowserTab tab) {
    agent.add(
        SessionEdit.of("100200300")
            .sessionId("sess_a")
            .targetChats(List.of("-1001234567890", "@demo", "{\"id\": 5}")));
    tab.open(agent.url());
    tab.click("[data-do=change]");
    tab.untilVisible("#client");
    assertThat(tab.value("#target_chats")).isEqualTo("-1001234567890\n@demo\n{\"id\":5}");
    tab.click("#digital_twin_enabled");
    tab.click("#auto_reply_enabled");
    tab.click("#client-save");
    tab.untilHidden("#client");
    assertThat(chats()).isEqualTo("[-1001234567890, \"@demo\", {\"id\": 5}]|t|f|2");

    tab.click("[data-do=change]");
    tab.untilVisible("#client");
    tab.fill("#target_chats", " @other \n\n-42\n{\"id\":6}");
    tab.click("#client-save");
    tab.untilHidden("#client");
    assertThat(chats()).isEqualTo("[\"@other\", -42, {\"id\": 6}]|t|f|3");
  }

  private String chats() {
    return agent
        .database()
        .query(
            "select target_chats, digital_twin_enabled, auto_reply_enabled, revision from"
                + " user_sessions")
        .get(0);
  }

  @Test
  void leavesChatsAloneThatLinesCannotHold(BrowserTab tab) {
    agent.add(SessionEdit.of("100200300").sessionId("sess_a").targetChats(List.of("@demo", "")));
    tab.open(agent.url());
    tab.click("[data-do=change]");
    tab.untilShown("#target_chats-hint", "change them by the API");
    assertThat(tab.evaluate("document.querySelector('#target_chats').readOnly").asBoolean())
        .isTrue();
    tab.fill("#username", "anna");
    tab.click("#client-save");
    tab.untilHidden("#client");
    assertThat(chats()).startsWith("[\"@demo\", \"\"]|");
  }

  private static List<String> invalid(BrowserTab tab) {
    return tab.strings("[...document.querySelectorAll('[aria-invalid=true]')].map(e => e.id)");
  }

  @Test
  void doesNotAddOverClientThatIsThere(BrowserTab tab) {
    agent.add("100200300", "sess_a");
    tab.open(agent.url());
    tab.click("#add");
    tab.fill("#user_id", "100200300");
    tab.fill("#session_id", "sess_other");
    tab.fill("#api_id", "1");
    tab.fill("#api_hash", Canary.API_HASH);
    tab.click("#client-save");
    tab.untilShown("#user_id-error", "has a session already");
    assertThat(agent.database().value("select session_id from user_sessions")).isEqualTo("sess_a");
  }

  @Test
  void changesOnlyWhatWasEdited(BrowserTab tab) {
    agent.add(
        SessionEdit.of("100200300").sessionId("sess_a").username("anna").phone("+10005550123"));
    tab.open(agent.url());
    tab.click("[data-do=change]");
    tab.untilVisible("#client");
    assertThat(tab.value("#username")).isEqualTo("anna");
    assertThat(tab.value("#api_hash")).isEmpty();
    tab.fill("#username", "olga");
    tab.fill("#phone", "");
    tab.click("#client-save");

    tab.untilShown(ROWS, "olga");
    assertThat(agent.database().query("select username, phone, session_id from user_sessions"))
        .containsExactly("olga|null|sess_a");
    assertThat(agent.store().findByUserId("100200300").orElseThrow().apiHash().exposeSecret())
        .isEqualTo(Canary.API_HASH);
  }

  @Test
  void overwritesNothingThatSomebodyElseChangedMeanwhile(BrowserTab tab) {
    agent.add(
        SessionEdit.of("100200300").sessionId("sess_a").username("anna").phone("+10005550123"));
    tab.open(agent.url());
    tab.click("[data-do=change]");
    tab.untilVisible("#client");
    tab.fill("#username", "mine");
    agent
        .store()
        .edit(SessionEdit.of("100200300").username("theirs").phone("+10005550199").build());
    tab.click("#client-save");

    tab.untilShown("#client-notice", "Somebody else changed this session");
    tab.untilShown("#username-error", "Stored meanwhile: theirs");
    assertThat(agent.database().value("select username from user_sessions")).isEqualTo("theirs");
    assertThat(tab.value("#username")).isEqualTo("mine");
    assertThat(tab.value("#phone")).isEqualTo("+10005550199");

    tab.click("#client-save");
    tab.untilHidden("#client");
    assertThat(agent.database().query("select username, phone from user_sessions"))
        .containsExactly("mine|+10005550199");
  }

  @Test
  void deactivatesOnceConfirmedAndActivatesAgain(BrowserTab tab) {
    agent.add("100200300", "sess_a");
    agent.add("100200301", "sess_b");
    tab.open(agent.url());
    tab.click(ROWS + ":first-child [data-do=switch]");
    tab.untilShown("#confirm-text", "sess_a of user 100200300");
    tab.click("#confirm [data-close]");
    tab.untilHidden("#confirm");
    assertThat(active("sess_a")).isEqualTo("t");

    tab.click(ROWS + ":first-child [data-do=switch]");
    tab.click("#confirm [type=submit]");
    tab.untilShown("#said", "Deactivated 100200300.");
    tab.until("document.querySelectorAll('%s').length === 1".formatted(ROWS));
    assertThat(active("sess_a")).isEqualTo("f");
    assertThat(tab.text(ROWS)).contains("sess_b");
    tab.untilShown("#activity-entries li:first-child", "session deactivated");

    tab.click("[name=show][value=false]");
    tab.untilShown(ROWS, "sess_a");
    tab.click("[data-do=switch]");
    tab.untilShown("#said", "Activated 100200300.");
    tab.untilShown("#none-shown", "No inactive session.");
    assertThat(active("sess_a")).isEqualTo("t");
  }

  @Test
  void asksAgainBeforeItDeactivatesWhatWasChangedMeanwhile(BrowserTab tab) {
    agent.add("100200300", "sess_a");
    tab.open(agent.url());
    tab.click("[data-do=switch]");
    tab.untilVisible("#confirm");
    agent.store().edit(SessionEdit.of("100200300").sessionId("sess_b").build());
    tab.click("#confirm [type=submit]");
    tab.untilShown("#confirm-notice", "Somebody else changed this session");
    tab.untilShown("#confirm-text", "sess_b");
    assertThat(active("sess_b")).isEqualTo("t");
    tab.click("#confirm [type=submit]");
    tab.untilHidden("#confirm");
    assertThat(active("sess_b")).isEqualTo("f");
  }

  private String active(String sessionId) {
    return agent
        .database()
        .value("select is_active from user_sessions where session_id = '" + sessionId + "'");
  }
}

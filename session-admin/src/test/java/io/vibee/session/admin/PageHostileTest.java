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

/**
 * Names that want to be more than text. {@link BrowserExtension} checks that no script of theirs
 * ran, no dialog opened, and the browser had nothing to block.
 */
@ExtendWith(BrowserExtension.class)
@ResourceLock(BrowserExtension.BROWSER)
class PageHostileTest {
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

  private static final List<String> NAMES =
      List.of(
          "<img src=x onerror=window.ran=1>",
          "\"><script>window.ran=1</script>",
          "' autofocus onfocus='window.ran=1",
          "<svg/onload=window.ran=1>",
          "javascript:window.ran=1",
          "${window.ran=1}{{window.ran=1}}",
          "</template></table></dialog><h1>gone</h1>",
          "&lt;b&gt; &amp;amp; &#x3c;",
          "مستخدم 用户 👩‍💻");

  @Test
  void showsNamesAsTheyAreStored(BrowserTab tab) {
    NAMES.forEach(name -> putInBySql(name, name));
    tab.open(agent.url());
    untilRows(tab, NAMES.size());
    for (String value : List.of("user_id", "username", "session_id")) {
      assertThat(shown(tab, value)).isEqualTo(NAMES);
    }
    assertThat(tab.texts("#activity-entries .whose")).containsAll(NAMES);
    assertNothingRan(tab);
  }

  @Test
  void showsNamesAsTheyAreStoredInDialogs(BrowserTab tab) {
    NAMES.forEach(name -> putInBySql(name, name));
    tab.open(agent.url());
    untilRows(tab, NAMES.size());
    for (int i = 0; i < NAMES.size(); i++) {
      String row = ROWS + ":nth-child(" + (i + 1) + ") ";
      tab.click(row + "[data-do=details]");
      tab.untilShown("#details-entries", "session created");
      assertThat(tab.text("#details-title")).isEqualTo(NAMES.get(i));
      tab.press(BrowserKey.ESCAPE);
      if (i > 2) continue; // the rest takes the same way through the page
      tab.click(row + "[data-do=switch]");
      tab.untilShown("#confirm-session", NAMES.get(i));
      tab.press(BrowserKey.ESCAPE);
      tab.click(row + "[data-do=change]");
      tab.untilVisible("#client");
      assertThat(tab.value("#username")).isEqualTo(NAMES.get(i));
      tab.press(BrowserKey.ESCAPE);
    }
    assertNothingRan(tab);
  }

  @Test
  void namesCharactersThatTurnOrHideOthers(BrowserTab tab) {
    agent.add(SessionEdit.of("100200300").sessionId("sess_a").username("anna\u202Egpj.exe\u200B"));
    putInBySql("line\nbreak\u0007", "sess_b");
    tab.open(agent.url());
    untilRows(tab, 2);
    assertThat(shown(tab, "username").get(0)).isEqualTo("annaU+202Egpj.exeU+200B");
    assertThat(shown(tab, "user_id").get(1)).isEqualTo("lineU+000AbreakU+0007");
  }

  @Test
  void showsLongestNamesWithoutBreakingThePage(BrowserTab tab) {
    String longest = "W".repeat(255);
    agent.add(SessionEdit.of(longest).sessionId(longest).username(longest).phone("0".repeat(50)));
    agent.add("100200301", "sess_b");
    tab.open(agent.url());
    for (int width : new int[] {1280, 768, 360}) {
      tab.screen(width, 800);
      tab.untilShown(ROWS, longest);
      assertThat(tab.evaluate("document.documentElement.scrollWidth").asInt())
          .isLessThanOrEqualTo(width);
      assertThat(tab.evaluate("document.querySelector('%s').offsetHeight".formatted(ROWS)).asInt())
          .isLessThan(200);
    }
    tab.click(ROWS + ":first-child [data-do=details]");
    tab.untilShown("#details-values", longest);
    assertThat(tab.evaluate("document.querySelector('#details').scrollWidth").asInt())
        .isLessThanOrEqualTo(360);
  }

  @Test
  void takesHostileNamesThroughItsOwnForm(BrowserTab tab) {
    String name = "<img/src=x/onerror=window.ran=1>";
    tab.open(agent.url());
    tab.click("#add");
    tab.fill("#user_id", name);
    tab.fill("#session_id", name);
    tab.fill("#api_id", "94892");
    tab.fill("#api_hash", Canary.API_HASH);
    tab.fill("#username", "\"><script>window.ran=1</script>");
    tab.click("#client-save");
    tab.untilShown(ROWS, name);
    tab.untilShown("#said", "Added " + name + ".");
    tab.click("[data-do=switch]");
    tab.click("#confirm [type=submit]");
    tab.untilShown("#none-shown", "No active session.");
    assertThat(agent.database().query("select user_id, is_active from user_sessions"))
        .containsExactly(name + "|f");
    assertNothingRan(tab);
  }

  @Test
  void wouldNoticeScriptThatGotThrough(BrowserTab tab) {
    tab.open(agent.url());
    tab.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran=1\">')");
    tab.until("document.querySelector('img[src=x]').complete");
    assertThat(tab.evaluate("window.ran === undefined").asBoolean()).isTrue();
    assertThat(tab.watch().troubles()).anyMatch(t -> t.contains("Content Security Policy"));
    tab.watch().troubles().clear();
  }

  private static void untilRows(BrowserTab tab, int number) {
    tab.until("document.querySelectorAll('%s').length === %d".formatted(ROWS, number));
  }

  private static void assertNothingRan(BrowserTab tab) {
    assertThat(tab.evaluate("window.ran === undefined").asBoolean()).isTrue();
    assertThat(tab.strings("[...document.querySelectorAll('h1')].map(h => h.textContent)"))
        .containsExactly("Sessions");
  }

  private static List<String> shown(BrowserTab tab, String value) {
    return tab.strings(
        "[...document.querySelectorAll('%s [data-value=%s]')].map(e => e.textContent)"
            .formatted(ROWS, value));
  }

  /** As raw SQL can, past what the library would refuse. */
  private void putInBySql(String name, String sessionId) {
    String insert =
        """
        insert into user_sessions (user_id, username, session_id, api_id, api_hash_encrypted)
          values ('%1$s', '%1$s', '%2$s', 94892, pgp_sym_encrypt(current_setting('test.secret'),
            (select master_key from encryption_keys where id = 1)))
        """;
    agent
        .database()
        .executeWith(
            Canary.API_HASH,
            insert.formatted(name.replace("'", "''"), sessionId.replace("'", "''")));
  }
}

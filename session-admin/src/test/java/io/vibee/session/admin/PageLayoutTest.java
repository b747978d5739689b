package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vibee.session.SessionEdit;
import io.vibee.session.jdbc.testing.Canary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The page on any screen, by keyboard alone, with many sessions, and below another path. */
@ExtendWith(BrowserExtension.class)
@ResourceLock(BrowserExtension.BROWSER)
class PageLayoutTest {
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
  void fitsPhonesWithoutScrollingSideways(BrowserTab tab) {
    agent.add(
        SessionEdit.of("100200300").sessionId("sess_demo0001").username("anna").active(false));
    agent.add("100200301", "sess_demo0002");
    for (int width : List.of(320, 360)) {
      tab.screen(width, 740);
      tab.open(agent.url());
      tab.untilVisible("#live.good");
      tab.click("[name=show][value=all]");
      tab.untilShown(ROWS, "sess_demo0001");
      assertFits(tab, width);
      tab.click("#add");
      tab.untilVisible("#client");
      assertFits(tab, width);
      tab.press(BrowserKey.ESCAPE);
      tab.click("[data-do=details]");
      tab.untilShown("#details-entries", "session created");
      assertFits(tab, width);
    }
  }

  /** By any font that a machine may have in place of ours, and by wider letters than any has. */
  @Test
  void cutsNothingOffOnDesktops(BrowserTab tab) {
    agent.add("100200300", "sess_a");
    agent.add(SessionEdit.of("100200301").sessionId("sess_b").active(false));
    for (int width : List.of(801, 1024, 1216, 1280, 1366, 1920)) {
      tab.screen(width, 900);
      tab.open(agent.url());
      tab.untilVisible("#live.good");
      tab.click("[name=show][value=all]");
      tab.untilShown(ROWS, "sess_b");
      for (String font : List.of("sans-serif", "DejaVu Sans", "serif", "monospace")) {
        for (String spacing : List.of("normal", "1px", "2px")) {
          tab.evaluate(
              "document.body.style.fontFamily = '%s'; document.body.style.letterSpacing = '%s'"
                  .formatted(font, spacing));
          assertThat(tab.strings(CUT_OFF)).as("%d %s %s", width, font, spacing).isEmpty();
        }
      }
    }
  }

  static final String CUT_OFF =
      """
      [...document.querySelectorAll("td button, td .badge, .seen time")]
        .filter((e) => e.checkVisibility())
        .filter((e) => {
          const cell = e.closest("td").getBoundingClientRect();
          const box = e.getBoundingClientRect();
          return box.right > cell.right + 0.5 || box.left < cell.left || e.scrollWidth > e.clientWidth;
        })
        .map((e) => `${e.innerText} ${e.getBoundingClientRect().right} ${e.closest("td").getBoundingClientRect().right}`)
      """;

  /** Also inside what scrolls by itself. */
  static void assertFits(BrowserTab tab, int width) {
    assertThat(tab.evaluate("document.documentElement.scrollWidth").asInt()).isEqualTo(width);
    assertThat(
            tab.strings(
                """
                [...document.querySelectorAll("body *")]
                  .filter((e) => e.checkVisibility() && !e.closest(".unseen, thead, .skip"))
                  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
                  .map((e) => e.outerHTML.slice(0, 80))
                """))
        .isEmpty();
  }

  @Test
  void addsClientByKeyboardAlone(BrowserTab tab) {
    tab.open(agent.url());
    tab.untilVisible("#first-step");
    tab.press(BrowserKey.TAB);
    assertThat(focused(tab)).isEqualTo("Skip to the sessions");
    tab.press(BrowserKey.TAB);
    tab.press(BrowserKey.ENTER);
    tab.untilVisible("#client");
    for (String value : List.of("100200300", "sess_a", "94892", Canary.API_HASH, "+10005550123")) {
      tab.type(value);
      tab.press(BrowserKey.TAB);
    }
    tab.type("anna");
    tab.press(BrowserKey.ENTER);
    tab.untilShown(ROWS, "anna");
    tab.untilHidden("#client");
    assertThat(focused(tab)).isEqualTo("Add session");
  }

  @Test
  void deactivatesByKeyboardAndKeepsThePlace(BrowserTab tab) {
    agent.add("100200300", "sess_a");
    tab.open(agent.url());
    tab.untilShown(ROWS, "sess_a");
    tabTo(tab, "Deactivate");
    tab.press(BrowserKey.ENTER);
    tab.untilVisible("#confirm");
    assertThat(focused(tab)).isEqualTo("Cancel");
    tab.press(BrowserKey.TAB);
    tab.press(BrowserKey.SPACE);
    tab.untilShown("#none-shown", "No active session.");
    tab.until("document.activeElement.id === 'sessions'");
    tabTo(tab, "");
    tab.press(BrowserKey.RIGHT);
    tab.untilShown(ROWS, "sess_a");
  }

  @Test
  void showsWhereTheFocusIs(BrowserTab tab) {
    agent.add("100200300", "sess_a");
    tab.open(agent.url());
    tab.untilShown(ROWS, "sess_a");
    List<String> unseen = new ArrayList<>();
    int stops = 0;
    for (; stops < 40; stops++) {
      tab.press(BrowserKey.TAB);
      if (tab.evaluate("document.activeElement === document.body").asBoolean()) break;
      String outline =
          """
          (({ activeElement: e }) => getComputedStyle(e.type === "radio" ? e.nextElementSibling : e).outlineStyle)
            (document)
          """;
      if (tab.evaluate(outline).asText().equals("none")) unseen.add(focused(tab));
    }
    assertThat(unseen).isEmpty();
    assertThat(stops).isBetween(7, 39);
  }

  private static void tabTo(BrowserTab tab, String text) {
    for (int i = 0; i < 40; i++) {
      tab.press(BrowserKey.TAB);
      if (focused(tab).equals(text)) return;
    }
    throw new AssertionError("Tab never leads to " + text);
  }

  private static String focused(BrowserTab tab) {
    return tab.evaluate("document.activeElement.innerText").asText();
  }

  @Test
  void hasContrastInBothSchemes(BrowserTab tab) {
    agent.add(SessionEdit.of("100200300").sessionId("sess_a").authorized(true).username("anna"));
    agent.add("100200301", "sess_b");
    agent.add(SessionEdit.of("100200302").sessionId("sess_c").active(false));
    agent
        .database()
        .execute(
            "insert into session_activity (session_id, activity_type) values ('sess_a', 'error')");
    for (String scheme : List.of("light", "dark")) {
      tab.prefer("prefers-color-scheme", scheme);
      tab.open(agent.url());
      tab.untilVisible("#live.good");
      tab.click("[name=show][value=all]");
      tab.untilShown(ROWS, "sess_c");
      tab.click("#add");
      tab.click("#client-save");
      tab.untilShown("#user_id-error", "Must not be empty");
      assertThat(tab.strings(PageContrast.TOO_LITTLE)).as(scheme).isEmpty();
    }
    tab.evaluate("document.querySelector('h1').style.color = '#5d6673'");
    assertThat(tab.strings(PageContrast.TOO_LITTLE)).hasSize(1);
  }

  @Test
  void pagesThroughManySessions(BrowserTab tab) {
    agent.addMany(250);
    tab.open(agent.url());
    untilRows(tab, 100);
    assertThat(tab.text("#total-active")).isEqualTo("250");
    tab.click("#more-sessions");
    untilRows(tab, 200);
    assertThat(tab.evaluate("document.activeElement.innerText").asText()).isEqualTo("100200101");
    tab.click("#more-sessions");
    untilRows(tab, 250);
    assertThat(tab.isVisible("#more-sessions")).isFalse();
    List<String> users = tab.texts(ROWS + " [data-value=user_id]");
    assertThat(users).doesNotHaveDuplicates().startsWith("100200001").endsWith("100200250");

    tab.click(ROWS + ":nth-child(230) [data-do=switch]");
    tab.click("#confirm [type=submit]");
    untilRows(tab, 249);
    tab.untilShown("#activity-entries", "session deactivated");
    int entries = tab.texts("#activity-entries li").size();
    tab.click("#more-activity");
    tab.until("document.querySelectorAll('#activity-entries li').length === " + (entries + 20));
  }

  private static void untilRows(BrowserTab tab, int number) {
    tab.until("document.querySelectorAll('%s').length === %d".formatted(ROWS, number));
  }

  @Test
  void worksBelowAnotherPathOfAnAgentsOwnServer(BrowserTab tab) throws IOException {
    agent.add("100200300", "sess_a");
    HttpServer own =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    own.createContext("/vibee/", AdminHandler.over(agent.store()).build());
    own.start();
    try {
      String url = "http://localhost:" + own.getAddress().getPort() + "/vibee/";
      tab.open(url);
      tab.untilShown(ROWS, "sess_a");
      tab.click("[data-do=details]");
      tab.untilShown("#details-entries", "session created");
      assertThat(tab.watch().requests()).allMatch(request -> request.startsWith(url));
    } finally {
      own.stop(0);
    }
  }
}

package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Canary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The page of an agent that has a token. */
@ExtendWith(BrowserExtension.class)
@ResourceLock(BrowserExtension.BROWSER)
class PageTokenTest {
  private static final String CONTINUE = "#sign-in [type=submit]";

  private PageAgent agent;

  @BeforeEach
  void start() {
    agent = PageAgent.withToken();
    agent.add("100200300", "sess_a");
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  @Test
  void asksUntilTheTokenIsRight(BrowserTab tab) {
    tab.open(agent.url());
    tab.untilVisible("#sign-in");
    assertThat(tab.texts("#token-error")).isEmpty();
    tab.fill("#token", "made-up-token-0002");
    tab.click(CONTINUE);
    tab.untilShown("#token-error", "That token is wrong.");
    assertThat(tab.evaluate("document.activeElement.id").asText()).isEqualTo("token");
    assertThat(tab.texts("#session-rows tr")).isEmpty();

    tab.fill("#token", AdminFixture.TOKEN);
    tab.click(CONTINUE);
    tab.untilShown("#session-rows tr", "sess_a");
    assertThat(tab.isVisible("#sign-in")).isFalse();
  }

  @Test
  void doesNotSendWhatNoTokenCanBe(BrowserTab tab) {
    tab.open(agent.url());
    tab.untilVisible("#sign-in");
    tab.fill("#token", "žluťoučký kůň");
    tab.click(CONTINUE);
    tab.untilShown("#token-error", "no spaces");
    assertThat(tab.isVisible("#sign-in")).isTrue();
  }

  @Test
  void cannotBePassedOver(BrowserTab tab) {
    tab.open(agent.url());
    tab.untilVisible("#sign-in");
    tab.press(BrowserKey.ESCAPE);
    tab.press(BrowserKey.ESCAPE);
    tab.press(BrowserKey.ESCAPE);
    tab.untilVisible("#sign-in");
    assertThat(tab.texts("#session-rows tr")).isEmpty();
  }

  @Test
  void keepsTheTokenInMemoryOnly(BrowserTab tab) {
    signIn(tab);
    String places =
        """
        (async () => JSON.stringify([
          document.documentElement.outerHTML, document.querySelector("#token").value, location.href, document.cookie,
          history.length, history.state, name, localStorage, sessionStorage,
          await indexedDB.databases(), await caches.keys(),
          performance.getEntries().map((entry) => entry.name)]))()
        """;
    assertThat(tab.evaluate(places).asText()).doesNotContain(AdminFixture.TOKEN).contains("sess_a");
    assertThat(tab.watch().requests()).isNotEmpty().noneMatch(url -> url.contains("token"));
    tab.open(agent.url());
    tab.untilVisible("#sign-in");
  }

  @Test
  void asksAnewWhenTheTokenIsNotTakenAnyMoreAndGoesOn(BrowserTab tab) {
    signIn(tab);
    tab.click("#add");
    tab.fill("#user_id", "100200301");
    tab.fill("#session_id", "sess_b");
    tab.fill("#api_id", "94892");
    tab.fill("#api_hash", Canary.API_HASH);
    refuseNextRequest(tab, 401);
    tab.click("#client-save");
    tab.untilShown("#token-error", "does not take this token any more");
    tab.fill("#token", AdminFixture.TOKEN);
    tab.click(CONTINUE);
    tab.untilShown("#session-rows tr:last-child", "sess_b");
  }

  @Test
  void saysToWaitAfterTooManyWrongTokens(BrowserTab tab) {
    tab.open(agent.url());
    tab.untilVisible("#sign-in");
    refuseNextRequest(tab, 429);
    tab.fill("#token", "made-up-token-0002");
    tab.click(CONTINUE);
    tab.untilShown("#token-error", "Too many wrong tokens. Wait 7 s, then try again.");
  }

  @Test
  void showsTheCommandWithTheTokensVariable(BrowserTab tab) {
    agent.database().execute("delete from user_sessions");
    tab.open(agent.url());
    tab.fill("#token", AdminFixture.TOKEN);
    tab.click(CONTINUE);
    tab.untilShown("#first-curl", "-H \"Authorization: Bearer $VIBEE_API_KEY\"");
  }

  private void signIn(BrowserTab tab) {
    tab.open(agent.url());
    tab.fill("#token", AdminFixture.TOKEN);
    tab.click(CONTINUE);
    tab.untilShown("#session-rows tr", "sess_a");
  }

  /** Answers the page's next request in the agent's place. */
  private static void refuseNextRequest(BrowserTab tab, int status) {
    tab.evaluate(
        """
        (() => {
          const real = window.fetch;
          window.fetch = async () => {
            window.fetch = real;
            return new Response(null, { status: %d, headers: { "Retry-After": "7" } });
          };
        })()
        """
            .formatted(status));
  }
}

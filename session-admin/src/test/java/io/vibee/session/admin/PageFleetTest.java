package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetOverview;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionLeases;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What operators see of a fleet on the page, and do to it, in a real browser. */
@ExtendWith(BrowserExtension.class)
@ResourceLock(BrowserExtension.BROWSER)
class PageFleetTest {
  private static final String ROWS = "#session-rows tr";
  private static final String AGENTS = "#agents li";

  private PageAgent page;
  private SessionLeases leases;

  @BeforeEach
  void start() {
    page = PageAgent.start();
    leases = page.store().as(SessionLeases.class).orElseThrow();
    for (int i = 1; i <= 3; i++) page.add("10020030" + i, "sess_" + i);
  }

  @AfterEach
  void stop() {
    page.close();
  }

  private RegisteredAgent agent(String name) {
    AgentRegistration told =
        AgentRegistration.builder(name, Duration.ofSeconds(60), 10).address("10.0.0.3").build();
    return leases.register(told, 1);
  }

  private void claim(RegisteredAgent agent, int sessions) {
    assertThat(leases.claim(agent.agentId(), sessions, agent.world().timeline())).hasSize(sessions);
    leases.beat(agent.agentId(), 2, new AgentHealth(sessions, true));
  }

  private AgentMark mark(RegisteredAgent agent) {
    return FleetOverview.of(leases).agent(agent.agentId()).map(AgentSummary::mark).orElseThrow();
  }

  private SessionHolding holding(String session) {
    return leases.find(session).orElseThrow();
  }

  /** The button of a list's item or table's row that shows a text. */
  private static String button(int item, String list, String action) {
    return list + ":nth-child(" + item + ") [data-do=" + action + "]";
  }

  @Test
  void showsNothingOfAFleetWhereThereIsNone(BrowserTab tab) {
    tab.open(page.url());
    tab.untilShown(ROWS, "sess_1");
    assertThat(tab.isVisible("#fleet")).isFalse();
    assertThat(tab.isVisible("th.owner")).isFalse();
    tab.assertNothingForeign();
    // And it comes by itself.
    agent("agent-1");
    tab.evaluate("document.querySelector('#retry').click()");
    tab.untilShown(AGENTS, "agent-1");
    tab.untilVisible("th.owner");
  }

  @Test
  void showsAgentsAndWhereSessionsRun(BrowserTab tab) {
    claim(agent("agent-1"), 2);
    leases.quarantine("sess_3", "AUTH_KEY_DUPLICATED");
    tab.open(page.url());
    tab.untilShown(AGENTS, "agent-1");
    assertThat(tab.text(AGENTS))
        .contains("10.0.0.3", "Takes sessions", "2 of 2 run", "room for 10");
    assertThat(tab.text("#fleet-summary")).isEqualTo("1 agent, 2 sessions run");
    assertThat(tab.texts(ROWS + " .owner").get(0)).contains("agent-1");
    assertThat(tab.texts(ROWS + " .owner").get(2))
        .contains("Quarantined", "AUTH_KEY_DUPLICATED", "Clear");
    assertThat(tab.isVisible(button(1, ROWS, "clear"))).isFalse();

    tab.click(button(3, ROWS, "details"));
    tab.untilShown("#details-where", "Quarantined since");
    assertThat(tab.text("#details-where")).contains("vibee-session clear sess_3");
  }

  @Test
  void marksAgentsOnceThatIsConfirmed(BrowserTab tab) {
    RegisteredAgent one = agent("agent-1");
    claim(one, 3);
    tab.open(page.url());
    tab.untilShown(AGENTS, "agent-1");
    tab.click(button(1, AGENTS, "cordon"));
    tab.untilShown(AGENTS, "Takes no more");
    assertThat(mark(one)).isEqualTo(AgentMark.CORDONED);
    tab.click(button(1, AGENTS, "uncordon"));
    tab.untilShown(AGENTS, "Takes sessions");

    tab.click(button(1, AGENTS, "drain"));
    tab.untilShown("#question", "3 sessions are closed");
    tab.click("#question [data-close]");
    tab.untilHidden("#question");
    assertThat(mark(one)).isEqualTo(AgentMark.TAKING);
    tab.click(button(1, AGENTS, "drain"));
    tab.click("#question-yes");
    tab.untilShown(AGENTS, "Lets go of all");
    assertThat(mark(one)).isEqualTo(AgentMark.DRAINING);
  }

  @Test
  void clearsWhatIsInQuarantine(BrowserTab tab) {
    agent("agent-1");
    leases.quarantine("sess_2", "banned");
    tab.open(page.url());
    tab.untilShown(ROWS, "Quarantined");
    tab.click(button(2, ROWS, "clear"));
    tab.untilShown("#question", "Remove the cause first");
    tab.click("#question-yes");
    tab.until("!document.querySelector('#session-rows').textContent.includes('Quarantined')");
    assertThat(holding("sess_2").state()).isEqualTo(SessionHolding.State.FREE);
  }

  @Test
  void movesASessionToAnotherAgent(BrowserTab tab) {
    claim(agent("agent-1"), 3);
    RegisteredAgent other = agent("agent-2");
    tab.open(page.url());
    tab.untilShown(AGENTS, "agent-1");
    tab.click(button(1, ROWS, "details"));
    tab.untilShown("#details-entries", "session created"); // nothing moves any more
    tab.untilShown("#move-to", "agent-2");
    assertThat(tab.text("#move-to")).doesNotContain("agent-1");
    tab.click("#details-move button");
    tab.untilShown("#said", "moves");
    assertThat(leases.beat(other.agentId(), 3, AgentHealth.STARTING).orElseThrow().awaited())
        .containsExactly("sess_1");
  }

  @Test
  void stopsTheFleetForAReasonAndLetsItGoOn(BrowserTab tab) {
    agent("agent-1");
    tab.open(page.url());
    tab.untilShown("#fleet-switch", "Stop");
    tab.click("#fleet-switch");
    tab.click("#question-yes");
    assertThat(tab.isVisible("#question")).as("without a reason").isTrue();
    tab.fill("#question-field", "a bad deploy");
    tab.click("#question-yes");
    tab.untilShown("#fleet-stopped", "a bad deploy");
    tab.untilShown(ROWS, "Fleet is stopped");
    assertThat(leases.status().reason()).contains("a bad deploy");
    tab.click("#fleet-switch");
    tab.untilHidden("#fleet-stopped");
    assertThat(leases.status().stopped()).isFalse();
  }

  @Test
  void showsWhatOthersChangeAndKeepsTheFocus(BrowserTab tab) {
    RegisteredAgent one = agent("agent-1");
    tab.open(page.url());
    tab.untilShown(AGENTS, "agent-1");
    tab.evaluate("document.querySelector('#agents [data-do=drain]').focus()");
    claim(one, 2);
    agent("agent-0");
    tab.evaluate("document.querySelector('#retry').click()");
    tab.untilShown(AGENTS + ":nth-child(2)", "agent-0");
    assertThat(tab.text(AGENTS + ":first-child")).contains("2 of 2 run");
    assertThat(tab.evaluate("document.activeElement.getAttribute('aria-label')").asText())
        .isEqualTo("Drain: agent-1");
  }

  @Test
  void fitsPhonesAndDesktops(BrowserTab tab) {
    claim(agent("agent-of-a-machine-with-a-long-name.example.com"), 1);
    leases.quarantine("sess_2", "AUTH_KEY_DUPLICATED");
    leases.stop("a bad deploy");
    for (int width : List.of(320, 360, 801, 1024, 1280, 1920)) {
      tab.screen(width, 900);
      tab.open(page.url());
      tab.untilShown(ROWS, "Quarantined");
      PageLayoutTest.assertFits(tab, width);
      if (width > 800) assertThat(tab.strings(PageLayoutTest.CUT_OFF)).as("" + width).isEmpty();
      tab.click(button(1, ROWS, "details"));
      tab.untilShown("#details-where", "Runs on");
      PageLayoutTest.assertFits(tab, width);
    }
  }

  @Test
  void showsHostileNamesAsTheyAre(BrowserTab tab) {
    String name = "<img src=x onerror=alert(1)>\u202Egnp";
    claim(agent(name), 1);
    leases.quarantine("sess_2", "<b>why</b>");
    leases.stop("</bdi><script>alert(2)</script>");
    tab.open(page.url());
    tab.untilShown(AGENTS, "<img src=x onerror=alert(1)>U+202Egnp");
    assertThat(tab.texts(ROWS + " .owner").get(0)).contains("U+202Egnp");
    assertThat(tab.texts(ROWS + " .owner").get(1)).contains("<b>why</b>");
    assertThat(tab.text("#fleet-reason")).isEqualTo("</bdi><script>alert(2)</script>");
    assertThat(
            tab.evaluate("document.querySelectorAll('main img, main script, main b').length")
                .asInt())
        .isEqualTo(tab.evaluate("document.querySelectorAll('.segments b').length").asInt());
    tab.assertNothingForeign();
  }
}

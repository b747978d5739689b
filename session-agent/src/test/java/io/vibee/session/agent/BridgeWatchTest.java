package io.vibee.session.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.SessionReport;
import io.vibee.session.agent.bridge.Bridge;
import io.vibee.session.agent.bridge.HttpBridge;
import io.vibee.session.agent.testing.FakeBridge;
import io.vibee.session.agent.testing.FakeBridge.Does;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BridgeWatchTest implements BridgeNews {
  private static final Duration NEVER = Duration.ofHours(1);

  private final List<SessionReport> reported = new CopyOnWriteArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final List<String> held = new CopyOnWriteArrayList<>();
  private FakeBridge fake;
  private BridgeRounds rounds;
  private BridgeWatch watch;
  private AgentThread thread;

  @BeforeEach
  void startBridge() throws Exception {
    fake = new FakeBridge();
  }

  @AfterEach
  void stop() {
    thread.close();
    rounds.close();
    fake.close();
  }

  @Override
  public void ofSessions(Collection<SessionReport> reports) {
    reported.addAll(reports);
  }

  @Override
  public void bridgeFails(String reason) {
    failures.add(reason);
  }

  private void watch(Duration interval) {
    Bridge bridge =
        HttpBridge.fromEnvironment(Map.of("VIBEE_BRIDGE_URL", fake.url())).orElseThrow();
    rounds = new BridgeRounds(bridge, Duration.ofSeconds(20));
    watch =
        new BridgeWatch(
            rounds,
            () -> held,
            this,
            interval,
            new BackOff(Duration.ofMillis(20), () -> 0),
            Ticker.SYSTEM);
    thread = AgentThread.start("test", watch, watch::stop);
  }

  private void hold(String sessionId, Does what) {
    fake.sessions.put(sessionId, what);
    held.add(sessionId);
  }

  @Test
  void reportsEachStateAndAFailureOnceWhenItBegins() {
    hold("sess_a", Does.AUTHORIZE);
    hold("sess_b", Does.FAIL);
    fake.unlisted.add("sess_b");
    watch(Duration.ofMillis(20));
    await().until(() -> fake.timesAsked("sess_b") >= 4);
    fake.sessions.put("sess_b", Does.NOT_AUTHORIZE);
    await().until(() -> reported.contains(SessionReport.of("sess_b", false)));
    assertThat(reported).contains(SessionReport.of("sess_a", true));
    assertThat(reported.stream().filter(report -> report.error().isPresent()))
        .containsExactly(SessionReport.failed("sess_b", "the bridge answered with status 500"));
    fake.sessions.put("sess_b", Does.FAIL);
    await()
        .until(() -> reported.stream().filter(report -> report.error().isPresent()).count() == 2);
    assertThat(failures).isEmpty();
  }

  @Test
  void reportsOnceThatTheBridgeFailsAndKeepsAsking() {
    hold("sess_a", Does.AUTHORIZE);
    hold("sess_b", Does.AUTHORIZE);
    fake.doesAlways(Does.FAIL);
    watch(NEVER);
    // Between two rounds, or one of them would succeed in part.
    await()
        .until(
            () ->
                fake.timesAsked("sess_a") >= 4
                    && fake.timesAsked("sess_a") == fake.timesAsked("sess_b"));
    assertThat(failures).containsExactly("answered with status 500");
    assertThat(reported).as("sessions stay as they are").isEmpty();
    fake.doesAlways(Does.AUTHORIZE);
    fake.listDoes(null);
    await().until(() -> reported.size() == 2);
    assertThat(reported).allMatch(report -> report.authorized().orElse(false));
  }

  @Test
  void asksForANewSessionAtOnceAndForNoOther() {
    hold("sess_a", Does.AUTHORIZE);
    watch(NEVER);
    await().until(() -> reported.size() == 1);
    hold("sess_b", Does.NOT_AUTHORIZE);
    watch.askForStarted();
    await().until(() -> reported.contains(SessionReport.of("sess_b", false)));
    assertThat(fake.asked).hasSize(2);
  }

  @Test
  void asksAtOnceForOneThatWasStoppedAndStartedAgain() {
    hold("sess_a", Does.AUTHORIZE);
    watch(NEVER);
    await().until(() -> reported.size() == 1);
    held.remove("sess_a");
    hold("sess_b", Does.AUTHORIZE);
    watch.askForStarted();
    await().until(() -> reported.size() == 2);
    hold("sess_a", Does.NOT_AUTHORIZE);
    watch.askForStarted();
    await().until(() -> reported.contains(SessionReport.of("sess_a", false)));
    assertThat(fake.timesAsked("sess_b")).isEqualTo(1);
  }

  @Test
  void asksAllWhenTheBridgeFailsForNewSessions() {
    hold("sess_a", Does.AUTHORIZE);
    watch(NEVER);
    await().until(() -> reported.size() == 1);
    hold("sess_b", Does.AUTHORIZE);
    fake.doesAlways(Does.HANG);
    fake.doesAlways(Does.FAIL);
    watch.askForStarted();
    await().until(() -> failures.size() == 1);
    assertThat(reported).hasSize(1);
  }
}

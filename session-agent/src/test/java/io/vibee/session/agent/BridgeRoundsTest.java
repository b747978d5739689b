package io.vibee.session.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.agent.bridge.HttpBridge;
import io.vibee.session.agent.testing.FakeBridge;
import io.vibee.session.agent.testing.FakeBridge.Does;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("it measures time")
class BridgeRoundsTest {
  private FakeBridge fake;
  private BridgeRounds rounds;

  @BeforeEach
  void start() throws Exception {
    fake = new FakeBridge();
    rounds = rounds(Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() {
    rounds.close();
    fake.close();
  }

  private BridgeRounds rounds(Duration limit) {
    return new BridgeRounds(
        HttpBridge.fromEnvironment(Map.of("VIBEE_BRIDGE_URL", fake.url())).orElseThrow(), limit);
  }

  private List<String> add(int sessions, Does what) {
    List<String> ids = IntStream.range(0, sessions).mapToObj(i -> what + "_" + i).toList();
    ids.forEach(id -> fake.sessions.put(id, what));
    return ids;
  }

  @Test
  void asksOnceForTenThousand() throws Exception {
    List<String> ids = add(10_000, Does.AUTHORIZE);
    add(5, Does.NOT_AUTHORIZE);
    BridgeRounds.Answers answers = rounds.all(ids);
    assertThat(answers.authorized()).hasSize(10_000).doesNotContainValue(false);
    assertThat(fake.asked).containsExactly(new FakeBridge.Asked(null, null));
  }

  @Test
  void asksOneByOneForThoseThatTheListLeavesOut() throws Exception {
    List<String> ids = add(30, Does.AUTHORIZE);
    fake.unlisted.addAll(ids.subList(0, 20));
    fake.sessions.put(ids.get(7), Does.FAIL);
    BridgeRounds.Answers answers = rounds.all(ids);
    assertThat(answers.authorized()).hasSize(29).doesNotContainKey(ids.get(7));
    assertThat(answers.failures()).containsOnlyKeys(ids.get(7));
    assertThat(answers.down()).isNull();
    assertThat(fake.asked).hasSize(21);
  }

  @Test
  void asksOneByOneWhenTheListHoldsFarMoreThanItsOwn() throws Exception {
    List<String> ids = add(3, Does.AUTHORIZE);
    add(5000, Does.NOT_AUTHORIZE);
    BridgeRounds.Answers answers = rounds.all(ids);
    assertThat(answers.authorized()).hasSize(3).doesNotContainValue(false);
    assertThat(answers.down()).isNull();
    assertThat(fake.asked).hasSize(4);
  }

  @Test
  void asksOneByOneWhenThereIsNoListAFewAtATime() throws Exception {
    fake.listDoes(Does.FAIL);
    BridgeRounds.Answers answers = rounds.all(add(200, Does.NOT_AUTHORIZE));
    assertThat(answers.authorized()).hasSize(200).doesNotContainValue(true);
    assertThat(answers.down()).isNull();
    assertThat(fake.most.get()).isLessThanOrEqualTo(8);
  }

  @Test
  void asksOnlyAFewOfABridgeThatFailsAsAWhole() throws Exception {
    fake.listDoes(Does.NONSENSE);
    BridgeRounds.Answers answers = rounds.all(add(10_000, Does.ERROR));
    assertThat(answers.down()).contains("not the agreed JSON");
    assertThat(fake.asked).hasSize(9);
  }

  @Test
  void endsWithinItsLimitAndLeavesOutWhatItDidNotComeTo() throws Exception {
    rounds = rounds(Duration.ofSeconds(1));
    List<String> ids = add(20, Does.AUTHORIZE);
    fake.unlisted.addAll(ids);
    ids.subList(1, 20).forEach(id -> fake.sessions.put(id, Does.HANG));
    long start = System.nanoTime();
    BridgeRounds.Answers answers = rounds.all(ids);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    assertThat(answers.authorized()).containsOnlyKeys(ids.get(0));
    assertThat(answers.failures()).isEmpty();
    assertThat(answers.down()).isNull();
  }
}

package io.vibee.session.agent.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.agent.storm.TelegramClient.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the storms rely on: the fake Telegram sees each overlap, and nothing else. */
class TelegramServerTest {
  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Duration LINGER = Duration.ofMillis(600);

  private final List<TelegramClient> clients = new ArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private TelegramServer server;

  @BeforeEach
  void start() throws IOException {
    server = TelegramServer.start();
  }

  @AfterEach
  void close() throws IOException {
    for (TelegramClient client : clients) client.close();
    server.close();
  }

  private TelegramClient client(String name, Duration pings) throws IOException {
    return client(name, pings, LINGER);
  }

  private TelegramClient client(String name, Duration pings, Duration linger) throws IOException {
    TelegramClient client = new TelegramClient(server.port(), name, pings, linger);
    clients.add(client);
    return client;
  }

  private Connection connect(TelegramClient client, String session) {
    return client.connect(session, () -> true, heard::add);
  }

  @Test
  void seesTwoConnectionsOfASession() throws Exception {
    Connection first = connect(client("a", OFTEN), "s1");
    assertThat(first.answer().get()).isEqualTo("OK");
    Connection second = connect(client("b", OFTEN), "s1");
    assertThat(second.answer().get()).isEqualTo("DUPLICATED");
    await().until(() -> heard.contains("DUPLICATED"));
    assertThat(server.overlaps())
        .first()
        .asString()
        .contains("ms: s1 is connected by b, while a, connected ");
  }

  @Test
  void seesNoOverlapAfterAClose() throws Exception {
    TelegramClient a = client("a", OFTEN);
    TelegramClient b = client("b", OFTEN);
    for (int i = 0; i < 500; i++) {
      Connection connection = connect(i % 2 == 0 ? a : b, "s1");
      assertThat(connection.answer().get()).isEqualTo("OK");
      connection.close();
    }
    assertThat(server.overlaps()).isEmpty();
    assertThat(server.connections()).containsEntry("s1", 500);
    await().until(() -> server.connected().isEmpty());
  }

  @Test
  void believesInASilentClientForAsLongAsItsPingAskedFor() throws Exception {
    AtomicBoolean may = new AtomicBoolean(true);
    Connection silent = client("a", NEVER).connect("s1", may::get, heard::add);
    long begun = System.nanoTime();
    assertThat(silent.answer().get()).isEqualTo("OK");
    may.set(false);
    await().pollInterval(Duration.ofMillis(5)).until(() -> server.connected().isEmpty());
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(LINGER);
    Connection next = connect(client("b", OFTEN), "s1");
    assertThat(next.answer().get()).isEqualTo("OK");
    assertThat(server.overlaps()).isEmpty();
  }

  @Test
  void seesAnOverlapWithASilentClientWhoseTimeIsNotOver() throws Exception {
    assertThat(connect(client("a", NEVER), "s1").answer().get()).isEqualTo("OK");
    assertThat(connect(client("b", OFTEN), "s1").answer().get()).isEqualTo("DUPLICATED");
    assertThat(server.overlaps()).hasSize(1);
  }

  @Test
  void seesOverlapsWithoutItsTimerWhereWithItThereAreNone() throws Exception {
    server.switchTimerOff();
    assertThat(connect(client("a", NEVER), "s1").answer().get()).isEqualTo("OK");
    AtomicInteger polls = new AtomicInteger();
    await()
        .during(LINGER.multipliedBy(2))
        .atMost(LINGER.multipliedBy(10))
        .until(() -> polls.incrementAndGet() > 0 && server.connected().contains("s1"));
    assertThat(connect(client("b", OFTEN), "s1").answer().get()).isEqualTo("DUPLICATED");
    assertThat(server.overlaps()).hasSize(1);
  }

  @Test
  void dropsAConnectionWhoseClientAsksBeforeItConnectsAgain() throws Exception {
    AtomicBoolean may = new AtomicBoolean(true);
    AtomicInteger asked = new AtomicInteger();
    Connection connection =
        client("a", OFTEN)
            .connect(
                "s1",
                () -> {
                  asked.incrementAndGet();
                  return may.get();
                },
                heard::add);
    assertThat(connection.answer().get()).isEqualTo("OK");
    may.set(false);
    server.drop("s1");
    await().until(() -> asked.get() >= 3);
    assertThat(server.connections()).containsEntry("s1", 1);
    may.set(true);
    await().until(() -> server.connected().contains("s1"));
    assertThat(server.connections()).containsEntry("s1", 2);
    assertThat(server.overlaps()).isEmpty();
  }

  @Test
  void refusesAndAsksToWait() throws Exception {
    server.flood("s1", Duration.ofSeconds(90));
    TelegramClient a = client("a", OFTEN);
    assertThat(connect(a, "s1").answer().get()).isEqualTo("FLOOD 90");
    server.revokeAll();
    assertThat(connect(a, "s2").answer().get()).isEqualTo("REVOKED");
    assertThat(server.revoked()).containsExactly("s2");
    assertThat(server.connected()).isEmpty();
  }

  @Test
  void servesThousandsOfConnections() throws Exception {
    TelegramClient a = client("a", Duration.ofSeconds(1), Duration.ofSeconds(30));
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      connections.add(a.connect("s" + i, () -> true, heard::add));
    }
    for (Connection connection : connections) {
      assertThat(connection.answer().get()).isEqualTo("OK");
    }
    assertThat(server.loads()).containsEntry("a", 5_000);
    assertThat(server.overlaps()).isEmpty();
  }
}

package io.vibee.session.agent.storm;

import io.vibee.session.Session;
import io.vibee.session.SessionSource;
import io.vibee.session.agent.FleetOptions;
import io.vibee.session.agent.FloodWaitException;
import io.vibee.session.agent.SessionAgent;
import io.vibee.session.agent.SessionContext;
import io.vibee.session.agent.SessionHandler;
import io.vibee.session.agent.SessionRefusedException;
import io.vibee.session.agent.SessionRefusedException.Reason;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An agent in a process of its own, whose sessions are connected to {@link TelegramServer}. */
final class StormAgent implements SessionHandler {
  /** What it prints when its main method begins, and when it takes part. */
  static final String UP = "up";

  static final String READY = "ready";

  private final TelegramClient telegram;

  /** When the test began: the monotonic clock is one for all processes. */
  private final long start;

  private StormAgent(TelegramClient telegram, long start) {
    this.telegram = telegram;
    this.start = start;
  }

  /** Runs until SIGTERM, with what {@link StormProcess} has put into the environment. */
  public static void main(String[] arguments) throws IOException {
    System.out.println(UP);
    Map<String, String> environment = System.getenv();
    String name = environment.get("STORM_NAME");
    long start = Long.parseLong(environment.get("STORM_START"));
    StormTimes times = StormTimes.parse(environment.get("STORM_TIMES"));
    TelegramClient telegram =
        new TelegramClient(
            Integer.parseInt(environment.get("STORM_TELEGRAM")),
            name + "/" + ProcessHandle.current().pid(),
            Duration.ofSeconds(1),
            times.linger());
    FleetOptions options =
        FleetOptions.on()
            .name(name)
            .generation(Long.parseLong(environment.get("STORM_GENERATION")))
            .capacity(Integer.parseInt(environment.get("STORM_CAPACITY")))
            .beat(times.beat())
            .silence(times.silence())
            .stop(times.stop())
            .linger(times.linger())
            .statementTimeout(times.statementTimeout())
            .waves(times.settle(), 1, 10, 100);
    try (JdbcSessionStore store = JdbcSessionStore.open(environment.get("DATABASE_URL"));
        SessionAgent agent =
            SessionAgent.over(SessionSource.ofAllActive(store), new StormAgent(telegram, start))
                .pace(32, Duration.ofMillis(2))
                .fleet(options)
                .build()) {
      agent.run(report -> System.out.println(READY));
    }
  }

  @Override
  public AutoCloseable start(Session session) {
    throw new UnsupportedOperationException("a fleet gives the context");
  }

  @Override
  public AutoCloseable start(Session session, SessionContext context) throws Exception {
    String id = session.sessionId();
    TelegramClient.Connection connection =
        telegram.connect(id, context::mayConnect, word -> heard(id, context, word));
    String answer;
    try {
      answer = connection.answer().get(5, TimeUnit.SECONDS);
    } catch (Exception e) {
      connection.close();
      throw e;
    }
    if (answer.equals("OK")) {
      tell("+ " + id);
      return () -> {
        connection.close();
        tell("- " + id);
      };
    }
    connection.close();
    tell("! " + id + " " + answer);
    if (answer.startsWith("FLOOD ")) throw new FloodWaitException(pause(answer));
    if (answer.equals("CLOSED")) throw new IOException("the connection was dropped");
    throw new SessionRefusedException(reason(answer));
  }

  private void tell(String what) {
    System.out.println(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms: " + what);
  }

  private void heard(String id, SessionContext context, String word) {
    tell("! " + id + " " + word);
    if (word.startsWith("FLOOD ")) context.floodWait(pause(word));
    else context.refused(reason(word));
  }

  private static Duration pause(String word) {
    return Duration.ofSeconds(Long.parseLong(word.substring("FLOOD ".length())));
  }

  private static Reason reason(String word) {
    return switch (word) {
      case "DUPLICATED" -> Reason.AUTH_KEY_DUPLICATED;
      case "REVOKED" -> Reason.SESSION_REVOKED;
      default -> throw new IllegalArgumentException(word);
    };
  }
}

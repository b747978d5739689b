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
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An agent in a process of its own, whose sessions are connected to {@link TelegramServer}. */
final class StormAgent implements SessionHandler {
  /** What it prints when its main method begins, and when it takes part. */
  static final String UP = "up";

  static final String READY = "ready";

  /** How often an agent that takes no part says that it is there, which else takes 30 seconds. */
  private static final Duration APART = Duration.ofSeconds(1);

  /** Null if it prints what it runs, and connects nothing. */
  private final @Nullable TelegramClient telegram;

  /** When the test began: the monotonic clock is one for all processes. */
  private final long start;

  private StormAgent(@Nullable TelegramClient telegram, long start) {
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
    int port = Integer.parseInt(environment.get("STORM_TELEGRAM"));
    String who = name + "/" + ProcessHandle.current().pid();
    @Nullable TelegramClient telegram =
        port == 0 ? null : new TelegramClient(port, who, Duration.ofSeconds(1), times.linger());
    @Nullable String user = environment.get("STORM_USER");
    try (JdbcSessionStore store = JdbcSessionStore.open(environment.get("DATABASE_URL"));
        SessionAgent agent =
            SessionAgent.over(
                    user == null
                        ? SessionSource.ofAllActive(store)
                        : SessionSource.ofUser(store, user),
                    new StormAgent(telegram, start))
                .pace(32, Duration.ofMillis(2))
                .pollInterval(user == null ? Duration.ofSeconds(30) : APART)
                .fleet(user == null ? fleet(name, times, environment) : FleetOptions.off())
                .build()) {
      agent.run(report -> System.out.println(READY));
    }
  }

  private static FleetOptions fleet(
      String name, StormTimes times, Map<String, String> environment) {
    Integer[] waves =
        Stream.of(environment.get("STORM_WAVES").split(" ", -1))
            .filter(size -> !size.isEmpty())
            .map(Integer::valueOf)
            .toArray(Integer[]::new);
    return FleetOptions.on()
        .name(name)
        .generation(Long.parseLong(environment.get("STORM_GENERATION")))
        .capacity(Integer.parseInt(environment.get("STORM_CAPACITY")))
        .beat(times.beat())
        .silence(times.silence())
        .stop(times.stop())
        .linger(times.linger())
        .statementTimeout(times.statementTimeout())
        .waves(times.settle(), waves);
  }

  /** Outside a fleet, where nobody is asked. */
  @Override
  public AutoCloseable start(Session session) throws Exception {
    String id = session.sessionId();
    return start(id, () -> true, word -> tell("! " + id + " " + word));
  }

  @Override
  public AutoCloseable start(Session session, SessionContext context) throws Exception {
    String id = session.sessionId();
    return start(id, context::mayConnect, word -> heard(id, context, word));
  }

  private AutoCloseable start(String id, BooleanSupplier mayConnect, Consumer<String> heard)
      throws Exception {
    if (telegram == null) return startInLedger(id, mayConnect);
    TelegramClient.Connection connection = telegram.connect(id, mayConnect, heard);
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

  private static AutoCloseable startInLedger(String id, BooleanSupplier mayConnect) {
    if (!mayConnect.getAsBoolean()) throw new IllegalStateException("may not connect");
    System.out.println(StormLedger.entry('+', id));
    return () -> System.out.println(StormLedger.entry('-', id));
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

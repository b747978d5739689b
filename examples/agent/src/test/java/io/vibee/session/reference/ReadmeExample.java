package io.vibee.session.reference;

import io.vibee.session.Session;
import io.vibee.session.admin.AdminServer;
import io.vibee.session.agent.SessionAgent;

/**
 * The examples of README.md and docs/agent.md, compiled here and run by {@link LifeOfAnAgentIT}.
 */
@SuppressWarnings("try") // the API is there to be closed
final class ReadmeExample {
  private ReadmeExample() {}

  /** Stands for the client that connects an account to Telegram. */
  static final class Bot implements AutoCloseable {
    private final String userId;

    private Bot(String userId) {
      this.userId = userId;
    }

    /** Connects, or does what is made up for some users. */
    static Bot connect(Session session) {
      if (session.userId().equals("throws")) throw new IllegalStateException("made up");
      System.out.println("connected " + session.userId() + " as " + session.username());
      return new Bot(session.userId());
    }

    @Override
    public void close() {
      if (userId.equals("hangs")) awaitForEver();
      System.out.println("closed " + userId);
    }

    private static void awaitForEver() {
      Object nobody = new Object();
      synchronized (nobody) {
        while (true) {
          try {
            nobody.wait();
          } catch (InterruptedException e) {
            System.out.println("does not heed interrupts");
          }
        }
      }
    }
  }

  /** Runs README's agent. */
  static final class Alone {
    private Alone() {}

    public static void main(String[] args) {
      // readme:start
      try (var agent = SessionAgent.fromEnvironment(session -> Bot.connect(session))) {
        agent.run(); // until SIGTERM or close
      }
      // readme:end
    }
  }

  /** Runs it with the admin API beside it. */
  static final class WithApi {
    private WithApi() {}

    public static void main(String[] args) {
      // api:start
      try (var agent = SessionAgent.fromEnvironment(session -> Bot.connect(session));
          var api =
              AdminServer.over(agent.store().orElseThrow())
                  .environment(System.getenv())
                  .onChange(change -> agent.changed(change.session().userId()))
                  .start()) {
        agent.run();
      }
      // api:end
    }
  }
}

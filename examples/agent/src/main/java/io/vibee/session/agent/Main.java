package io.vibee.session.agent;

import io.vibee.session.SessionException;
import io.vibee.session.jdbc.SessionMigrations;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** What {@code start.sh} runs. */
public final class Main {
  private static final String USAGE =
      """
      usage: ./start.sh [--migrate] [--once]
             ./start.sh [--migrate] --rotate-key[=database|=continue]
             ./start.sh --demo

        --once     load, print the sessions and exit
        --migrate  make or update the tables first; nothing migrates unasked
        --rotate-key  change the key, move all sessions to it while agents run on, and exit: to
                   ENCRYPTION_MASTER_KEY[_FILE] if it is set, else to a new key in the database;
                   =database moves them from a key outside back to one in the database; =continue
                   leaves the key as it is and moves what is left, after a rotation that was killed
        --demo     the whole story on a PostgreSQL of its own; needs nothing, changes nothing
        --help     this text

      Loads, by the first of these that is set in the environment, .env or .envrc:
        MULTI_TENANT=true    every active session in DATABASE_URL
        USER_ID              that user's session in DATABASE_URL
        TELEGRAM_SESSION_ID  TELEGRAM_API_ID and TELEGRAM_API_HASH, without a database
        DATABASE_URL         the only active session there
      SESSION_SOURCE=multi-tenant|user|env|auto pins the choice.
      ENCRYPTION_MASTER_KEY or ENCRYPTION_MASTER_KEY_FILE is a key that the database never sees.

      Exit codes of --once: 0 loaded; 2 not configured or misconfigured; 3 no such session, or it is
      inactive; 4 the database cannot be reached; 5 a hash cannot be decrypted; 6 the schema is
      missing, or older or newer than the library. The last line on standard error says what to do.
      """;

  private static final int DEFECT = 1;

  private Main() {}

  /**
   * Runs the agent and ends the process.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    // Flushed when a load is over: a system call a line would take longer than loading.
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    int code = run(args, out);
    if (out.checkError() && code == 0) {
      code = fail(DEFECT, "standard output cannot be written, so the sessions are not all shown");
    }
    System.exit(code);
  }

  private static int run(String[] args, PrintStream out) {
    try {
      Options options = Options.parse(args);
      if (options.help()) {
        out.print(USAGE);
        return 0;
      }
      if (options.demo()) return Demo.run(out);
      return runAgent(options, out);
    } catch (SessionException e) {
      return fail(ExitCode.of(e), String.valueOf(e.getMessage()));
    } catch (UsageException e) {
      return fail(ExitCode.MISCONFIGURED, e.getMessage() + "; ./start.sh --help lists the options");
    } catch (RuntimeException e) {
      // The message could be anybody's; class and place are enough to report it.
      StackTraceElement[] trace = e.getStackTrace();
      String place = trace.length > 0 ? " at " + trace[0] : "";
      return fail(DEFECT, "this is a defect, please report it: " + e.getClass().getName() + place);
    }
  }

  private static int runAgent(Options options, PrintStream out) {
    Path home = Path.of(System.getProperty("vibee.home", "."));
    Map<String, String> environment = DotenvFiles.merge(System.getenv(), home);
    if (options.migrate()) migrate(environment);
    if (options.rotateKey() != null) return options.rotateKey().run(environment, out);
    try (Agent agent = Agent.start(environment, out)) {
      if (!options.once()) agent.runUntilStopped();
    }
    return 0;
  }

  private static void migrate(Map<String, String> environment) {
    String url = environment.getOrDefault("DATABASE_URL", "");
    if (url.isEmpty()) throw new UsageException("--migrate needs DATABASE_URL");
    SessionMigrations.migrate(url);
    System.err.println("migrated: the schema is up to date");
  }

  private static int fail(int code, String message) {
    System.err.println("start.sh: " + message);
    if (message.contains("\n")) {
      System.err.println("start.sh: set one of them in the environment or in .env beside start.sh");
    }
    return code;
  }
}

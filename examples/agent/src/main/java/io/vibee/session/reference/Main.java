package io.vibee.session.reference;

import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionException;
import io.vibee.session.jdbc.SessionMigrations;
import io.vibee.session.process.DotenvFiles;
import io.vibee.session.process.ExitCode;
import io.vibee.session.process.StandardOutput;
import io.vibee.session.process.UsageException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** What {@code start.sh} runs. */
public final class Main {
  private static final String USAGE =
      """
      usage: ./start.sh [--migrate] [--once]
             ./start.sh [--migrate] --rotate-key[=database|=continue]
             ./start.sh --demo [--serve]

        --once     load, print the sessions and exit; else they are kept seen until it is stopped
        --migrate  make or update the tables first; nothing migrates unasked
        --rotate-key  change the key, move all sessions to it while agents run on, and exit: to
                   ENCRYPTION_MASTER_KEY[_FILE] if it is set, else to a new key in the database;
                   =database moves them from a key outside back to one in the database; =continue
                   leaves the key as it is and moves what is left, after a rotation that was killed
        --demo     the whole story on a PostgreSQL of its own; needs nothing, changes nothing
        --serve    after the story, run the agent on the demo's PostgreSQL until it is stopped
        --help     this text
        --version  the version of this program

      Loads, by the first of these that is set in the environment, .env or .envrc:
        MULTI_TENANT=true    every active session in DATABASE_URL
        USER_ID              that user's session in DATABASE_URL
        TELEGRAM_SESSION_ID  TELEGRAM_API_ID and TELEGRAM_API_HASH, without a database
        DATABASE_URL         the only active session there
      SESSION_SOURCE=multi-tenant|single-db|single-env|auto pins the choice.
      ENCRYPTION_MASTER_KEY or ENCRYPTION_MASTER_KEY_FILE is a key that the database never sees.
      DATABASE_URL_FILE, TELEGRAM_API_HASH_FILE and VIBEE_API_KEY_FILE name files with these values.

      A running agent, unless its sessions come from TELEGRAM_*, serves the admin API and a page:
        PORT                 8080 unless set; 0 takes any free one, off serves nothing
        VIBEE_BIND_ADDRESS   127.0.0.1 unless set; another address needs VIBEE_API_KEY
        VIBEE_PUBLIC_URL     the address at which a proxy serves it; needs VIBEE_API_KEY
        VIBEE_API_KEY        the token that callers need; the bridge gets it too
      What is added, changed or removed there is started, changed or stopped at once. Probes ask its
      /health/live and /health/ready. It asks
        VIBEE_BRIDGE_URL     the Telegram bridge, which of its sessions are authorized, every
        VIBEE_POLL_SECONDS   30 unless set

      Agents share the sessions of a database that has the tables of a fleet; one of them runs each:
        SESSION_FLEET        auto unless set; on fails without these tables, off takes no part
        SESSION_FLEET_…      its name, generation, capacity and times, see docs/fleet.md

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
    // Flushed once a load is over: a system call per line would take longer than loading.
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    int code = run(args, out);
    if (StandardOutput.failed(out) && code == 0) {
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
      if (options.version()) {
        out.println("vibee-session agent " + version());
        return 0;
      }
      if (options.demo()) return Demo.run(out, options.serve() ? environment() : null);
      return runAgent(options, out);
    } catch (MisconfiguredException e) {
      e.problems().forEach(problem -> fail(ExitCode.MISCONFIGURED, problem));
      return ExitCode.MISCONFIGURED;
    } catch (SessionException e) {
      return fail(ExitCode.of(e), String.valueOf(e.getMessage()));
    } catch (UsageException e) {
      return fail(ExitCode.MISCONFIGURED, e.getMessage() + "; ./start.sh --help lists the options");
    } catch (RuntimeException e) {
      // Without the message, which may come from anywhere; class and place are enough for a report.
      StackTraceElement[] trace = e.getStackTrace();
      String place = trace.length > 0 ? " at " + trace[0] : "";
      return fail(DEFECT, "this is a defect, please report it: " + e.getClass().getName() + place);
    }
  }

  private static int runAgent(Options options, PrintStream out) {
    Map<String, String> environment = environment();
    if (options.migrate()) migrate(environment);
    if (options.rotateKey() != null) return options.rotateKey().run(environment, out, System.err);
    if (options.once()) {
      Agent.loadOnce(environment, out);
      return 0;
    }
    try (Agent agent = Agent.open(environment, out)) {
      agent.run();
    }
    return 0; // the process ends as its signal says
  }

  /** Reads the version from the jar's manifest. */
  private static String version() {
    return Objects.requireNonNullElse(
        Main.class.getPackage().getImplementationVersion(), "(not packaged)");
  }

  private static Map<String, String> environment() {
    Path home = Path.of(System.getProperty("vibee.home", "."));
    return DotenvFiles.merge(System.getenv(), home);
  }

  private static void migrate(Map<String, String> environment) {
    SessionMigrations.migrate(
        Environment.of(environment)
            .find("DATABASE_URL")
            .orElseThrow(() -> new UsageException("--migrate needs DATABASE_URL")));
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

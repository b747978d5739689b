package io.vibee.session.reference;

import io.vibee.session.LoadedSessions;
import io.vibee.session.Session;
import io.vibee.session.SessionLoader;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.SessionMigrations;
import io.vibee.session.process.RotateKey;
import java.io.IOException;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Tells the whole story, each step with its output. All values are made up. */
final class Demo {
  private static final Map<String, String> LEGACY =
      Map.of(
          "TELEGRAM_SESSION_ID", "sess_legacy0001",
          "TELEGRAM_API_ID", "94892",
          "TELEGRAM_API_HASH", "fedcba9876543210fedcba9876543210",
          "TELEGRAM_SESSION_1_PHONE", "+10005550100");

  private final PrintStream out;
  private final String databaseUrl;
  private final SqlConsole sql;
  private final Lifetime lifetime;
  private final String key = newKey();
  private int step;

  private Demo(PrintStream out, DemoPostgres postgres, Lifetime lifetime) {
    this.out = out;
    this.databaseUrl = postgres.url();
    this.sql = new SqlConsole(postgres.dataSource(), out);
    this.lifetime = lifetime;
  }

  /**
   * Tells the story, and returns the process's exit code.
   *
   * @param serving the variables of an agent that runs after the story; null for none
   */
  static int run(PrintStream out, @Nullable Map<String, String> serving) {
    try (Lifetime lifetime = Lifetime.ofProcess();
        DemoPostgres postgres = DemoPostgres.start()) {
      Demo demo = new Demo(out, postgres, lifetime);
      demo.tell();
      if (serving != null) demo.serve(serving);
      return 0;
    } catch (CancellationException e) {
      return 0; // the process ends as its signal says
    } catch (IOException | SQLException | IllegalStateException e) {
      System.err.println("start.sh: the demo failed: " + e.getMessage());
      return 4;
    }
  }

  private void tell() throws IOException, SQLException {
    step("An empty PostgreSQL, started for this demo and removed after it");
    sql.query("select split_part(version(), ' on ', 1) as server");

    step("Migrate, as ./start.sh --migrate does: tables, triggers and a random 32-byte key");
    SessionMigrations.migrate(databaseUrl);
    sql.query("select version, length(master_key) as key_length from encryption_keys");

    step("An account from a legacy .env, loaded without a database (single-env)");
    LoadedSessions legacy = load(LEGACY);

    step("The same account, moved into the database");
    try (JdbcSessionStore store = JdbcSessionStore.open(databaseUrl)) {
      for (Session account : legacy) {
        store.save(account.toBuilder().userId("100200299").build());
      }
    }
    sql.query("select user_id, session_id, is_active from user_sessions");

    step("Three clients, added by the guide's SQL with a plain pgp_sym_encrypt");
    for (int client = 1; client <= 3; client++) sql.update(DemoSql.insertClient(client));

    step("The database made each AES-256 (cipher 9; the plain call writes AES-128, cipher 7)");
    sql.query(DemoSql.CIPHERS);

    step("One user's session: USER_ID=100200301 (single-db)");
    load(Map.of("DATABASE_URL", databaseUrl, "USER_ID", "100200301"));

    step("All active sessions: MULTI_TENANT=true (multi-tenant)");
    loadAll();

    step("Change the key by the guide's UPDATE: every row follows, nothing becomes unreadable");
    sql.update(DemoSql.CHANGE_KEY);
    sql.query(DemoSql.KEYS);
    loadAll();

    step("The guide's troubleshooting SELECT still works (shown as a match, not in clear)");
    sql.query(DemoSql.TROUBLESHOOT);

    step("Monitoring: sessions, activity, authorization");
    sql.query(DemoSql.SESSIONS);
    sql.query(DemoSql.ACTIVITY);
    sql.query(DemoSql.AUTHORIZED);

    new DemoApi(out, sql, databaseUrl, this::step).tell();

    step("Take the key out of the database: sessions follow to ENCRYPTION_MASTER_KEY, sealed here");
    Map<String, String> withKey = withKey();
    out.print("   ");
    RotateKey.AS_CONFIGURED.run(withKey, out, System.err);
    sql.query(DemoSql.KEYS);
    load(withKey);

    step("Somebody swaps two clients' hashes: both are refused, the others load, the log tells");
    sql.update(DemoSql.SWAP);
    load(withKey);
    sql.query(DemoSql.TAMPERING);

    out.println();
    out.println("That was all of it. Next: docs/quick-start.md does the same on your database.");
  }

  /** Runs an agent on what the story left, for people to try by hand. */
  private void serve(Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(withKey());
    variables.forEach(
        (name, value) -> {
          if (name.equals("PORT") || name.startsWith("VIBEE_")) environment.put(name, value);
        });
    step("The agent runs on this database until it is stopped: DATABASE_URL=" + databaseUrl);
    System.err.println(
        "the password in that URL is made for this run: whoever has it is the database's superuser,"
            + " who can run programs here");
    try (Agent agent = Agent.open(environment, out)) {
      agent.run();
    }
  }

  private Map<String, String> withKey() {
    return Map.of(
        "DATABASE_URL", databaseUrl, "MULTI_TENANT", "true", "ENCRYPTION_MASTER_KEY", key);
  }

  private static String newKey() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private void loadAll() {
    load(Map.of("DATABASE_URL", databaseUrl, "MULTI_TENANT", "true"));
  }

  private LoadedSessions load(Map<String, String> environment) {
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment)) {
      LoadedSessions sessions = loader.load();
      for (Session session : sessions) {
        out.println("   " + SessionLines.session(session, loader.store().isPresent()));
      }
      out.println("   " + SessionLines.summary(sessions.report()));
      return sessions;
    }
  }

  private void step(String title) {
    if (lifetime.isOver()) throw new CancellationException("asked to end");
    out.flush();
    out.println();
    out.println(++step + ". " + title);
  }
}

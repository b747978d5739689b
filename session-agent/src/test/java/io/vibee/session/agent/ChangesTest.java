package io.vibee.session.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.Session;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionSource;
import io.vibee.session.UnreadableSession;
import io.vibee.session.agent.testing.AgentDatabase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangesTest {
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<String> read = new CopyOnWriteArrayList<>();
  private AgentDatabase database;
  private SessionLoader loader;
  private Accounts accounts;
  private Changes changes;
  private AgentThread thread;

  @BeforeEach
  void migrate() throws Exception {
    database = AgentDatabase.with("1");
  }

  @AfterEach
  void stop() {
    thread.close();
    loader.close();
  }

  private RunningSession start(Session session) {
    String id = session.sessionId();
    calls.add("start " + id);
    return new RunningSession() {
      @Override
      public boolean update(Session changed) {
        return calls.add("change " + id + " " + changed.username());
      }

      @Override
      public void close() {
        calls.add("stop " + id);
      }
    };
  }

  /** Loads as the agent does in the mode of these variables. */
  private void follow(Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("DATABASE_URL", database.url());
    loader = SessionLoader.fromEnvironment(environment);
    accounts =
        new Accounts(
            this::start,
            Runnable::run,
            Ticker.SYSTEM,
            new StartQueue.Pace(8, Duration.ZERO),
            () -> new BackOff(Duration.ofMillis(20), () -> 0),
            new Accounts.Listener() {
              @Override
              public void started(String sessionId) {}

              @Override
              public void reload(String userId, String sessionId) {
                changes.ofUser(userId);
              }
            });
    loader.forEach(accounts::put);
    changes =
        new Changes(
            noting(loader.source()),
            accounts,
            new BackOff(Duration.ofMillis(20), () -> 0),
            new StoreHealth(),
            Ticker.SYSTEM);
    thread = AgentThread.start("test", changes, changes::stop);
  }

  private SessionSource noting(SessionSource source) {
    return new SessionSource() {
      @Override
      public String description() {
        return source.description();
      }

      @Override
      public void forEach(
          Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
        source.forEach(readable, unreadable);
      }

      @Override
      public Optional<Session> find(String userId) {
        read.add(userId);
        return source.find(userId);
      }

      @Override
      public boolean mayStart(String userId, Set<String> running) {
        return source.mayStart(userId, running);
      }
    };
  }

  private void change(String user, String sql) throws Exception {
    database.execute(sql);
    told(user);
  }

  /** Waits until the change has been followed, since the next user is read after it. */
  private void told(String user) {
    String nobody = "nobody" + read.size();
    changes.ofUser(user);
    changes.ofUser(nobody);
    await().until(() -> read.contains(nobody));
  }

  @Test
  void startsChangesAndStopsWhatOperatorsDo() throws Exception {
    follow(Map.of("MULTI_TENANT", "true"));
    database.add("2");
    told("2");
    change("2", "update user_sessions set username = 'second' where user_id = '2'");
    change("2", "select 1");
    change("1", "update user_sessions set is_active = false where user_id = '1'");
    change("1", "update user_sessions set is_active = true where user_id = '1'");
    change("2", "delete from user_sessions where user_id = '2'");
    assertThat(calls)
        .containsExactly(
            "start sess_1",
            "start sess_2",
            "change sess_2 second",
            "stop sess_1",
            "start sess_1",
            "stop sess_2");
  }

  @Test
  void stopsTheOldSessionFirstWhenItsIdChanges() throws Exception {
    follow(Map.of("MULTI_TENANT", "true"));
    change("1", "update user_sessions set session_id = 'sess_new' where user_id = '1'");
    assertThat(calls).containsExactly("start sess_1", "stop sess_1", "start sess_new");
    assertThat(accounts.running()).containsExactly("sess_new");
  }

  @Test
  void endsInTheLastStateOfManyQuickChanges() throws Exception {
    follow(Map.of("MULTI_TENANT", "true"));
    for (int i = 0; i < 50; i++) {
      database.execute("update user_sessions set is_active = not is_active");
      changes.ofUser("1");
    }
    database.execute("update user_sessions set username = 'last'");
    told("1");
    assertThat(accounts.running()).containsExactly("sess_1");
    assertThat(calls.get(calls.size() - 1)).isIn("change sess_1 last", "start sess_1");
  }

  @Test
  void stopsASessionThatCanNoLongerBeRead() throws Exception {
    follow(Map.of("MULTI_TENANT", "true"));
    change(
        "1",
        "set vibee.replica_writes = on; set session_replication_role = replica; update user_sessions set api_hash_encrypted = 'x'");
    assertThat(calls).containsExactly("start sess_1", "stop sess_1");
  }

  @Test
  void startsNoOtherUsersSessionWhereOneIsAskedFor() throws Exception {
    follow(Map.of("USER_ID", "1"));
    database.add("2");
    told("2");
    change("1", "update user_sessions set is_active = false where user_id = '1'");
    told("2");
    change("1", "update user_sessions set is_active = true where user_id = '1'");
    assertThat(calls).containsExactly("start sess_1", "stop sess_1", "start sess_1");
  }

  @Test
  void startsTheOnlyActiveSessionInAutoModeAndNoSecond() throws Exception {
    follow(Map.of());
    database.add("2");
    told("2");
    assertThat(calls).containsExactly("start sess_1");
    change("1", "update user_sessions set username = 'first' where user_id = '1'");
    change("1", "update user_sessions set is_active = false where user_id = '1'");
    database.add("3");
    told("3");
    assertThat(calls).containsExactly("start sess_1", "change sess_1 first", "stop sess_1");
    change("3", "update user_sessions set is_active = false where user_id = '3'");
    told("2");
    assertThat(calls).endsWith("stop sess_1", "start sess_2");
  }

  @Test
  void triesAgainWhenTheDatabaseFailed() throws Exception {
    follow(Map.of("MULTI_TENANT", "true"));
    database.execute(
        "update user_sessions set username = 'later'; alter table user_sessions rename to hidden");
    changes.ofUser("1");
    database.execute("alter table hidden rename to user_sessions");
    await().until(() -> calls.contains("change sess_1 later"));
  }
}

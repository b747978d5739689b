package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A load asks the table of keys once and selects only what these keys need; a search for one
 * session joins its key. Both must tell the same of each row, whatever became of keys and rows.
 */
class LoadingAllKeysTest {
  private static final MasterKey THIRD =
      MasterKey.of(Secret.of("0ddba110ddba110ddba110ddba110ddba110ddba110ddba110ddba110ddba110"));
  private static final List<String> DAMAGE =
      List.of(
          "key_version = 99",
          "key_version = 0",
          "key_version = 1",
          "key_version = 2",
          "api_hash_encrypted = ''",
          "api_hash_encrypted = substr(api_hash_encrypted, 1, 60)",
          "api_hash_encrypted = convert_to(repeat('x', 3000), 'UTF8')",
          "api_hash_encrypted = set_byte(api_hash_encrypted, 70, 255 - get_byte(api_hash_encrypted, 70))",
          "api_hash_encrypted = pgp_sym_encrypt('forged', 'guessed', 'cipher-algo=aes256')",
          "session_id = session_id || '_moved'",
          "api_id = -1",
          "target_chats = jsonb_build_array(repeat('x', 300000))",
          "target_chats = '[1, \"two\", [3]]'",
          "target_chats = 'null'",
          "target_chats = '\"\"'",
          "phone = e'a\\tb'");

  /**
   * What happens to the keys, in turn; at each "save", sessions are added under the current one.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "save",
        "save generated save",
        "save generated save rotate save",
        "save generated save generated save",
        "save first save",
        "save first save rotate save",
        "save first rotate prune save",
        "first save second save",
        "first save second save rotate third save",
        "save first save second save generated save",
        "save first save rotate generated save rotate save",
        "save first rotate generated save rotate prune save",
      })
  void aLoadTellsTheSameAsASearchForEach(String history) {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    List<String> users = new ArrayList<>();
    int additions = 0;
    try (JdbcSessionStore store = writer(database, ExternalStores.FIRST)) {
      for (String step : history.split(" ", -1)) {
        switch (step) {
          case "save" -> {
            addSessions(store, users);
            database.execute("create table copy_%d as table user_sessions".formatted(++additions));
          }
          case "generated" -> store.changeKey(NewKey.generated());
          case "first" -> store.changeKey(NewKey.external());
          case "second" -> changeKey(database, ExternalStores.SECOND);
          case "third" -> changeKey(database, THIRD);
          case "rotate" -> assertThat(store.rotate().unreadable()).isZero();
          case "prune" -> store.keys().forEach(key -> pruneIfOld(store, key.version()));
          default -> throw new IllegalArgumentException(step);
        }
      }
    }
    assertSameForAllReaders(database, users);
    damage(database, users, additions, new Random(history.hashCode()));
    Set<Reason> reasons = assertSameForAllReaders(database, users);
    assertThat(reasons).hasSizeGreaterThan(2);
  }

  private static JdbcSessionStore writer(TestDatabase database, MasterKey current) {
    return ExternalStores.open(
        database,
        current,
        Stream.of(ExternalStores.FIRST, ExternalStores.SECOND, THIRD)
            .filter(key -> !key.equals(current))
            .toArray(MasterKey[]::new));
  }

  private static void changeKey(TestDatabase database, MasterKey key) {
    try (JdbcSessionStore store = writer(database, key)) {
      store.changeKey(NewKey.external());
    }
  }

  private static void pruneIfOld(JdbcSessionStore store, int version) {
    if (version != store.keys().get(0).version()) store.prune(version);
  }

  private static void addSessions(JdbcSessionStore store, List<String> users) {
    int added = users.isEmpty() ? 20 : 6;
    for (int i = 0; i < added; i++) {
      String user = "" + (users.size() + 1);
      store.save(
          ExternalStores.session(user).toBuilder()
              .apiHash(Secret.of("made_up_" + user))
              .active(i % 3 > 0)
              .targetChats(i % 4 == 0 ? List.of("-100", "news") : List.of())
              .build());
      users.add(user);
    }
  }

  /** Brings back what the first users had after each addition, and damages one other each. */
  private static void damage(
      TestDatabase database, List<String> users, int additions, Random random) {
    for (int addition = 1; addition <= additions; addition++) {
      database.executeWithoutTriggers(
          """
          update user_sessions s set (api_hash_encrypted, key_version) = (c.api_hash_encrypted, c.key_version)
            from copy_%1$d c where c.id = s.id and s.user_id = '%1$d'
          """
              .formatted(addition));
    }
    List<String> victims = new ArrayList<>(users.subList(additions, users.size()));
    Collections.shuffle(victims, random);
    for (int i = 0; i < DAMAGE.size(); i++) {
      database.executeWithoutTriggers(
          "update user_sessions set "
              + DAMAGE.get(i)
              + " where user_id = '"
              + victims.get(i)
              + "'");
    }
  }

  /** Returns what was wrong with any session. */
  private static Set<Reason> assertSameForAllReaders(TestDatabase database, List<String> users) {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    try (JdbcSessionStore all = writer(database, ExternalStores.FIRST)) {
      assertSame(all, users, reasons);
      // The one that holds what is in force may lack the others.
      String current = all.keys().get(0).fingerprint();
      for (MasterKey key : List.of(ExternalStores.FIRST, ExternalStores.SECOND, THIRD)) {
        if (current != null && !key.fingerprint().equals(current)) continue;
        try (JdbcSessionStore one = ExternalStores.open(database, key)) {
          assertSame(one, users, reasons);
        }
      }
      if (current == null) {
        try (JdbcSessionStore none = database.store()) {
          assertSame(none, users, reasons);
        }
      }
    }
    return reasons;
  }

  private static void assertSame(JdbcSessionStore store, List<String> users, Set<Reason> reasons) {
    Map<String, Object> found = new TreeMap<>();
    Map<String, Object> active = new TreeMap<>();
    for (String user : users) {
      try {
        Session session = store.findByUserId(user).orElseThrow();
        found.put(user, session);
        if (session.active()) active.put(user, session);
      } catch (UnreadableSessionException e) {
        found.put(user, e.session());
        reasons.add(e.session().reason());
        if (e.session().active()) active.put(user, e.session());
      }
    }
    assertThat(loaded(store::forEach)).isEqualTo(found);
    assertThat(loaded(store::forEachActive)).isEqualTo(active);
  }

  /** A method of a store that streams sessions. */
  private interface Load {
    void run(Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable);
  }

  private static Map<String, Object> loaded(Load load) {
    Map<String, Object> sessions = new TreeMap<>();
    load.run(
        session -> sessions.put(session.userId(), session),
        unreadable -> sessions.put(unreadable.userId(), unreadable));
    return sessions;
  }

  /** Chunks have 2,000 rows; one row that pgcrypto refuses has its chunk alone read again. */
  @Test
  void oneBadRowAmongManyUnderOneKeyOfTheDatabaseHidesNoOther() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.execute(
        """
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted, is_active)
          select 'user_' || g, 'sess_' || g, 94892, pgp_sym_encrypt('made_up_' || g,
                   (select master_key from encryption_keys where id = 1), 's2k-mode=1'), g % 5 > 0
            from generate_series(1, 6000) g
        """);
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = set_byte(api_hash_encrypted, 40, 255 - get_byte(api_hash_encrypted, 40)) where user_id in ('user_3001', 'user_5')");
    try (JdbcSessionStore store = database.store()) {
      assertThat(loaded(store::forEach)).hasSize(6000);
      assertThat(loaded(store::forEachActive)).hasSize(4800);
      assertThat(unreadable(store::forEach)).containsExactlyInAnyOrder("user_3001", "user_5");
      assertThat(unreadable(store::forEachActive)).containsExactly("user_3001");
    }
  }

  private static List<String> unreadable(Load load) {
    List<String> users = new ArrayList<>();
    load.run(session -> {}, unreadable -> users.add(unreadable.userId()));
    return users;
  }
}

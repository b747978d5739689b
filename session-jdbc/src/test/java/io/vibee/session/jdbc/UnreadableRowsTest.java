package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.LoadedSessions;
import io.vibee.session.SessionLoader;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad rows, made behind the triggers' back: reported, skipped, and never a wrong text. */
class UnreadableRowsTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "api_hash_encrypted = 'garbage'|NOT_SEALED",
        "api_hash_encrypted = ''|NOT_SEALED",
        "api_hash_encrypted = substr(api_hash_encrypted, 1, 20)|NOT_DECRYPTABLE",
        "api_hash_encrypted = substr(api_hash_encrypted, 1, length(api_hash_encrypted) - 1)|NOT_DECRYPTABLE",
        "api_hash_encrypted = set_byte(api_hash_encrypted, 40, get_byte(api_hash_encrypted, 40) # 1)|NOT_DECRYPTABLE",
        "api_hash_encrypted = set_byte(api_hash_encrypted, 14, 201)|NOT_SEALED",
        "api_hash_encrypted = pgp_sym_encrypt('x', (select master_key from encryption_keys where id = 1), 'cipher-algo=aes256, s2k-count=65011712')|NOT_SEALED",
        "api_hash_encrypted = pgp_sym_encrypt('x', 'another key', 'cipher-algo=aes256')|NOT_DECRYPTABLE",
        "api_hash_encrypted = pgp_sym_encrypt('x', (select master_key from encryption_keys where id = 1))|NOT_SEALED",
        "key_version = 99|KEY_MISSING",
        "key_version = 0|KEY_MISSING",
        "api_id = 0|INVALID_VALUES",
        "session_id = e'two\\nlines'|INVALID_VALUES",
      })
  void isolatesOneBadRowAmongGoodOnes(String change, Reason reason) {
    database.insertByGuide("1", "sess_1");
    database.insertByGuide("2", "sess_2");
    database.insertByGuide("3", "sess_3");
    database.executeWithoutTriggers("update user_sessions set " + change + " where user_id = '2'");

    LoadedSessions loaded = loadAll();

    assertThat(loaded.sessions()).extracting(s -> s.userId()).containsExactly("1", "3");
    assertThat(loaded.report().unreadable())
        .extracting(UnreadableSession::userId, UnreadableSession::reason)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("2", reason));
    assertThat(loaded.report().unreadable().toString()).doesNotContain("\n");
    assertThatThrownBy(() -> load(Map.of("USER_ID", "2")))
        .isInstanceOfSatisfying(
            UnreadableSessionException.class,
            e -> assertThat(e.session().reason()).isEqualTo(reason));
  }

  @Test
  void handsEachOfManyOutOnceWhateverBatchTheBadOnesAreIn() {
    int rows = 9000;
    database.insertMany(rows);
    TreeSet<Integer> bad =
        new TreeSet<>(List.of(1, 2, 500, 501, 1500, 1501, 3000, 4501, 7499, 9000));
    for (int row : bad) {
      database.executeWithoutTriggers(
          "update user_sessions set api_hash_encrypted = substr(api_hash_encrypted, 1, 30) where user_id = '"
              + row
              + "'");
    }
    List<Integer> readable = new ArrayList<>();
    List<Integer> unreadable = new ArrayList<>();
    try (JdbcSessionStore store = database.store()) {
      store.forEachActive(
          session -> readable.add(Integer.valueOf(session.userId())),
          session -> unreadable.add(Integer.valueOf(session.userId())));
    }
    assertThat(unreadable).containsExactlyElementsOf(bad);
    assertThat(readable).hasSize(rows - bad.size()).isSorted().doesNotContainAnyElementsOf(bad);
  }

  @Test
  void failsWhenNotASingleOneOfManyIsReadable() {
    database.insertMany(3000);
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = substr(api_hash_encrypted, 1, 30)");
    assertThatThrownBy(this::loadAll).isInstanceOf(UnreadableSessionException.class);
  }

  @Test
  void failsInAutoModeWhenTheOnlyOneIsUnreadable() {
    database.insertMany(1);
    database.executeWithoutTriggers("update user_sessions set api_hash_encrypted = 'garbage'");
    assertThatThrownBy(() -> load(Map.of())).isInstanceOf(UnreadableSessionException.class);
  }

  private LoadedSessions loadAll() {
    return load(Map.of("MULTI_TENANT", "true"));
  }

  private LoadedSessions load(Map<String, String> variables) {
    var environment = new java.util.HashMap<>(variables);
    environment.put("DATABASE_URL", database.url());
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment)) {
      return loader.load();
    }
  }
}

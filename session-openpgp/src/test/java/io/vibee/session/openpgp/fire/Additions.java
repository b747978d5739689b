package io.vibee.session.openpgp.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Adds new users, every second one by plain SQL for as long as the database has the key. */
final class Additions {
  /** SQLSTATEs when the key is outside the database, or came back into it during the statement. */
  private static final Set<String> EXPECTED = Set.of("VK001", "40001", "23502");

  private static final String BY_GUIDE =
      """
      insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
        values (?, ?, 94892, pgp_sym_encrypt(?, (select master_key from encryption_keys where id = 1)))
      """;

  private final TestDatabase database;
  private final Users users;
  private final SessionStore store;
  private final AtomicInteger byGuide = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  Additions(TestDatabase database, Users users, SessionStore store) {
    this.database = database;
    this.users = users;
    this.store = store;
  }

  /** Adds one user, by the library or by SQL. Not thread-safe. */
  void next() {
    int user = users.added() + 1;
    if (user % 2 == 0 || !insertByGuide(user)) {
      assertThat(store.save(Users.added(user)).created()).isTrue();
    }
    users.add();
  }

  /** Returns false if the database refused it, since SQL alone cannot encrypt at the moment. */
  private boolean insertByGuide(int user) {
    try (Connection connection = database.connect();
        PreparedStatement statement = connection.prepareStatement(BY_GUIDE)) {
      statement.setString(1, "" + user);
      statement.setString(2, "sess_" + user);
      statement.setString(3, Users.hashText(user, 0));
      statement.executeUpdate();
      byGuide.incrementAndGet();
      return true;
    } catch (SQLException e) {
      if (!EXPECTED.contains(e.getSQLState())) throw new AssertionError("inserting " + user, e);
      refused.incrementAndGet();
      return false;
    }
  }

  /** Checks that both ways were taken, and so tested. */
  void check() {
    assertThat(byGuide.get()).as("added by SQL").isPositive();
    assertThat(refused.get()).as("refused, as the key was outside").isPositive();
  }

  @Override
  public String toString() {
    return "%d added, of them %s by SQL, which was refused %s times"
        .formatted(users.added() - Users.FIRST, byGuide, refused);
  }
}

package io.vibee.session.openpgp.fire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What each user's session must hold. Users are numbered from 1; a hash is derived from the number
 * and from how often it was changed, so every read can be checked exactly.
 */
final class Users {
  static final int FIRST = 20_000;
  private static final int MOST = 4 * FIRST;

  private static final String ADD_FIRST =
      """
      insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
        select n, 'sess_' || n, 94892,
               session_hash_encrypt(md5(n || '/0'), (select master_key from encryption_keys where id = 1))
          from generate_series(1, %d) n
      """
          .formatted(FIRST);

  /**
   * How often each hash was changed, at least and at most. While the two differ, a save is under
   * way.
   */
  private final AtomicIntegerArray changed = new AtomicIntegerArray(MOST);

  private final AtomicIntegerArray changing = new AtomicIntegerArray(MOST);
  private final AtomicInteger added = new AtomicInteger(FIRST);

  static Users addedTo(TestDatabase database) {
    database.execute(ADD_FIRST);
    return new Users();
  }

  int added() {
    return added.get();
  }

  /** Adds a user. Not thread-safe. */
  void add() {
    added.incrementAndGet();
  }

  int timesChanged(int user) {
    return changed.get(user);
  }

  /** Announces the next hash, which is about to be saved: from now on it may be read. */
  Secret change(int user) {
    return hash(user, changing.incrementAndGet(user));
  }

  /** Confirms that it is saved: from now on the previous one must not be read. */
  void changed(int user) {
    changed.incrementAndGet(user);
  }

  static String hashText(int user, int changes) {
    try {
      byte[] text = (user + "/" + changes).getBytes(UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Secret hash(int user, int changes) {
    return Secret.of(hashText(user, changes));
  }

  static Session added(int user) {
    return Session.builder("" + user, "sess_" + user, 94892, hash(user, 0)).build();
  }

  /** Checks a session that was read after its hash had been changed at least this often. */
  void check(Session session, int atLeast) {
    int user = Integer.parseInt(session.userId());
    int atMost = changing.get(user);
    for (int changes = atLeast; changes <= atMost; changes++) {
      if (session.apiHash().equals(hash(user, changes))) return;
    }
    throw new AssertionError(session + " has a wrong hash, after " + atLeast + " changes");
  }

  /** Checks that every session exists once, and holds what it must. */
  int checkAll(SessionStore store) {
    int atLeastUsers = added.get();
    int[] atLeast = new int[MOST];
    for (int user = 1; user < MOST; user++) atLeast[user] = changed.get(user);
    BitSet seen = new BitSet(atLeastUsers + 1);
    store.forEachActive(
        session -> {
          int user = Integer.parseInt(session.userId());
          check(session, atLeast[user]);
          if (seen.get(user)) throw new AssertionError(session + " was handed over twice");
          seen.set(user);
        },
        unreadable -> {
          throw new AssertionError(unreadable.toString());
        });
    assertThat(seen.nextClearBit(1))
        .as("the first user who is missing")
        .isGreaterThan(atLeastUsers);
    return seen.cardinality();
  }
}

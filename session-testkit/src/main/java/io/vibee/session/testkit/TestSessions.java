package io.vibee.session.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionBuilder;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes valid sessions up, each in one line.
 *
 * <p>All values are derived from the user's id, so the same call returns equal sessions. Each user
 * has a different hash, so a test notices if two are mixed up.
 *
 * <pre>{@code
 * store.save(TestSessions.session("100200300"));
 * store.save(TestSessions.builder("100200301").active(false).build());
 * TestSessions.sessions(5).forEach(store::save);
 * }</pre>
 */
public final class TestSessions {
  /** The user of {@link #session()}. */
  public static final String USER_ID = "100200300";

  /** The Telegram app of all made-up sessions. */
  public static final int API_ID = 94892;

  private TestSessions() {}

  /**
   * Makes the session of {@link #USER_ID}.
   *
   * @return an active session that is not authorized
   */
  public static Session session() {
    return session(USER_ID);
  }

  /**
   * Makes a user's session.
   *
   * @param userId the user's id
   * @return an active session that is not authorized
   */
  public static Session session(String userId) {
    return builder(userId).build();
  }

  /**
   * Starts a user's session, to change before it is built.
   *
   * @param userId the user's id
   * @return a builder with the values of {@link #session(String)}
   */
  public static SessionBuilder builder(String userId) {
    return Session.builder(userId, sessionId(userId), API_ID, apiHash(userId))
        .username("user_" + userId)
        .phone("+10005550123");
  }

  /**
   * Makes sessions of several users.
   *
   * @param count how many
   * @return one for each user from {@link #USER_ID} on, counted upwards
   */
  public static List<Session> sessions(int count) {
    long first = Long.parseLong(USER_ID);
    return IntStream.range(0, count).mapToObj(i -> session(Long.toString(first + i))).toList();
  }

  /**
   * Starts an edit that adds {@link #session(String)}, to change before it is built.
   *
   * @param userId the user's id
   * @return a builder that sets all values
   */
  public static SessionEditBuilder edit(String userId) {
    return SessionEdit.of(session(userId));
  }

  /**
   * Returns the session id of a made-up session.
   *
   * @param userId the user's id
   * @return {@code sess_} and the user's id
   */
  public static String sessionId(String userId) {
    return "sess_" + userId;
  }

  /**
   * Returns the hash of a made-up session, which looks like one of Telegram's but is not.
   *
   * @param userId the user's id
   * @return 32 hexadecimal digits
   */
  public static Secret apiHash(String userId) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(userId.getBytes(UTF_8));
      return Secret.of("0123456789abcdef" + HexFormat.of().formatHex(digest, 0, 8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}

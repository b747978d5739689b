package io.vibee.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts of the {@code TELEGRAM_*} variables, for agents that ran before there was a
 * database.
 *
 * <p>The first account is {@code TELEGRAM_SESSION_ID}, {@code TELEGRAM_API_ID} and {@code
 * TELEGRAM_API_HASH}. Further ones are {@code TELEGRAM_SESSION_ID_2} and so on, gaps allowed; they
 * use the same app unless {@code TELEGRAM_API_ID_<n>} and {@code TELEGRAM_API_HASH_<n>} are set.
 * Optional for each: {@code TELEGRAM_SESSION_<n>_PHONE} and {@code TELEGRAM_SESSION_<n>_USERNAME},
 * with 1 for the first, and its Telegram user id as {@code USER_ID}, {@code USER_ID_<n>}.
 *
 * <p>An api_hash that {@linkplain ApiHashForm Telegram cannot have given} is taken, with a warning
 * in the log that names the session.
 *
 * <p>Reads the variables once, when made. Immutable, safe for threads.
 */
public final class EnvSessionSource implements SessionSource {
  static final String SESSION_ID = "TELEGRAM_SESSION_ID";
  private static final Logger log = LoggerFactory.getLogger(EnvSessionSource.class);
  private static final String API_ID = "TELEGRAM_API_ID";
  private static final String API_HASH = "TELEGRAM_API_HASH";
  private static final Pattern NUMBERED = Pattern.compile(SESSION_ID + "_[0-9]+");
  private static final Pattern NUMBER = Pattern.compile("[2-9]|[1-9][0-9]{1,5}");

  private final List<Session> sessions;

  private EnvSessionSource(List<Session> sessions) {
    this.sessions = sessions;
  }

  /**
   * Reads all accounts.
   *
   * @param environment the variables, such as {@link System#getenv()}
   * @return the source
   * @throws MisconfiguredException if a variable is missing or malformed, or two accounts are the
   *     same session; the message names the variable
   */
  public static EnvSessionSource of(Map<String, String> environment) {
    Environment env = new Environment(environment);
    List<Session> sessions = new ArrayList<>();
    sessions.add(account(env, 1));
    furtherAccounts(env).forEach(number -> sessions.add(account(env, number)));
    refuseDuplicates(sessions);
    warnOfOtherHashes(sessions);
    return new EnvSessionSource(List.copyOf(sessions));
  }

  /** The variables that name a further account. */
  static Stream<String> numbered(Environment env) {
    return env.names().filter(NUMBERED.asMatchPredicate()).filter(env::isSet).sorted();
  }

  private static List<Integer> furtherAccounts(Environment env) {
    return numbered(env)
        .map(name -> accountNumber(name, name.substring(SESSION_ID.length() + 1)))
        .sorted()
        .toList();
  }

  private static int accountNumber(String name, String digits) {
    if (!NUMBER.matcher(digits).matches()) {
      throw new MisconfiguredException(
          name + ": the first account is " + SESSION_ID + ", further ones are numbered from 2");
    }
    return Integer.parseInt(digits);
  }

  private static Session account(Environment env, int number) {
    String suffix = number == 1 ? "" : "_" + number;
    // Both of one app or neither: the id of one does not go with the hash of another.
    boolean ownApp = env.isSet(API_ID + suffix) || env.isSet(API_HASH + suffix);
    String apiId = API_ID + (ownApp ? suffix : "");
    String apiHash = API_HASH + (ownApp ? suffix : "");
    String phone = "TELEGRAM_SESSION_" + number + "_PHONE";
    String username = "TELEGRAM_SESSION_" + number + "_USERNAME";
    String userId = env.optionalId("USER_ID" + suffix);
    return Session.builder(
            userId != null ? userId : "env-" + number,
            env.requireId(SESSION_ID + suffix),
            env.requirePositiveInt(apiId),
            env.requireSecret(apiHash))
        .phone(env.optionalText(phone, 50))
        .username(env.optionalText(username, 255))
        .build();
  }

  /** One session connected twice is dead: Telegram answers AUTH_KEY_DUPLICATED. */
  private static void refuseDuplicates(List<Session> sessions) {
    Map<String, String> seen = new HashMap<>();
    for (Session session : sessions) {
      @Nullable String other = seen.put(session.sessionId(), session.userId());
      if (other != null || seen.containsKey("user " + session.userId())) {
        throw new MisconfiguredException(
            "two accounts of the environment are the same session or user: check "
                + SESSION_ID
                + " and USER_ID and their numbered variants");
      }
      seen.put("user " + session.userId(), session.sessionId());
    }
  }

  private static void warnOfOtherHashes(List<Session> sessions) {
    List<String> ids =
        sessions.stream()
            .filter(session -> !ApiHashForm.isTelegrams(session.apiHash()))
            .map(Session::sessionId)
            .toList();
    if (!ids.isEmpty()) log.warn("session {}: {}", String.join(", ", ids), ApiHashForm.ADVICE);
  }

  @Override
  public LoadMode mode() {
    return LoadMode.SINGLE_ENV;
  }

  @Override
  public void forEach(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    sessions.forEach(readable);
  }

  /** Does nothing: the environment holds nothing open. */
  @Override
  public void close() {}
}

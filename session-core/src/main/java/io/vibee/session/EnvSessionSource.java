package io.vibee.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes accounts from the {@code TELEGRAM_*} variables, for agents from before there was a
 * database.
 *
 * <p>The first account is {@code TELEGRAM_SESSION_ID}, {@code TELEGRAM_API_ID} and {@code
 * TELEGRAM_API_HASH}. Further ones are {@code TELEGRAM_SESSION_ID_2} and so on, gaps allowed; they
 * use the same app unless {@code TELEGRAM_API_ID_<n>} and {@code TELEGRAM_API_HASH_<n>} are set.
 * Optional for each: {@code TELEGRAM_SESSION_<n>_PHONE} and {@code TELEGRAM_SESSION_<n>_USERNAME},
 * with 1 for the first, and its Telegram user id as {@code USER_ID}, {@code USER_ID_<n>}.
 *
 * <p>A hash may be in a file that {@code TELEGRAM_API_HASH_FILE} names, see {@link Environment}.
 * One that {@linkplain ApiHashForm Telegram cannot have issued} is accepted, with a warning in the
 * log that names the session.
 *
 * <p>Reads the variables once, when it is created. Immutable, thread-safe.
 */
public final class EnvSessionSource implements SessionSource {
  static final String SESSION_ID = "TELEGRAM_SESSION_ID";
  private static final Logger log = LoggerFactory.getLogger(EnvSessionSource.class);
  private static final String API_ID = "TELEGRAM_API_ID";
  private static final String API_HASH = "TELEGRAM_API_HASH";
  private static final Pattern NUMBERED = Pattern.compile("(" + SESSION_ID + "_[0-9]+)(_FILE)?");
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
   *     same session; the message names each such variable
   */
  public static EnvSessionSource of(Map<String, String> environment) {
    return of(Environment.of(environment));
  }

  /**
   * Reads all accounts, each of which must name its Telegram user: a database needs that id.
   *
   * @param environment the variables, such as {@link System#getenv()}
   * @return the source
   * @throws MisconfiguredException as {@link #of(Map)} does, and if a {@code USER_ID} is missing
   */
  public static EnvSessionSource withUserIds(Map<String, String> environment) {
    return of(Environment.of(environment), true);
  }

  static EnvSessionSource of(Environment env) {
    return of(env, false);
  }

  private static EnvSessionSource of(Environment env, boolean userIds) {
    List<Account> accounts = new ArrayList<>();
    accounts.add(new Account(env, 1, userIds));
    List<Runnable> checks = new ArrayList<>();
    numbered(env)
        .forEach(
            name -> checks.add(() -> accounts.add(new Account(env, accountNumber(name), userIds))));
    try {
      MisconfiguredException.checkAll(checks);
    } catch (MisconfiguredException e) {
      throw e.and(() -> checkEach(accounts));
    }
    checkEach(accounts);
    List<Session> sessions = accounts.stream().map(Account::session).toList();
    refuseDuplicates(sessions);
    warnOfOtherHashes(sessions);
    return new EnvSessionSource(sessions);
  }

  /** In the order of their numbers, in which the faults are told then. */
  private static void checkEach(List<Account> accounts) {
    accounts.sort(Comparator.comparingInt(Account::number));
    MisconfiguredException.checkAll(accounts.stream().<Runnable>map(one -> one::check).toList());
  }

  /** The variables that name a further account, without {@code _FILE} where they name a file. */
  static Stream<String> numbered(Environment env) {
    return env.names()
        .map(NUMBERED::matcher)
        .filter(Matcher::matches)
        .map(name -> name.group(1))
        .filter(env::isSet)
        .distinct()
        .sorted();
  }

  private static int accountNumber(String name) {
    String digits = name.substring(SESSION_ID.length() + 1);
    if (!NUMBER.matcher(digits).matches()) {
      throw new MisconfiguredException(
          name + ": the first account is " + SESSION_ID + ", further ones are numbered from 2");
    }
    return Integer.parseInt(digits);
  }

  /** The variables of one account, for which a user id is required or optional. */
  private record Account(Environment env, int number, boolean userIdRequired) {
    private String suffix() {
      return number == 1 ? "" : "_" + number;
    }

    /** Takes both values from one app, since the id of one does not go with the hash of another. */
    private String appSuffix() {
      boolean ownApp = env.isSet(API_ID + suffix()) || env.isSet(API_HASH + suffix());
      return ownApp ? suffix() : "";
    }

    private String userId() {
      String name = "USER_ID" + suffix();
      String userId = userIdRequired ? env.requireId(name) : env.optionalId(name);
      return userId != null ? userId : "env-" + number;
    }

    private String sessionId() {
      return env.requireId(SESSION_ID + suffix());
    }

    private int apiId() {
      return env.requirePositiveInt(API_ID + appSuffix());
    }

    private Secret apiHash() {
      return env.requireSecret(API_HASH + appSuffix());
    }

    private @Nullable String phone() {
      return env.optionalText("TELEGRAM_SESSION_" + number + "_PHONE", 50);
    }

    private @Nullable String username() {
      return env.optionalText("TELEGRAM_SESSION_" + number + "_USERNAME", 255);
    }

    void check() {
      MisconfiguredException.checkAll(
          this::sessionId, this::apiId, this::apiHash, this::phone, this::username, this::userId);
    }

    Session session() {
      return Session.builder(userId(), sessionId(), apiId(), apiHash())
          .phone(phone())
          .username(username())
          .build();
    }
  }

  /** Telegram ends a session that connects twice, with AUTH_KEY_DUPLICATED. */
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
            .filter(session -> !ApiHashForm.matches(session.apiHash()))
            .map(Session::sessionId)
            .toList();
    if (!ids.isEmpty()) log.warn("session {}: {}", String.join(", ", ids), ApiHashForm.ADVICE);
  }

  @Override
  public String description() {
    return LoadMode.SINGLE_ENV.label();
  }

  @Override
  public void forEach(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    sessions.forEach(readable);
  }
}

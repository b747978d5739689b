package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says who may use the API: whoever holds one of its tokens or, if it has none, whoever connects
 * over this machine's loopback address.
 *
 * <p>Of a token only its SHA-256 is kept. A token that a client offers is compared with every one
 * of them, in a time that does not reveal how much of it was right. {@link #toString()} shows the
 * names. Immutable and thread-safe.
 */
public final class AdminAccess {
  static final String VARIABLE = "VIBEE_API_KEY";
  static final String LOCAL = "local";
  private static final String FILE = "_FILE";

  /** The length below which a token can be guessed, however slowly the server answers. */
  static final int SAFE_LENGTH = 16;

  private static final Pattern NAMED = Pattern.compile(VARIABLE + "_([A-Za-z0-9_]{1,64})");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  /** What a header field can carry, except white space, which would be trimmed. */
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,512}");

  private final Map<String, byte[]> digests;
  private final boolean guessable;

  private AdminAccess(Map<String, Token> tokens) {
    Map<String, byte[]> named = new LinkedHashMap<>();
    tokens.forEach((name, token) -> named.put(name, sha256(token.value().exposeSecret())));
    digests = named;
    guessable =
        tokens.values().stream().anyMatch(t -> t.value().exposeSecret().length() < SAFE_LENGTH);
  }

  private record Token(String source, Secret value) {}

  /**
   * Lets in, without a token, whoever connects over the loopback address, and nobody else.
   *
   * @return the rule
   */
  public static AdminAccess local() {
    return new AdminAccess(Map.of());
  }

  /**
   * Lets in whoever holds one of these tokens.
   *
   * @param tokens the tokens by the names under which their holders' changes are logged; a name is
   *     1 to 64 of {@code A-Z a-z 0-9 _ . -}, a token 1 to 512 printable ASCII characters
   * @return the rule
   * @throws MisconfiguredException if there is none, one is malformed, or two are equal; the
   *     message names it and does not repeat it
   */
  public static AdminAccess tokens(Map<String, Secret> tokens) {
    if (tokens.isEmpty()) throw new MisconfiguredException("no token was given");
    Map<String, Token> checked = new LinkedHashMap<>();
    tokens.forEach(
        (name, value) -> {
          if (!NAME.matcher(name).matches()) {
            throw new MisconfiguredException(
                "the name of a token must be 1 to 64 letters, digits, _ . or -");
          }
          add(checked, name, "the token " + name, value.exposeSecret());
        });
    return new AdminAccess(checked);
  }

  /**
   * Reads the rule from these variables: {@code VIBEE_API_KEY}, or the file that {@code
   * VIBEE_API_KEY_FILE} names, whose holder is {@code default}, and {@code VIBEE_API_KEY_<NAME>}
   * for each further holder, who is called {@code <name>} in lower case. An empty variable counts
   * as not set. Without any, the rule is {@link #local()}.
   *
   * @param environment the variables, such as {@link System#getenv()}
   * @return the rule
   * @throws MisconfiguredException as above, naming the variable
   */
  public static AdminAccess fromEnvironment(Map<String, String> environment) {
    Map<String, Token> checked = new LinkedHashMap<>();
    Environment variables = Environment.of(environment);
    MisconfiguredException.checkAll(
        Stream.concat(Stream.of(VARIABLE), new TreeSet<>(environment.keySet()).stream())
            .filter(variable -> variable.startsWith(VARIABLE) && !variable.equals(VARIABLE + FILE))
            .distinct()
            .<Runnable>map(variable -> () -> read(variables, variable, checked))
            .toArray(Runnable[]::new));
    return new AdminAccess(checked);
  }

  private static void read(Environment variables, String variable, Map<String, Token> tokens) {
    @Nullable String value = variables.find(variable).orElse(null);
    if (value == null) return;
    Matcher named = NAMED.matcher(variable);
    if (variable.equals(VARIABLE)) {
      add(tokens, "default", variable, value);
    } else if (named.matches()) {
      String name = named.group(1).toLowerCase(Locale.ROOT);
      requireNoFile(variable, name);
      add(tokens, name, variable, value);
    } else if (variable.startsWith(VARIABLE + "_")) {
      throw new MisconfiguredException(
          variable + ": the name of a token must be 1 to 64 letters, digits or _");
    }
  }

  /**
   * Refuses what looks like a file's path: it would be taken for the token, and it is no secret.
   */
  private static void requireNoFile(String variable, String name) {
    if (name.equals("file") || name.endsWith("_file")) {
      throw new MisconfiguredException(
          variable + " is not read as a file: only VIBEE_API_KEY_FILE is");
    }
  }

  private static void add(Map<String, Token> tokens, String name, String source, String value) {
    if (!TOKEN.matcher(value).matches()) {
      throw new MisconfiguredException(
          source + " must be 1 to 512 printable ASCII characters without white space");
    }
    Secret secret = Secret.of(value);
    for (Token other : tokens.values()) {
      if (other.value().equals(secret)) {
        throw new MisconfiguredException(
            source + " equals " + other.source() + ": give each holder a token of their own");
      }
    }
    if (tokens.put(name, new Token(source, secret)) != null) {
      throw new MisconfiguredException(source + " names a holder who has a token already");
    }
  }

  boolean needsToken() {
    return !digests.isEmpty();
  }

  /** Tells whether a token is so short that it must not protect anything beyond this machine. */
  boolean isGuessable() {
    return guessable;
  }

  /**
   * Refuses a rule that is too weak once others than this machine's users can reach the API.
   *
   * @param way why they could, as the beginning of a sentence
   * @param byVariables whether variables are what to change
   * @throws MisconfiguredException if there is no token, or one is too short
   */
  void requireGoodToken(String way, boolean byVariables) {
    if (!needsToken()) {
      throw new MisconfiguredException(
          way
              + ", and there is no token: set "
              + (byVariables ? VARIABLE : "an access with tokens")
              + ", or leave that out");
    }
    if (guessable) {
      throw new MisconfiguredException(
          way
              + ", and "
              + (byVariables ? VARIABLE + " or a named token" : "a token")
              + " is too short for that: use at least "
              + SAFE_LENGTH
              + " characters");
    }
  }

  /** Returns the name of the token's holder; null if it is nobody's. */
  @Nullable String holderOf(String token) {
    byte[] offered = sha256(token);
    @Nullable String holder = null;
    for (Map.Entry<String, byte[]> known : digests.entrySet()) {
      if (MessageDigest.isEqual(known.getValue(), offered)) holder = known.getKey();
    }
    return holder;
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(ISO_8859_1));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Shows the holders' names and no token. */
  @Override
  public String toString() {
    return "AdminAccess" + digests.keySet();
  }
}

package io.vibee.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The rules for texts that every store keeps, for those who write one: a text that one store
 * refuses must not be stored by another.
 *
 * <p>No message repeats the text. Thread-safe.
 */
public final class StoredTexts {
  private static final Pattern ACTOR =
      Pattern.compile("(?=.*\\S)[^\\p{Cc}\\x{D800}-\\x{DFFF}]{1,100}");

  private static final Pattern ACTIVITY_TYPE = Pattern.compile("(?=.*\\S)\\P{Cc}{1,50}");

  /** Not behind a backslash that is itself escaped. */
  private static final Pattern ESCAPED_ZERO = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\u0000");

  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");

  /** Whole escape sequences, so that their parameters do not stay behind: CSI, OSC and the like. */
  private static final Pattern ESCAPES =
      Pattern.compile(
          "(?:\\x{1B}\\[|\\x{9B})[0-?]*[ -/]*[@-~]"
              + "|(?:\\x{1B}[\\]PX^_]|[\\x{9D}\\x{90}\\x{98}\\x{9E}\\x{9F}])[^\\x{07}\\x{1B}\\x{9C}]*(?:\\x{07}|\\x{1B}\\\\|\\x{9C})?"
              + "|\\x{1B}[ -/]*[0-~]?");

  /** Control, format (which may turn the direction of writing), separators of lines, and halves. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\x{2028}\\x{2029}]");

  private StoredTexts() {}

  /**
   * Whether PostgreSQL can store a text at all. It has no zero character in a text, and no half of
   * a surrogate pair, for which its driver would look for a question mark instead. So a session
   * with such an id is not there, and nobody needs to ask the database.
   *
   * @param text any text
   * @return false if no row can have it
   */
  public static boolean canBeStored(String text) {
    return text.codePoints()
        .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }

  /**
   * Makes a text fit to be shown in one line of a log or terminal, whatever the database accepted
   * in the names within: no character of the result ends a line, is unseen, or means something to a
   * terminal.
   *
   * @param text any text, such as a sentence with stored names in it
   * @return the text with U+FFFD in place of each such character and of each escape sequence
   */
  public static String printableLine(String text) {
    return UNSEEN.matcher(ESCAPES.matcher(text).replaceAll("\uFFFD")).replaceAll("\uFFFD");
  }

  /**
   * Checks the name that changes are logged under, see {@link ManagedSessionStore#actingAs}.
   *
   * @param name the name
   * @return the name
   * @throws IllegalArgumentException if it is blank, too long or has control characters
   */
  public static String requireActor(String name) {
    if (ACTOR.matcher(name).matches()) return name;
    throw new IllegalArgumentException(
        "the actor must have 1 to 100 characters, none of them a control character");
  }

  /**
   * Checks the type of an entry of the activity log.
   *
   * @param type the type
   * @return the type
   * @throws IllegalArgumentException if it is blank, too long or has control characters
   */
  public static String requireActivityType(String type) {
    if (ACTIVITY_TYPE.matcher(type).matches()) return type;
    throw new IllegalArgumentException(
        "the activity type must have 1 to 50 characters, none of them a control character");
  }

  /**
   * Checks the details of an entry of the activity log.
   *
   * @param json the details, written as JSON
   * @return the JSON
   * @throws IllegalArgumentException if it is longer than {@link Activity#MAX_DETAILS_BYTES} in
   *     UTF-8, or has a zero character, which PostgreSQL's jsonb cannot hold
   */
  public static String requireDetails(String json) {
    if (json.getBytes(UTF_8).length > Activity.MAX_DETAILS_BYTES) {
      throw new IllegalArgumentException(
          "the details must not be longer than " + Activity.MAX_DETAILS_BYTES + " bytes as JSON");
    }
    if (ESCAPED_ZERO.matcher(json).find()) {
      throw new IllegalArgumentException("the details must not contain a zero character");
    }
    return json;
  }

  /**
   * Reads a target chat that JSON has as a number: a decimal integer of 64 bits, without leading
   * zeros.
   *
   * @param chat a target chat, which a session holds as a text
   * @return the number; empty if JSON has the chat as a text, an object or an array
   */
  public static OptionalLong chatNumber(String chat) {
    if (!INTEGER.matcher(chat).matches()) return OptionalLong.empty();
    try {
      return OptionalLong.of(Long.parseLong(chat));
    } catch (NumberFormatException e) {
      return OptionalLong.empty(); // more than 64 bits
    }
  }
}
